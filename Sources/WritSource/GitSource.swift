// The port to Git: one actor on one thread for one repository.
import WritBackends
import WritVocabulary

/// A `RevisionSource` over libgit2.
///
/// Everything but the fetch itself happens on the actor's thread, so libgit2's objects never meet another one.
public actor GitSource: RevisionSource {
    enum Origin {
        case mirror(SourceConfiguration, FetchPlace)
        case existing(path: String)
    }

    let origin: Origin
    private let manifestFolder: RepositoryPath?
    let limits: SourceLimits
    private let thread: RepositoryThread
    /// Freed wherever the last reference to the source ends: no call is under way then, and libgit2 frees on any
    /// thread. (An isolated `deinit` is a “circular reference” to whoever imports this module from a release build,
    /// Swift 6.3.)
    private var opened: Repository?
    /// Whether a network child is at work on the mirror, and who waits for it to end.
    private var isOnErrand = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isFetching = false
    private var noted: [String] = []
    var resting = RestingReferences()
    var remembered: RememberedHistory?
    /// How many histories were read and judged.
    var historiesJudged = 0

    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Follows a branch through a mirror. Opens nothing yet.
    public init(_ configuration: SourceConfiguration, fetching place: FetchPlace) {
        origin = .mirror(configuration, place)
        manifestFolder = configuration.manifestFolder
        limits = configuration.limits
        thread = RepositoryThread(name: "writ-source")
    }

    /// Reads the repository that `path` lies in where it is, without a mirror: a developer's clone. `fetch` answers its
    /// `HEAD`.
    public init(existing path: String, manifestFolder: RepositoryPath? = nil, limits: SourceLimits = SourceLimits()) {
        origin = .existing(path: path)
        self.manifestFolder = manifestFolder
        self.limits = limits
        thread = RepositoryThread(name: "writ-source")
    }

    // MARK: - RevisionSource

    public func fetch() async throws -> RevisionID {
        guard case .mirror(let configuration, _) = origin else { return try repository().resolve("HEAD") }
        guard !isFetching else {
            throw SourceFailure.fetch(
                "fetch-under-way", "\(configuration.remote) is being fetched already; wait for that to end.")
        }
        isFetching = true
        defer { isFetching = false }
        return try await tip()
    }

    public func isAncestor(_ ancestor: RevisionID, of revision: RevisionID) throws -> Bool {
        try repository().isAncestor(ObjectID(ancestor), of: ObjectID(revision))
    }

    public func changes(from base: RevisionID?, to revision: RevisionID) throws -> SourceChanges {
        try repository().changes(from: base, to: revision, manifestFolder: manifestFolder, limits: limits)
    }

    public func contents(of paths: Set<RepositoryPath>, at revision: RevisionID) throws -> [RepositoryPath: ContentID] {
        try repository().contents(of: paths, at: revision)
    }

    public func read(_ blobs: [ContentID], limit: Int) throws -> [[UInt8]] {
        try repository().read(blobs, limit: limit, limits: limits)
    }

    public func export(_ content: ContentID, name: String, to folder: String) throws {
        try repository().export(content, name: name, to: folder, limits: limits)
    }

    // MARK: - For people and the composition root

    /// The commit meant by `HEAD`, a branch, a tag or a shortened id.
    public func resolve(_ expression: String) throws -> RevisionID { try repository().resolve(expression) }

    /// Who made a commit, when, and its first line.
    public func summary(of revision: RevisionID) throws -> CommitSummary { try repository().summary(of: revision) }

    /// Marks the accepted revision in the mirror, so that `git log refs/writ/accepted` shows it and it is never lost.
    public func accept(_ revision: RevisionID) throws {
        guard case .mirror = origin else { return }
        try repository().accept(ObjectID(revision))
    }

    /// Sentences on what was passed over since the last call: approvals that are none, references that could not be
    /// brought. For a log.
    public func takeComplaints() -> [String] {
        defer { noted = [] }
        return noted
    }

    func note(_ complaints: [String]) {
        noted += complaints.prefix(max(0, limits.refusedListedMaximum - noted.count))
    }

    // MARK: - One errand at a time

    /// Runs an order in a child, or here, once no other is under way.
    func run<Order: NetworkOrder>(_ order: Order, _ place: FetchPlace) async throws -> Order.Answer {
        while isOnErrand { await withCheckedContinuation { waiting.append($0) } }
        isOnErrand = true
        defer {
            isOnErrand = false
            for waiter in waiting { waiter.resume() }
            waiting = []
        }
        _ = try repository()
        switch place {
        case .child(let executable, let environment):
            return try await NetworkProcess(executable: executable, environment: environment).run(order)
        case .thisProcess(let environment):
            return try order.perform(environment: environment)
        }
    }

    /// Lets go of packs that were joined and removed.
    func reopen() { opened = nil }

    func repository() throws -> Repository {
        if let opened { return opened }
        let repository =
            switch origin {
            case .mirror(let configuration, _): try Repository.openMirror(configuration.mirror)
            case .existing(let path): try Repository.discover(path)
            }
        opened = repository
        return repository
    }
}
