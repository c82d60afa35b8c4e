// Every bound of the questions, with its unit in its name.

enum QuestionLimits {
    /// How far a gateway's clock may be from the ledger's.
    static let clockToleranceMilliseconds: Int64 = 1000
    static let requestNameBytesMax = 256
    static let sampleMax = 10_000
    static let seedBytesMax = 256
    /// Nodes one answer about a blast radius goes over.
    static let graphNodesMax = 20_000
    static let graphEdgesMax = 200_000
    static let pictureNodesMax = 60
    /// Names a hint lists where the one asked for is not on record.
    static let hintNamesMax = 8
    static let requirementsBytesMax = 4 << 20
}
