// Programs and packed files, told by their first bytes.
import WritVocabulary

enum ContainerFormat {
    private static let magics: [(bytes: [UInt8], format: ArtefactFormat, detail: String)] = [
        ([0x7F, 0x45, 0x4C, 0x46], .executable, "an ELF object"),
        (Array("#!".utf8), .executable, "a script"),
        ([0x4D, 0x5A], .executable, "a program for Windows"),
        ([0xCF, 0xFA, 0xED, 0xFE], .executable, "a program for macOS"),
        ([0xCE, 0xFA, 0xED, 0xFE], .executable, "a program for macOS"),
        ([0xCA, 0xFE, 0xBA, 0xBE], .executable, "a program for macOS or Java"),
        ([0x00, 0x61, 0x73, 0x6D], .executable, "WebAssembly"),
        ([0x1F, 0x8B], .archive, "packed with gzip"),
        (Array("BZh".utf8), .archive, "packed with bzip2"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], .archive, "packed with xz"),
        ([0x5D, 0x00, 0x00], .archive, "packed with lzma"),
        ([0x04, 0x22, 0x4D, 0x18], .archive, "packed with lz4"),
        ([0x28, 0xB5, 0x2F, 0xFD], .archive, "packed with zstd"),
        ([0x37, 0x7A, 0xBC, 0xAF], .archive, "a 7z archive"),
        (Array("Rar!".utf8), .archive, "a RAR archive"),
    ]

    /// What of these it is; text may begin with the letters of some, so text is asked for first where `isText`.
    static func verdict(_ view: ByteView, isText: Bool) throws -> Verdict? {
        let head = try view.bytes(at: 0, 512)
        for magic in magics where head.starts(with: magic.bytes) {
            if isText, magic.bytes != Array("#!".utf8) { continue }
            return Verdict(magic.format, magic.detail)
        }
        if isTar(head) { return Verdict(.archive, "a tar archive") }
        if isText { return nil }
        // zlib: 15-bit window or less, deflate, and a check over both bytes (RFC 1950).
        if head.count >= 2, head[0] & 0x0F == 8, head[0] >> 4 <= 7, (Int(head[0]) << 8 + Int(head[1])) % 31 == 0,
            head[1] & 0x20 == 0,
            try Inflate.beginning(of: view.part(at: 2, size: view.size - 2) ?? view, limit: 4096) != nil
        {
            return Verdict(.archive, "packed with zlib")
        }
        // CPython's byte code: a magic number between 3000 and 4000, then a line end.
        if head.count >= 16, head[2] == 0x0D, head[3] == 0x0A, (3000...4000).contains(head.little(0, 2)) {
            return Verdict(.executable, "byte code of Python")
        }
        return nil
    }

    /// The check sum of a header block makes a tar archive, whichever of its dialects (POSIX.1, ustar).
    private static func isTar(_ head: [UInt8]) -> Bool {
        guard head.count == 512 else { return false }
        let digits = head[148..<156].filter { (0x30...0x37).contains($0) }
        guard !digits.isEmpty, let written = Int(String(decoding: digits, as: UTF8.self), radix: 8) else {
            return false
        }
        let sum = head.enumerated().reduce(0) { $0 + ((148..<156).contains($1.offset) ? 0x20 : Int($1.element)) }
        return sum == written
    }
}
