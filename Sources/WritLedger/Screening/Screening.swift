// No secret enters the ledger: text that looks like one is withheld before an entry has its final bytes.
import Foundation
import WritVocabulary

/// Looks through every piece of text of an entry. Pure.
///
/// Working on the encoded bytes costs one pass over them and sees each string, whatever member of whatever event it is.
enum Screening {
    /// An entry and its canonical encoding, both without what looks like a secret.
    static func encode(_ entry: LedgerEntry) throws -> (entry: LedgerEntry, bytes: [UInt8]) {
        let bytes = Array(try Canonical.encode(entry))
        guard let withheld = withhold(bytes) else { return (entry, bytes) }
        guard let screened = try? Canonical.decode(LedgerEntry.self, from: withheld) else {
            throw LedgerFailure(
                code: "secret-found",
                message: "the entry \(entry.event.kind) holds what looks like a secret where it cannot be withheld, "
                    + "and is not recorded: take the secret out of what it describes and replace it, for it was seen",
                retry: .terminal)
        }
        return (screened, Array(try Canonical.encode(screened)))
    }

    /// JSON with every suspicious piece of its strings replaced; nil when there is none.
    static func withhold(_ json: [UInt8]) -> [UInt8]? {
        let found = json.withUnsafeBytes { secrets(inJSON: $0) }
        guard !found.isEmpty else { return nil }
        var result: [UInt8] = []
        var position = 0
        for secret in found {
            result += json[position..<secret.range.lowerBound]
            result += Array(secret.notice(json[secret.range]).utf8)
            position = secret.range.upperBound
        }
        return result + json[position...]
    }

    /// The same for a plain text, such as a message that is not an entry yet.
    static func withhold(_ text: String) -> String {
        guard let json = try? Canonical.encode(text), let screened = withhold(Array(json)) else { return text }
        return (try? Canonical.decode(String.self, from: screened)) ?? "[withheld]"
    }

    private static func secrets(inJSON json: UnsafeRawBufferPointer) -> [Secret] {
        var found: [Secret] = []
        var member = 0..<0
        var position = 0
        while position < json.count {
            guard json[position] == UInt8(ascii: "\"") else {
                position += 1
                continue
            }
            let start = position + 1
            var end = start
            while end < json.count, json[end] != UInt8(ascii: "\"") {
                end += json[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            end = min(end, json.count)
            position = end + 1
            if position < json.count, json[position] == UInt8(ascii: ":") {
                member = start..<end
                continue
            }
            guard end - start >= Limits.shortestSecretBytes else { continue }
            var search = SecretSearch(
                json, start..<end, mayBeRandom: randomMembers.contains { equal(json, member, $0) })
            found += search.run()
        }
        return found
    }

    /// Members whose text is random by nature: signatures and public keys in Base64.
    private static let randomMembers: [StaticString] = ["signedByOld", "signedByNew", "old", "new"]

    private static func equal(_ json: UnsafeRawBufferPointer, _ range: Range<Int>, _ text: StaticString) -> Bool {
        range.count == text.utf8CodeUnitCount
            && (0..<range.count).allSatisfy { json[range.lowerBound + $0] == text.utf8Start[$0] }
    }
}

/// A piece of text that looks like a secret.
struct Secret: Hashable {
    var range: Range<Int>
    /// Fits “looks like …”.
    var likeness: String
    /// Whether it is random enough that its digest gives nothing away.
    var isRandom: Bool

    /// What stands in its place. The digest lets somebody who has the secret recognise it and nobody else guess it.
    func notice(_ bytes: ArraySlice<UInt8>) -> String {
        let digest = isRandom && bytes.count > Limits.digestedSecretBytes ? "\(Digest(of: Array(bytes))) " : ""
        return "[withheld \(digest)looks like \(likeness)]"
    }
}
