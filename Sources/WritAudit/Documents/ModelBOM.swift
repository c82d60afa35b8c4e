// The bill of materials of a version: CycloneDX 1.6, every figure with the entry of the ledger that proves it.
import Foundation
import WritVocabulary

/// A machine-learning bill of materials of one version, made from the records and nothing else: made again from the
/// same records and material, it is the same bytes.
///
/// Properties named `writ:entry` (or `writ:entry:<what>`) hold the number of the entry that proves what they stand by.
public struct ModelBOM: Hashable, Sendable {
    public let version: VersionID
    /// JSON, as CycloneDX 1.6 has it: sorted keys, indented, a final line end.
    public let bytes: [UInt8]
    /// `urn:uuid:…`, the same whenever it is made of the same version in the same ledger.
    public let serialNumber: String

    public static let mediaType = "application/vnd.cyclonedx+json; version=1.6"
    public var digest: Digest { Digest(of: bytes) }

    /// Where the repository is to be had and what the version consists of: what the ledger names and does not hold. The
    /// packages come from the requirements among the material's texts.
    ///
    /// - Parameters:
    ///   - files: the version's files, read from the blob `artefacts`.
    ///   - repository: an address such as `https://example.com/ml/models.git`.
    /// - Throws: ``AuditFailure`` where no such version is on record, or the material is not that version's.
    public init(
        of version: VersionID, in trail: AuditTrail, _ material: AuditMaterial, files: ArtefactManifest? = nil,
        repository: String? = nil
    ) throws(AuditFailure) {
        let story = try DocumentedVersion(version, in: RecordIndex(trail, material))
        if let files { try ModelBOM.check(files, of: story) }
        if let repository { try ModelBOM.check(repository) }
        self.version = version
        serialNumber = ModelBOM.serialNumber(of: story.record, material.origin)
        let text = (story.training?.order.environment?.requirements).flatMap { material.texts[$0] }
        let packages = try text.map { text throws(AuditFailure) in try LockedPackages(text) }
        let parts = BillParts(story: story, packages: packages, manifest: files, repository: repository)
        let controller = parts.controller(trail)
        let document = parts.document(serialNumber: serialNumber, origin: material.origin, controller: controller)
        do {
            bytes = Array(try Canonical.encodePretty(document))
        } catch {
            throw AuditFailure("the bill of materials of \(version) could not be written: \(error)")
        }
    }

    private static func check(_ manifest: ArtefactManifest, of story: DocumentedVersion) throws(AuditFailure) {
        guard manifest.files.count <= DocumentLimits.files else {
            throw AuditFailure(
                "\(story.record.id) has \(manifest.files.count) files, more than \(DocumentLimits.files)",
                hint: "leave its files out of the bill of materials")
        }
        guard (try? manifest.digest) == story.record.artefacts else {
            throw AuditFailure(
                "the list of files is not that of \(story.record.id)",
                hint: "read it from the blob \(story.record.artefacts)")
        }
    }

    /// An address of visible ASCII without the signs RFC 3986 leaves out: others take it for malformed.
    private static func check(_ repository: String) throws(AuditFailure) {
        let refused = Set("\"<>\\^`{|}".utf8)
        guard (1...RegulationLimits.textCharacters).contains(repository.utf8.count),
            repository.utf8.allSatisfy({ (0x21...0x7E).contains($0) && !refused.contains($0) })
        else {
            throw AuditFailure(
                "the repository's address is no URL", hint: "give one such as https://example.com/ml/models.git")
        }
    }

    /// RFC 9562, version 8: the first 122 free bits of a SHA-256 over ledger, version and files.
    private static func serialNumber(of record: VersionRecord, _ origin: String) -> String {
        let seed = Digest(of: Data("writ-bom/v1\n\(origin)\n\(record.id)\n\(record.artefacts)\n".utf8))
        var digits = Array(seed.hex.prefix(32))
        digits[12] = "8"
        let variant = Array("89ab")
        digits[16] = variant[(digits[16].hexDigitValue ?? 0) & 3]
        let text = String(digits)
        var parts: [Substring] = []
        var rest = text[...]
        for width in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(width))
            rest = rest.dropFirst(width)
        }
        return "urn:uuid:" + parts.joined(separator: "-")
    }
}
