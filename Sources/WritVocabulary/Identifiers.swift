// A type for every id, so that none is taken for another.

/// A Git commit id Writ has accepted or may accept: 40 hexadecimal digits.
public struct RevisionID: TextIdentifier, Comparable, CustomStringConvertible {
    public let text: String
    public init?(_ text: String) {
        guard text.utf8.count == 40, text.utf8.allSatisfy(Hex.isLowerDigit) else { return nil }
        self.text = text
    }
    public var short: String { String(text.prefix(8)) }
    public var description: String { text }
    public static func < (a: RevisionID, b: RevisionID) -> Bool { a.text < b.text }
}

/// The Git id of a blob or a tree: 40 hexadecimal digits. Names content, wherever it lies.
public struct ContentID: TextIdentifier, Comparable, CustomStringConvertible {
    public let text: String
    public init?(_ text: String) {
        guard text.utf8.count == 40, text.utf8.allSatisfy(Hex.isLowerDigit) else { return nil }
        self.text = text
    }
    public var short: String { String(text.prefix(8)) }
    public var description: String { text }
    public static func < (a: ContentID, b: ContentID) -> Bool { a.text < b.text }
}

/// A path inside a repository: relative, `/`-separated, UTF-8, without empty, `.`, `..` or `.git` components.
public struct RepositoryPath: TextIdentifier, Comparable, CustomStringConvertible {
    public static let maximumBytes = 1024
    public let text: String

    public init?(_ text: String) {
        // Bytes, not characters: a repository of 100,000 manifests makes half a million of these.
        var text = text
        guard text.withUTF8(RepositoryPath.isValid) else { return nil }
        self.text = text
    }

    private static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard (1...maximumBytes).contains(bytes.count) else { return false }
        var start = 0
        for index in 0...bytes.count {
            guard index == bytes.count || bytes[index] == UInt8(ascii: "/") else {
                if bytes[index] == 0 { return false }
                continue
            }
            guard isComponent(UnsafeBufferPointer(rebasing: bytes[start..<index])) else { return false }
            start = index + 1
        }
        return true
    }

    private static func isComponent(_ part: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = part.first else { return false }
        guard first == UInt8(ascii: "."), part.count <= 4 else { return true }
        return ![".", "..", ".git"].contains {
            $0.utf8.elementsEqual(part.lazy.map { (65...90).contains($0) ? $0 | 0x20 : $0 })
        }
    }

    public var components: [Substring] { text.split(separator: "/") }
    public var description: String { text }

    // By bytes, as Git does: two spellings of one accented letter are two files.
    public static func == (a: RepositoryPath, b: RepositoryPath) -> Bool { a.text.byteOrder(to: b.text) == 0 }
    public static func < (a: RepositoryPath, b: RepositoryPath) -> Bool { a.text.byteOrder(to: b.text) < 0 }
    public func hash(into hasher: inout Hasher) { text.hashBytes(into: &hasher) }

    /// The path itself and every folder above it, deepest first: `a/b/c`, `a/b`, `a`.
    public var selfAndAncestors: [RepositoryPath] {
        var found: [RepositoryPath] = []
        var rest = components
        while !rest.isEmpty {
            if let path = RepositoryPath(rest.joined(separator: "/")) { found.append(path) }
            rest.removeLast()
        }
        return found
    }

    /// Whether this path is `folder` or lies below it.
    public func isWithin(_ folder: RepositoryPath) -> Bool {
        let (own, above) = (text.utf8, folder.text.utf8)
        guard own.starts(with: above) else { return false }
        return own.count == above.count || own.dropFirst(above.count).first == UInt8(ascii: "/")
    }
}

/// The digest of everything a run depends on. See ``Recipe``.
public struct RecipeID: TextIdentifier, Comparable, CustomStringConvertible {
    public let digest: Digest
    public init(_ digest: Digest) { self.digest = digest }
    public init?(_ text: String) {
        guard let digest = Digest(text) else { return nil }
        self.digest = digest
    }
    public var text: String { digest.text }
    public var short: String { digest.short }
    public var description: String { text }
    public static func < (a: RecipeID, b: RecipeID) -> Bool { a.digest < b.digest }
}

/// What a sandboxed process is started for.
public enum Purpose: String, Codable, Sendable, CaseIterable {
    case training, evaluation, materialisation

    var prefix: String {
        switch self {
        case .training: "run"
        case .evaluation: "eval"
        case .materialisation: "data"
        }
    }
}

/// One sandboxed process and its workspace: `run-<12 hex>-<attempt>`, `eval-…`, `data-…`.
///
/// Derived from what it computes, so that starting the same thing twice is seen to be the same thing.
public struct ExecutionID: TextIdentifier, Comparable, CustomStringConvertible {
    public let text: String

    public init(_ purpose: Purpose, of content: Digest, attempt: Int) {
        text = "\(purpose.prefix)-\(content.short)-\(attempt)"
    }

    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, Purpose.allCases.contains(where: { $0.prefix == parts[0] }), parts[1].utf8.count == 12,
            parts[1].utf8.allSatisfy(Hex.isLowerDigit), let attempt = Int(parts[2]), (1...999).contains(attempt)
        else { return nil }
        self.text = text
    }

    public var description: String { text }
    public static func < (a: ExecutionID, b: ExecutionID) -> Bool { a.text < b.text }
}

/// One version of a model: `flight-time:3`.
public struct VersionID: TextIdentifier, Comparable, CustomStringConvertible {
    public let model: ResourceName
    public let number: Int

    public init(_ model: ResourceName, _ number: Int) {
        self.model = model
        self.number = number
    }

    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let model = ResourceName(String(parts[0])), let number = Int(parts[1]), number > 0
        else { return nil }
        self.init(model, number)
    }

    public var text: String { "\(model):\(number)" }
    public var description: String { text }
    public static func < (a: VersionID, b: VersionID) -> Bool {
        a.model != b.model ? a.model < b.model : a.number < b.number
    }
}

/// A set of equal replicas: one endpoint, one version, one way to run it. `flights-1f2e3d4c5b6a`.
public struct DeploymentID: TextIdentifier, Comparable, CustomStringConvertible {
    public let text: String

    public init(endpoint: ResourceName, content: Digest) { text = "\(endpoint)-\(content.short)" }

    public init?(_ text: String) {
        guard let dash = text.lastIndex(of: "-"), ResourceName.isValid(String(text[..<dash])),
            text[text.index(after: dash)...].utf8.count == 12,
            text[text.index(after: dash)...].utf8.allSatisfy(Hex.isLowerDigit)
        else { return nil }
        self.text = text
    }

    public var description: String { text }
    public static func < (a: DeploymentID, b: DeploymentID) -> Bool { a.text < b.text }
}

/// One serving process: deployment, place (0 to replicas - 1) and how often that place was started before.
public struct ReplicaID: TextIdentifier, Comparable, CustomStringConvertible {
    public let deployment: DeploymentID
    public let ordinal: Int
    public let generation: Int

    public init(_ deployment: DeploymentID, ordinal: Int, generation: Int) {
        self.deployment = deployment
        self.ordinal = ordinal
        self.generation = generation
    }

    public init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let deployment = DeploymentID(String(parts[0])), let ordinal = Int(parts[1]),
            let generation = Int(parts[2]), ordinal >= 0, generation >= 0
        else { return nil }
        self.init(deployment, ordinal: ordinal, generation: generation)
    }

    public var text: String { "\(deployment).\(ordinal).\(generation)" }
    public var description: String { text }
    public static func < (a: ReplicaID, b: ReplicaID) -> Bool {
        (a.deployment, a.ordinal, a.generation) < (b.deployment, b.ordinal, b.generation)
    }
}

/// The idempotency key of an action: the same act always has the same key, so an effect happens once under it.
public struct ActionKey: TextIdentifier, Comparable, CustomStringConvertible {
    public let text: String
    public init?(_ text: String) {
        guard (1...256).contains(text.utf8.count) else { return nil }
        self.text = text
    }
    init(unchecked text: String) { self.text = text }
    public var description: String { text }
    public static func < (a: ActionKey, b: ActionKey) -> Bool { a.text < b.text }
}
