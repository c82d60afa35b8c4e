// The form of an index on disk: a head with checksums, then fixed-width records that can be searched in place.
//
//   head    magic, numbers, the digest of (rules, manifest folder), the revision, where each section lies,
//           eight bytes of SHA-256 for each block of the body, and the SHA-256 of all that
//   body    files      sorted by path:          text, blob, what it declares
//           resources  sorted by kind and name: text, file, line, column, what it names, who names it
//           mentions   in the order of resources
//           paths      sorted: text, who uses it
//           numbers of resources: declared in a file, referring to a resource, using a path
//           texts      names and paths in the order of their tables, so that a search stays among few blocks
//
// Numbers are little-endian. Sections begin at a block, and no record lies across two.
import WritVocabulary

enum IndexFormat {
    static let magic = Array("writ-idx".utf8)
    static let version: UInt32 = 1
    static let blockBytes = 4096
    static let sumBytes = 8
    static let digestBytes = 32
    static let revisionBytes = 20
    /// Magic, version, block size, scope, revision, sections, body length.
    static let fixedHeadBytes = 8 + 4 + 4 + digestBytes + revisionBytes + Section.allCases.count * 16 + 8

    enum Section: Int, CaseIterable {
        case files, resources, mentions, paths, declared, referrers, users, texts

        var recordBytes: Int {
            switch self {
            case .files, .resources: 32
            case .mentions, .paths: 16
            case .declared, .referrers, .users: 4
            case .texts: 1
            }
        }
    }

    /// What a mention's last number says of its target.
    enum TargetForm: UInt32 {
        case resource = 0
        case resourceThatNothingWaitsFor = 1
        case path = 2
    }

    /// Under which rules which folder was read. Another program, or another folder, has another scope.
    static func scope(rules: String, folder: RepositoryPath?) -> [UInt8] {
        let text = "writ index \(version)\u{0}\(rules)\u{0}\(folder.map { "/\($0.text)" } ?? "")"
        return Hex.decode(Digest(of: Array(text.utf8)).hex) ?? []
    }

    static func sum(of block: [UInt8]) -> UInt64 {
        var digest = DigestBuilder()
        block.withUnsafeBytes { digest.update($0) }
        return UInt64(digest.finish().hex.prefix(sumBytes * 2), radix: 16) ?? 0
    }

    /// The number of a kind in a record.
    static func code(of kind: Kind) -> UInt8 { UInt8(Kind.allCases.firstIndex(of: kind) ?? 0) }

    static func kind(of code: UInt8) -> Kind? {
        Kind.allCases.indices.contains(Int(code)) ? Kind.allCases[Int(code)] : nil
    }
}

extension [UInt8] {
    mutating func append(number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
}

extension Collection<UInt8> {
    /// The number whose bytes begin `offset` bytes in. The caller knows that they are there.
    func number<Number: FixedWidthInteger>(at offset: Int, as: Number.Type = Number.self) -> Number {
        var value: Number = 0
        var position = index(startIndex, offsetBy: offset)
        for shift in 0..<Number.bitWidth / 8 {
            value |= Number(truncatingIfNeeded: self[position]) << Number(shift * 8)
            position = index(after: position)
        }
        return value
    }
}
