// The patterns of secrets, looked for in one string of an entry.

/// One pass over a string's bytes as they stand in JSON; a piece never begins or ends within an escape.
struct SecretSearch {
    private let json: UnsafeRawBufferPointer
    private let range: Range<Int>
    /// Whether the string is random by nature.
    private let mayBeRandom: Bool
    private var found: [Secret] = []
    private var position: Int

    init(_ json: UnsafeRawBufferPointer, _ range: Range<Int>, mayBeRandom: Bool) {
        self.json = json
        self.range = range
        self.mayBeRandom = mayBeRandom
        position = range.lowerBound
    }

    mutating func run() -> [Secret] {
        while position < range.upperBound {
            let byte = json[position]
            if byte == UInt8(ascii: "\\") {
                position += 2
            } else if SecretText.isToken(byte) {
                token()
            } else {
                if byte == UInt8(ascii: ":") || byte == UInt8(ascii: "=") { sign(at: position) }
                position = max(position + 1, found.last?.range.upperBound ?? 0)
            }
        }
        return found
    }

    private mutating func add(_ range: Range<Int>, _ likeness: String, isRandom: Bool) {
        found.append(Secret(range: range, likeness: likeness, isRandom: isRandom))
        position = range.upperBound
    }

    /// Letters, digits, `-` and `_` in a row, from where they begin.
    private mutating func token() {
        let start = position
        var end = start
        while end < range.upperBound, SecretText.isToken(json[end]) { end += 1 }
        position = end
        if json[start] == UInt8(ascii: "-"), pem(from: start) { return }
        if end - start >= 4, prefixed(start..<end) { return }
        if end < range.upperBound, json[end] == UInt8(ascii: " "), end - start <= 6 { bearer(start..<end) }
        guard !mayBeRandom, end - start >= Limits.randomTokenBytes else { return }
        if !isExplained(start), SecretText.isRandom(json, start..<end) {
            add(start..<end, "a random token", isRandom: true)
        }
    }

    // MARK: Keys and tokens with a mark of their own

    private mutating func pem(from start: Int) -> Bool {
        guard matches("-----BEGIN ", at: start) else { return false }
        guard let kind = find("PRIVATE KEY", from: start, within: 48) else {
            // Public keys, certificates and signatures are random too, line after line.
            guard let end = find("-----END ", from: start, within: range.count) else { return false }
            position = end + 9
            return true
        }
        var end = range.upperBound
        if let close = find("PRIVATE KEY-----", from: kind + 11, within: range.count) { end = close + 16 }
        add(start..<end, "a private key", isRandom: true)
        return true
    }

    private mutating func prefixed(_ token: Range<Int>) -> Bool {
        for mark in SecretMark.all where json[token.lowerBound] == mark.prefix.utf8Start[0] {
            guard matches(mark.prefix, at: token.lowerBound) else { continue }
            var end = token.upperBound
            // JSON Web Tokens and their like go on behind dots.
            while mark.goesOn, end < range.upperBound, SecretText.isToken(json[end]) || json[end] == UInt8(ascii: ".") {
                end += 1
            }
            let rest = end - token.lowerBound - mark.prefix.utf8CodeUnitCount
            guard rest >= mark.rest, mark.isLoose || rest == mark.rest else { continue }
            if mark.goesOn, dots(token.lowerBound..<end) < 2 { continue }
            add(token.lowerBound..<end, mark.likeness, isRandom: true)
            return true
        }
        return false
    }

    private func dots(_ range: Range<Int>) -> Int { range.count { json[$0] == UInt8(ascii: ".") } }

    /// `Bearer x`, `Basic x`: the credentials of an HTTP request.
    private mutating func bearer(_ word: Range<Int>) {
        guard SecretText.equal(json, word, "bearer") || SecretText.equal(json, word, "basic") else { return }
        let start = word.upperBound + 1
        var end = start
        while end < range.upperBound, SecretText.isValue(json[end]) { end += 1 }
        guard end - start >= 16, SecretText.hasDigitOrCase(json, start..<end) else { return }
        add(start..<end, "the credentials of a request", isRandom: SecretText.isRandom(json, start..<end))
    }

    // MARK: What a sign announces

    private mutating func sign(at place: Int) {
        if matches("://", at: place) { return userinfo(from: place + 3) }
        assignment(place)
    }

    /// The password of `https://name:password@host`, up to the last `@` as browsers and curl take it; and a name that
    /// is a token by its length, as forges take one for a password.
    private mutating func userinfo(from start: Int) {
        var (colon, at, end): (Int?, Int?, Int) = (nil, nil, start)
        while end < range.upperBound, SecretText.isUserinfo(json[end]) || json[end] == UInt8(ascii: "@") {
            if json[end] == UInt8(ascii: ":"), colon == nil, at == nil { colon = end }
            if json[end] == UInt8(ascii: "@") { at = end }
            end += 1
        }
        guard let at else { return }
        let secret = colon.map { $0 + 1..<at } ?? start..<at
        let isLong = secret.count >= Limits.tokenNameBytes && SecretText.hasDigitOrCase(json, secret)
        guard !secret.isEmpty, colon != nil || isLong, !SecretText.isReference(json, secret) else { return }
        add(
            secret, colon == nil ? "a token in an address" : "a password in an address",
            isRandom: SecretText.isRandom(json, secret))
    }

    /// `password=x`, `"api_key": "x"`, `--token=x`.
    private mutating func assignment(_ place: Int) {
        var end = place
        while end > range.lowerBound, SecretText.isQuoteOrSpace(json[end - 1]) { end -= 1 }
        var start = end
        while start > range.lowerBound, SecretText.isToken(json[start - 1]) { start -= 1 }
        // The letter of an escape such as `\n` is no part of the word.
        if start > range.lowerBound, json[start - 1] == UInt8(ascii: "\\") { start += 1 }
        guard start < end, SecretText.namesSecret(json, start..<end) else { return }
        var value = place + 1
        while value < range.upperBound, SecretText.isQuoteOrSpace(json[value]) {
            value += json[value] == UInt8(ascii: "\\") ? 2 : 1
        }
        guard value < range.upperBound else { return }
        var stop = value
        while stop < range.upperBound, SecretText.isValue(json[stop]) { stop += 1 }
        // `secret: sha256:…` names a digest, and `token = 5` counts something.
        guard stop - value >= Limits.shortestSecretBytes, !SecretText.isReference(json, value..<stop) else { return }
        add(value..<stop, "a password or key", isRandom: SecretText.isRandom(json, value..<stop))
    }

    // MARK: Places

    /// Whether what stands before a random token says that it is none: a digest, a fingerprint, a public key.
    private func isExplained(_ start: Int) -> Bool {
        for mark in SecretText.explanations {
            let count = mark.utf8CodeUnitCount
            if start - count >= range.lowerBound, matches(mark, at: start - count) { return true }
            if matches(mark, at: start) { return true }
        }
        // Base64 goes on behind `+` and `/`; its first part decides for all.
        guard start > range.lowerBound, [UInt8(ascii: "+"), UInt8(ascii: "/")].contains(json[start - 1]) else {
            return false
        }
        var before = start - 1
        while before > range.lowerBound, SecretText.isBase64(json[before - 1]) { before -= 1 }
        return before < start - 1 && isExplained(before)
    }

    private func matches(_ text: StaticString, at place: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard place >= range.lowerBound, place + count <= range.upperBound else { return false }
        for offset in 0..<count where json[place + offset] != text.utf8Start[offset] { return false }
        return true
    }

    private func find(_ text: StaticString, from start: Int, within: Int) -> Int? {
        (start..<min(start + within, range.upperBound)).first { matches(text, at: $0) }
    }
}
