// Which file has which digest: the statement of OpenSSF model signing v1.0 (ossf/model-signing-spec).
import Foundation
import WritVocabulary

/// The files of a model as its signature lists them.
public struct ModelListing: Hashable, Sendable {
    public struct Resource: Hashable, Sendable {
        public var name: String
        public var digest: Digest
    }

    /// Names at the top of a folder that a signature does not cover, as the specification has it.
    static let ignoredNames = [".git", ".gitattributes", ".github", ".gitignore"]

    /// In the order they are listed, which the root digest is over.
    public let resources: [Resource]
    /// Paths the signer left out, relative to the folder.
    public let ignoredPaths: [String]

    /// The files of a version, in the specification's order: names by code point.
    public init(_ manifest: ArtefactManifest) {
        // The order of code points is the order of UTF-8 bytes, which the manifest has.
        resources = ArtefactManifest(files: manifest.files).files
            .filter { !ModelListing.isIgnored($0.path, by: ModelListing.ignoredNames) }
            .map { Resource(name: $0.path, digest: $0.digest) }
        ignoredPaths = ModelListing.ignoredNames
    }

    /// SHA-256 over the raw digests in listed order. It covers no names: only the signature does.
    public var rootDigest: Digest { Digest(of: resources.flatMap { Hex.decode($0.digest.hex) ?? [] }) }

    static func isIgnored(_ path: String, by ignored: [String]) -> Bool {
        ignored.contains { path.utf8.elementsEqual($0.utf8) || path.utf8.starts(with: Array("\($0)/".utf8)) }
    }

    /// The statement. The version's own digest, which others' tools pass over, is beside the root digest.
    func payload(named name: String, artefacts: Digest) throws -> [UInt8] {
        let listed = resources.map { resource -> JSONValue in
            ["name": .string(resource.name), "digest": .string(resource.digest.hex), "algorithm": "sha256"]
        }
        let statement = Statement(
            subject: [
                [
                    "name": .string(name), "digest": ["sha256": .string(rootDigest.hex)],
                    "annotations": ["artefactManifest": .text(artefacts)],
                ]
            ],
            predicateType: AttestationKind.signature.predicateType,
            predicate: [
                "serialization": [
                    "method": "files", "hash_type": "sha256", "allow_symlinks": .boolean(false),
                    "ignore_paths": .strings(ignoredPaths),
                ],
                "resources": .array(listed),
            ])
        return Array(try Canonical.encode(statement))
    }
}

extension ModelListing {
    private struct Wire: Decodable {
        struct Subject: Decodable {
            var digest: [String: String]
        }
        struct Resource: Decodable {
            var name: String
            var digest: String
            var algorithm: String
        }
        struct Serialization: Decodable {
            var method: String
            var hash_type: String
            var allow_symlinks: Bool
            var ignore_paths: [String]?
        }
        struct Predicate: Decodable {
            var serialization: Serialization
            var resources: [Resource]
        }

        var _type: String
        var subject: [Subject]
        var predicateType: String
        var predicate: Predicate
    }

    /// Reads the statement of anybody's signature, in whatever order it lists the files. Call it with bytes a key
    /// signed. Listings of shards, of other hashes and of symlinks are refused.
    public init(decoding payload: [UInt8]) throws {
        func refuse(_ why: String) -> AttestationFailure { .malformed("the model signature", why) }
        let wire = try BoundedJSON.decode(Wire.self, from: payload, what: "the model signature")
        let form = wire.predicate.serialization
        guard wire._type == Statement.type, wire.predicateType == AttestationKind.signature.predicateType else {
            throw refuse("it is a statement of another kind")
        }
        guard form.method == "files", form.hash_type == "sha256", !form.allow_symlinks else {
            throw refuse("only whole files by SHA-256, without symlinks, are read")
        }
        guard wire.predicate.resources.count <= Limits.folderFiles else { throw refuse("it lists too many files") }
        var seen: Set<[UInt8]> = []
        resources = try wire.predicate.resources.map { resource in
            guard resource.algorithm == "sha256", let digest = Digest(hex: resource.digest),
                ModelListing.isRelative(resource.name), seen.insert(Array(resource.name.utf8)).inserted
            else { throw refuse("“\(resource.name.prefix(80))” is listed twice, or its name or digest is none") }
            return Resource(name: resource.name, digest: digest)
        }
        ignoredPaths = (form.ignore_paths ?? []).filter(ModelListing.isRelative)
        guard wire.subject.count == 1, wire.subject[0].digest["sha256"] == rootDigest.hex else {
            throw refuse("its root digest is not that of the files it lists")
        }
    }

    /// Relative, and never leaving the folder.
    private static func isRelative(_ name: String) -> Bool {
        !name.isEmpty && !name.utf8.contains(0)
            && name.split(separator: "/", omittingEmptySubsequences: false)
                .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    /// Sentences on how a version's files differ from those listed; none when they are the same.
    public func differences(from manifest: ArtefactManifest) -> [String] {
        compare(manifest.files.map { (Array($0.path.utf8), $0.digest) })
    }

    /// Compares by bytes of the names: two spellings of an accented letter are two files.
    func compare(_ files: [(name: [UInt8], digest: Digest)]) -> [String] {
        var expected = Dictionary(
            resources.map { (Array($0.name.utf8), $0.digest) }, uniquingKeysWith: { first, _ in first })
        var found: [String] = []
        for file in files {
            let name = String(decoding: file.name, as: UTF8.self)
            guard !ModelListing.isIgnored(name, by: ignoredPaths) else { continue }
            switch expected.removeValue(forKey: file.name) {
            case nil: found.append("\(name) is not signed")
            case file.digest?: continue
            case .some: found.append("\(name) has other bytes than were signed")
            }
        }
        let missing = expected.keys.sorted { $0.lexicographicallyPrecedes($1) }
        found += missing.map { "\(String(decoding: $0, as: UTF8.self)) is missing" }
        let rest = found.count - Limits.problemsListed
        return found.prefix(Limits.problemsListed) + (rest > 0 ? ["and \(rest) more"] : [])
    }
}
