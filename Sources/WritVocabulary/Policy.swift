// Policy: who may change what, and what it takes. Once one policy exists, what no rule names is refused.

public struct Policy: Codable, Hashable, Sendable {
    /// What approvals call this repository, so that none counts in another one: `example.com/ml/models`.
    public var repository: String
    /// OpenSSH's `allowed_signers`, a file of the repository: which key is whose, and since when.
    public var signers: RepositoryPath?
    /// Public keys that count no more, one a line.
    public var revoked: RepositoryPath?
    /// A binary OpenPGP keyring of the repository.
    public var keyring: RepositoryPath?
    /// Whose OpenPGP keys are in the keyring, by full fingerprint: 40 or 64 upper-case hexadecimal digits.
    public var openPGP: [String: Person]
    /// Whose accounts of the forge are meant when a rule counts its reviews.
    public var accounts: [String: Person]
    /// Who has which role. Roles are known within their policy.
    public var roles: [String: Set<Person>]
    public var rules: [Rule]
    /// Versions that may serve although loading them can run code that is in them, each until its day.
    public var waivers: [Waiver]

    public init(
        repository: String, signers: RepositoryPath? = nil, revoked: RepositoryPath? = nil,
        keyring: RepositoryPath? = nil, openPGP: [String: Person] = [:], accounts: [String: Person] = [:],
        roles: [String: Set<Person>] = [:], rules: [Rule] = [], waivers: [Waiver] = []
    ) {
        self.waivers = waivers
        self.repository = repository
        self.signers = signers
        self.revoked = revoked
        self.keyring = keyring
        self.openPGP = openPGP
        self.accounts = accounts
        self.roles = roles
        self.rules = rules
    }

    public var paths: Set<RepositoryPath> { Set([signers, revoked, keyring].compactMap(\.self)) }

    /// A change that a rule matches must meet all the rule demands; a change several rules match must meet them all.
    public struct Rule: Codable, Hashable, Sendable {
        public var name: String
        /// Empty is every path.
        public var paths: [PathPattern]
        /// Empty is every kind, and files that are no manifests.
        public var kinds: Set<Kind>
        /// Risk tiers of the model that is changed or served; empty is every tier.
        public var tiers: Set<String>
        /// Roles that may author a change; empty is anybody whose commit is otherwise in order.
        public var authors: [String]
        public var signed: Bool
        /// Each must be met; the author never counts, and nobody counts twice within one demand.
        public var approvals: [ApprovalDemand]
        public var evidence: EvidenceDemand
        public var windows: [Window]
        public var breakGlass: BreakGlassRule?
        /// An engine of the operator's that must say yes as well.
        public var engine: String?

        public init(
            name: String, paths: [PathPattern] = [], kinds: Set<Kind> = [], tiers: Set<String> = [],
            authors: [String] = [], signed: Bool = true, approvals: [ApprovalDemand] = [],
            evidence: EvidenceDemand = EvidenceDemand(), windows: [Window] = [], breakGlass: BreakGlassRule? = nil,
            engine: String? = nil
        ) {
            self.name = name
            self.paths = paths
            self.kinds = kinds
            self.tiers = tiers
            self.authors = authors
            self.signed = signed
            self.approvals = approvals
            self.evidence = evidence
            self.windows = windows
            self.breakGlass = breakGlass
            self.engine = engine
        }
    }

    /// `count` distinct people of a role, none of whom wrote the change.
    public struct ApprovalDemand: Codable, Hashable, Sendable {
        public var count: Int
        /// nil is anybody with a known key.
        public var role: String?
        /// Whether an approving review on the forge counts like a signed approval.
        public var reviews: Bool

        public init(count: Int, role: String? = nil, reviews: Bool = false) {
            self.count = count
            self.role = role
            self.reviews = reviews
        }
    }

    /// What the records must show of every version an endpoint is moved to.
    public struct EvidenceDemand: Codable, Hashable, Sendable {
        /// Metrics that must have been gated, and passed.
        public var gates: [String]
        /// Fields of the model card that must be filled: `intendedUse`, `limits`, `owner`, `riskTier`.
        public var card: [String]
        /// Whether the run must have stood behind the sandbox's walls.
        public var sandboxed: Bool
        /// Whether a signed attestation of the run must be on record.
        public var attested: Bool
        /// The least rows the version was evaluated on.
        public var sampleSize: Int64?
        /// Whether every file must be of a format that runs no code when it is loaded; a waiver is the only exception.
        public var safeFormats: Bool

        public init(
            gates: [String] = [], card: [String] = [], sandboxed: Bool = false, attested: Bool = false,
            sampleSize: Int64? = nil, safeFormats: Bool = false
        ) {
            self.safeFormats = safeFormats
            self.gates = gates
            self.card = card
            self.sandboxed = sandboxed
            self.attested = attested
            self.sampleSize = sampleSize
        }

        public var isEmpty: Bool { self == EvidenceDemand() }
    }

    /// Lets a version serve whose files can run code when they are loaded, behind the sandbox's walls, until a day.
    public struct Waiver: Codable, Hashable, Sendable {
        public var model: ResourceName
        /// nil is every version.
        public var version: Int?
        /// The formats let through, sorted.
        public var formats: [ArtefactFormat]
        public var until: Timestamp
        public var reason: String

        public init(
            model: ResourceName, version: Int?, formats: [ArtefactFormat], until: Timestamp, reason: String
        ) {
            self.model = model
            self.version = version
            self.formats = formats.sorted { $0.rawValue < $1.rawValue }
            self.until = until
            self.reason = reason
        }
    }

    /// When changes take effect. All times are UTC.
    public enum Window: Codable, Hashable, Sendable {
        /// Nothing takes effect from `start` until `end`.
        case freeze(start: Timestamp, end: Timestamp, reason: String)
        /// Changes take effect only on these days (1 is Monday, 7 Sunday) from minute to minute of the day. A window
        /// whose end is not after its start goes on past midnight.
        case maintenance(days: Set<Int>, startMinute: Int, endMinute: Int)
    }

    /// Who may go past approvals, evidence and windows in an emergency, and for how long that stands.
    public struct BreakGlassRule: Codable, Hashable, Sendable {
        public var role: String
        public var longest: TimeSpan

        public init(role: String, longest: TimeSpan) {
            self.role = role
            self.longest = longest
        }
    }
}

// Sets are written sorted: the same policy is the same bytes in every process.

extension Policy {
    private enum CodingKeys: String, CodingKey {
        case repository, signers, revoked, keyring, openPGP, accounts, roles, rules, waivers
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(repository, forKey: .repository)
        try container.encodeIfPresent(signers, forKey: .signers)
        try container.encodeIfPresent(revoked, forKey: .revoked)
        try container.encodeIfPresent(keyring, forKey: .keyring)
        try container.encode(openPGP, forKey: .openPGP)
        try container.encode(accounts, forKey: .accounts)
        try container.encode(roles.mapValues { $0.sorted() }, forKey: .roles)
        try container.encode(rules, forKey: .rules)
        if !waivers.isEmpty { try container.encode(waivers, forKey: .waivers) }
    }

    // Policies written before there were waivers are read as what they meant.

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        repository = try container.decode(String.self, forKey: .repository)
        signers = try container.decodeIfPresent(RepositoryPath.self, forKey: .signers)
        revoked = try container.decodeIfPresent(RepositoryPath.self, forKey: .revoked)
        keyring = try container.decodeIfPresent(RepositoryPath.self, forKey: .keyring)
        openPGP = try container.decode([String: Person].self, forKey: .openPGP)
        accounts = try container.decode([String: Person].self, forKey: .accounts)
        roles = try container.decode([String: Set<Person>].self, forKey: .roles)
        rules = try container.decode([Rule].self, forKey: .rules)
        waivers = try container.decodeIfPresent([Waiver].self, forKey: .waivers) ?? []
    }
}

extension Policy.EvidenceDemand {
    private enum CodingKeys: String, CodingKey {
        case gates, card, sandboxed, attested, sampleSize, safeFormats
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(gates, forKey: .gates)
        try container.encode(card, forKey: .card)
        try container.encode(sandboxed, forKey: .sandboxed)
        try container.encode(attested, forKey: .attested)
        try container.encodeIfPresent(sampleSize, forKey: .sampleSize)
        if safeFormats { try container.encode(safeFormats, forKey: .safeFormats) }
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        gates = try container.decode([String].self, forKey: .gates)
        card = try container.decode([String].self, forKey: .card)
        sandboxed = try container.decode(Bool.self, forKey: .sandboxed)
        attested = try container.decode(Bool.self, forKey: .attested)
        sampleSize = try container.decodeIfPresent(Int64.self, forKey: .sampleSize)
        safeFormats = try container.decodeIfPresent(Bool.self, forKey: .safeFormats) ?? false
    }
}

extension Policy.Rule {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(paths, forKey: .paths)
        try container.encode(kinds.sorted(), forKey: .kinds)
        try container.encode(tiers.sorted(), forKey: .tiers)
        try container.encode(authors, forKey: .authors)
        try container.encode(signed, forKey: .signed)
        try container.encode(approvals, forKey: .approvals)
        try container.encode(evidence, forKey: .evidence)
        try container.encode(windows, forKey: .windows)
        try container.encodeIfPresent(breakGlass, forKey: .breakGlass)
        try container.encodeIfPresent(engine, forKey: .engine)
    }
}

extension Policy.Window {
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .freeze(let start, let end, let reason):
            var fields = container.nestedContainer(keyedBy: FreezeCodingKeys.self, forKey: .freeze)
            try fields.encode(start, forKey: .start)
            try fields.encode(end, forKey: .end)
            try fields.encode(reason, forKey: .reason)
        case .maintenance(let days, let startMinute, let endMinute):
            var fields = container.nestedContainer(keyedBy: MaintenanceCodingKeys.self, forKey: .maintenance)
            try fields.encode(days.sorted(), forKey: .days)
            try fields.encode(startMinute, forKey: .startMinute)
            try fields.encode(endMinute, forKey: .endMinute)
        }
    }
}
