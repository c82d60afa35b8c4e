// The options of a line of `allowed_signers`.
import WritVocabulary

struct SignerOptions {
    var namespaces: String?
    var validAfter: Timestamp?
    var validBefore: Timestamp?

    init() {}

    /// `namespaces="git,file",valid-after="20260101Z"`. Names of options are without case.
    init(_ text: Substring) throws(SignatureFailure) {
        for option in try SignerOptions.split(text) {
            let written = option.prefix { $0 != "=" }
            let (name, value) = (written.lowercased(), option[written.endIndex...])
            switch name {
            case "namespaces": try set(&namespaces, name, try SignerOptions.unquoted(value, of: name))
            case "valid-after": try set(&validAfter, name, try SignerOptions.time(value, of: name))
            case "valid-before": try set(&validBefore, name, try SignerOptions.time(value, of: name))
            case "cert-authority":
                throw .trust("“cert-authority” is not supported: list the people's own keys instead of their authority")
            case "":
                throw .trust("an option is empty; options are separated by one comma")
            default:
                throw .trust(
                    "the option \(name.quoted(40)) is not known; namespaces, valid-after and valid-before are")
            }
        }
        if let validAfter, let validBefore, validAfter > validBefore {
            throw .trust("valid-before lies before valid-after, so the key is never valid")
        }
    }

    private func set<Value>(
        _ place: inout Value?, _ name: String, _ value: Value
    ) throws(SignatureFailure) {
        guard place == nil else { throw .trust("the option “\(name)” is given twice") }
        place = value
    }

    /// At commas outside quotes.
    private static func split(_ text: Substring) throws(SignatureFailure) -> [Substring] {
        var isQuoted = false
        var parts: [Substring] = []
        var start = text.startIndex
        for index in text.indices {
            if text[index] == "\"" { isQuoted.toggle() }
            guard !isQuoted, text[index] == "," else { continue }
            parts.append(text[start..<index])
            start = text.index(after: index)
        }
        guard !isQuoted else { throw .trust("a quote is not closed") }
        return parts + [text[start...]]
    }

    private static func unquoted(_ value: Substring, of name: String) throws(SignatureFailure) -> String {
        let inner = value.dropFirst(2).dropLast()
        guard value.count >= 4, value.hasPrefix("=\""), value.hasSuffix("\""), !inner.contains("\""),
            !inner.contains("\\")
        else { throw .trust("the value of “\(name)” must stand in quotes, as in \(name)=\"…\"") }
        return String(inner)
    }

    /// `YYYYMMDD[HHMM[SS]]Z`.
    private static func time(_ value: Substring, of name: String) throws(SignatureFailure) -> Timestamp {
        let text = try unquoted(value, of: name)
        guard text.hasSuffix("Z") else {
            throw .trust(
                "the time \(text.quoted(40)) of “\(name)” must end with Z (UTC); without it, it would mean another time "
                    + "on every machine")
        }
        let digits = Array(text.utf8.dropLast())
        guard [8, 12, 14].contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            throw .trust(
                "the time \(text.quoted(40)) of “\(name)” is not YYYYMMDDZ, YYYYMMDDHHMMZ or YYYYMMDDHHMMSSZ")
        }
        let all = String(decoding: digits, as: UTF8.self) + String(repeating: "0", count: 14 - digits.count)
        func part(_ range: Range<Int>) -> Substring { all.dropFirst(range.lowerBound).prefix(range.count) }
        let written =
            "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14)).000Z"
        // A day that does not exist would be read as another one.
        guard let time = Timestamp(written), time.text == written else {
            throw .trust("the time “\(text)” of “\(name)” does not exist")
        }
        return time
    }
}
