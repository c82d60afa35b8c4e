// The lines around a signature or a key: BEGIN, Base64, END.

/// `-----BEGIN <label>-----`, as OpenSSH writes and reads it.
struct Armor {
    let label: String

    static let signature = Armor(label: "SSH SIGNATURE")
    static let privateKey = Armor(label: "OPENSSH PRIVATE KEY")

    var begin: String { "-----BEGIN \(label)-----" }
    var end: String { "-----END \(label)-----" }

    /// The content. As with ssh-keygen the text must start with BEGIN on a line of its own, and may break its other
    /// lines anywhere; unlike there, only white space may follow END.
    func open(_ text: [UInt8]) throws(SignatureFailure) -> [UInt8] {
        let (begin, end) = (Array("\(begin)\n".utf8), Array("\n\(end)".utf8))
        guard text.count <= SignatureLimits.armorBytesMaximum else {
            throw .signature("the \(label) is larger than \(SignatureLimits.armorBytesMaximum) bytes")
        }
        guard text.starts(with: begin) else { throw .signature("it does not begin with “\(self.begin)”") }
        // From the line end before it: there may be no content.
        let body = text.dropFirst(begin.count - 1)
        guard let footer = body.indices.first(where: { body[$0...].starts(with: end) }) else {
            throw .signature("the line “\(self.end)” is missing")
        }
        guard body[(footer + end.count)...].allSatisfy(Armor.isSpace) else {
            throw .signature("there is text after “\(self.end)”")
        }
        guard let content = Base64.decode(body[..<footer].filter { !Armor.isSpace($0) }) else {
            throw .signature("the lines of the \(label) are not Base64")
        }
        return content
    }

    func close(_ content: [UInt8]) -> String {
        "\(begin)\n\(Base64.lines(content, columns: 70))\(end)\n"
    }

    /// Space, tab, line feed, vertical tab, form feed and carriage return.
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
