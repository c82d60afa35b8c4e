// One line of `allowed_signers`: principals, options, key type, key, comment.
import WritVocabulary

extension AllowedSigners.Entry {
    init(line: String) throws(SignatureFailure) {
        var rest = Substring(line)
        guard !SignerLine.beginsWithKey(rest) else {
            throw .trust("the line begins with a key; the name of its holder must come first")
        }
        let principals = try SignerLine.principals(&rest)
        guard !rest.isEmpty else { throw .trust("there is no key after the principals") }
        var options = SignerOptions()
        // As ssh-keygen does: what does not begin with a type of key are options.
        if !SignerLine.beginsWithKey(rest) {
            options = try SignerOptions(try SignerLine.options(&rest))
            guard !rest.isEmpty else { throw .trust("there is no key after the options") }
        }
        guard SignerLine.beginsWithKey(rest) else {
            throw .trust("a key must follow; options are separated by commas, without spaces")
        }
        // What is one sign to Swift may be several to a program that reads bytes: a quote, and an accent on it.
        guard line.utf8.dropLast(rest.utf8.count).allSatisfy({ $0 < 0x80 }) else {
            throw .trust("only a comment after the key may hold letters beyond ASCII")
        }
        key = try SSHPublicKey(line: String(rest))
        holder = try AllowedSigners.Holder(principals: principals)
        namespaces = options.namespaces
        validAfter = options.validAfter
        validBefore = options.validBefore
    }
}

extension AllowedSigners.Holder {
    init(principals: String) throws(SignatureFailure) {
        let names = principals.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        var people: Set<Person> = []
        for name in names {
            guard !name.isEmpty else { throw .trust("a principal is empty") }
            guard SSHPattern.isExact(name) else { continue }
            guard let person = Person(name) else {
                throw .trust("the principal \(name.quoted()) is no name of a person")
            }
            people.insert(person)
        }
        let isPlain = names.allSatisfy(SSHPattern.isExact) && people.count == 1
        self = people.first.flatMap { isPlain ? .person($0) : nil } ?? .nobody(principals: principals)
    }
}

/// Where the words of a line begin and end.
enum SignerLine {
    /// The first word, or what stands in quotes.
    static func principals(_ rest: inout Substring) throws(SignatureFailure) -> String {
        let isQuoted = rest.first == "\""
        if isQuoted { rest.removeFirst() }
        guard let end = rest.firstIndex(where: { isQuoted ? $0 == "\"" : isBlank($0) }) else {
            throw .trust(isQuoted ? "a quote is not closed" : "there is no key after the principals")
        }
        let word = String(rest[..<end])
        rest = isQuoted ? rest[rest.index(after: end)...] : rest[end...]
        rest = rest.drop(while: isBlank)
        guard !word.contains("\"") else { throw .trust("a quote stands within the principals") }
        return word
    }

    /// Up to the first blank outside quotes.
    static func options(_ rest: inout Substring) throws(SignatureFailure) -> Substring {
        var isQuoted = false
        guard
            let end = rest.firstIndex(where: {
                if $0 == "\"" { isQuoted.toggle() }
                return !isQuoted && isBlank($0)
            })
        else { throw .trust(isQuoted ? "a quote is not closed" : "there is no key after the options") }
        defer { rest = rest[end...].drop(while: isBlank) }
        return rest[..<end]
    }

    static func beginsWithKey(_ rest: Substring) -> Bool {
        let word = rest.prefix { !isBlank($0) }
        return ["ssh-", "ecdsa-", "sk-", "webauthn-"].contains { word.hasPrefix($0) }
    }

    static func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
}
