// The limits of serving a witness, each with its unit.

enum WitnessServerLimits {
    /// Body of a request: 63 hashes and a checkpoint with many signatures are a tenth of it.
    static let bodyBytes = 64 << 10
    /// Head of a request, and how many fields it has.
    static let headBytes = 16 << 10
    static let fields = 64
    /// Connections served at once; further ones wait in the backlog.
    static let connections = 64
    /// A connection's whole life: long enough for a log to keep it for a few requests.
    static let connectionSeconds: Int64 = 30
}
