// Takes the armor off an OpenPGP signature (RFC 4880 §6.2) and sees that there is one signature packet in it.

/// What is handed to `gpgv` is these bytes and no others: no second signature, no message, nothing compressed.
enum OpenPGPArmor {
    static let begin = "-----BEGIN PGP SIGNATURE-----"
    private static let end = "-----END PGP SIGNATURE-----"

    static func open(_ text: [UInt8]) throws(SignatureFailure) -> [UInt8] {
        guard text.count <= SignatureLimits.armorBytesMaximum else {
            throw .signature("the signature is larger than \(SignatureLimits.armorBytesMaximum) bytes")
        }
        var lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            Array(line.reversed().drop(while: Armor.isSpace).reversed())
        }[...]
        guard lines.popFirst() == Array(begin.utf8) else { throw .signature("it does not begin with “\(begin)”") }
        while lines.last?.isEmpty == true { lines.removeLast() }
        guard lines.popLast() == Array(end.utf8) else { throw .signature("the line “\(end)” is missing, or not last") }
        // Headers such as `Version: …` say nothing that is signed.
        while let line = lines.first, line.contains(UInt8(ascii: ":")) { lines.removeFirst() }
        guard lines.popFirst()?.isEmpty == true else {
            throw .signature("there is no empty line before the content of the signature")
        }
        let packet = try content(lines)
        guard isOneSignature(packet) else {
            throw .signature("it does not hold exactly one OpenPGP signature")
        }
        return packet
    }

    private static func content(_ lines: ArraySlice<[UInt8]>) throws(SignatureFailure) -> [UInt8] {
        var lines = lines
        var checksum: [UInt8]?
        if let last = lines.last, last.first == UInt8(ascii: "=") {
            checksum = Base64.decode(last.dropFirst())
            lines.removeLast()
            guard checksum?.count == 3 else { throw .signature("the checksum of the signature is malformed") }
        }
        guard let content = Base64.decode(Array(lines.joined())) else {
            throw .signature("the lines of the signature are not Base64")
        }
        guard checksum == nil || checksum == crc24(content) else {
            throw .signature("the checksum of the signature is wrong")
        }
        return content
    }

    /// RFC 4880 §6.1.
    private static func crc24(_ bytes: [UInt8]) -> [UInt8] {
        var crc: UInt32 = 0xB7_04CE
        for byte in bytes {
            crc ^= UInt32(byte) << 16
            for _ in 0..<8 {
                crc <<= 1
                if crc & 0x100_0000 != 0 { crc ^= 0x186_4CFB }
            }
        }
        return [
            UInt8(truncatingIfNeeded: crc >> 16), UInt8(truncatingIfNeeded: crc >> 8), UInt8(truncatingIfNeeded: crc),
        ]
    }

    /// One packet with the tag 2 and a definite length that ends where the bytes end (RFC 4880 §4.2).
    private static func isOneSignature(_ bytes: [UInt8]) -> Bool {
        guard let first = bytes.first, first & 0x80 != 0 else { return false }
        let isNew = first & 0x40 != 0
        guard (isNew ? first & 0x3F : first >> 2 & 0x0F) == 2 else { return false }
        func length(_ range: Range<Int>) -> Int? {
            guard range.upperBound <= bytes.count else { return nil }
            return range.upperBound + bytes[range].reduce(0) { $0 << 8 | Int($1) }
        }
        let total: Int?
        switch (isNew, isNew ? bytes.dropFirst().first ?? 0 : first & 3) {
        case (false, 0): total = length(1..<2)
        case (false, 1): total = length(1..<3)
        case (false, 2): total = length(1..<5)
        case (false, _): total = nil
        case (true, 0..<192): total = length(1..<2)
        case (true, 192..<224): total = bytes.count < 3 ? nil : 3 + (Int(bytes[1]) - 192) << 8 + Int(bytes[2]) + 192
        case (true, 255): total = length(2..<6)
        case (true, _): total = nil
        }
        return total == bytes.count
    }
}
