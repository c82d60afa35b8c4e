// What the control socket needs of a running controller.
import WritVocabulary

/// A running controller, as operators reach it. Acts return once they are recorded in the ledger.
public protocol ControllerHandle: AnswerSource {
    /// Makes the controller look at the source and at the backends. Returns once it has begun to, so that a
    /// ``standing()`` asked for afterwards is not from before.
    func wake() async throws

    func standing() async throws -> ControllerStanding

    func suspend(_ resource: ResourceID, _ suspension: Suspension) async throws
    func resume(_ resource: ResourceID, actor: String) async throws

    /// Accepts a tip that does not descend from the accepted revision.
    func acceptTip(_ revision: RevisionID, actor: String, reason: String) async throws

    /// Holds, releases or takes out blobs. What was taken out is gone when this returns.
    func keep(_ act: CustodyAct) async throws

    /// The log of an execution from a byte offset; empty when there is no more yet.
    func log(of id: ExecutionID, from offset: Int64, limit: Int) async throws -> [UInt8]

    /// The statements' envelopes, one a line, together at most `limit` bytes.
    func bundle(of statements: [VersionStatement], limit: Int) async throws -> [UInt8]
}

/// Whether what is equals what should be, as far as the controller knows.
public struct ControllerStanding: Codable, Hashable, Sendable {
    public enum Word: String, Codable, Hashable, Sendable {
        /// Something is being done or awaited.
        case working
        case converged
        /// Nothing more happens by itself.
        case stalled
    }

    /// Of the controller's binary.
    public var version: String
    public var word: Word
    /// The revision in force.
    public var revision: RevisionID?
    /// The resources that need a person, sorted. Empty while `word` is `stalled`: it is the source that needs one.
    public var stalled: [ResourceID]

    public init(version: String, word: Word, revision: RevisionID?, stalled: [ResourceID] = []) {
        self.version = version
        self.word = word
        self.revision = revision
        self.stalled = stalled.sorted()
    }
}
