// C2SP signed notes: a text, an empty line, and signature lines.
import Foundation

/// A text and the signatures under it.
public struct SignedNote: Hashable, Sendable {
    public struct Signature: Hashable, Sendable {
        public var name: String
        public var keyID: UInt32
        public var bytes: [UInt8]

        /// Names are compared byte for byte: two spellings of one character are two names.
        func isBy(_ name: String, _ keyID: UInt32) -> Bool {
            self.keyID == keyID && self.name.utf8.elementsEqual(name.utf8)
        }

        /// The signature's line, with its line end.
        var line: String {
            let id = withUnsafeBytes(of: keyID.bigEndian) { Array($0) }
            return "\u{2014} \(name) \(Data(id + bytes).base64EncodedString())\n"
        }
    }

    /// Ends with a line end, which is signed too.
    public let text: String
    public let signatures: [Signature]

    /// Signs a text. Throws when a note cannot hold it.
    public init(signing text: String, with signer: NoteSigner) throws {
        try self.init(signing: text, with: [signer])
    }

    /// Signs a text with several keys, in their order.
    public init(signing text: String, with signers: [NoteSigner]) throws {
        guard SignedNote.isText(text) else {
            throw SignedNote.malformed("its text has control characters or no final line end")
        }
        let signatures = try signers.map { signer in
            let verifier = signer.verifier
            return Signature(name: verifier.name, keyID: verifier.keyID, bytes: try signer.signature(over: text))
        }
        self.init(text: text, signatures: signatures)
    }

    private init(text: String, signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// The same text with more signatures under it; one of a key that is there already takes that one's place.
    public func adding(_ more: [Signature]) -> SignedNote {
        let kept = signatures.filter { old in !more.contains { $0.isBy(old.name, old.keyID) } }
        return SignedNote(text: text, signatures: kept + more)
    }

    /// Reads a note; checks its form, not its signatures.
    public init(_ bytes: [UInt8]) throws {
        guard bytes.count <= Limits.noteBytes else {
            throw SignedNote.malformed("it is larger than \(Limits.noteBytes) bytes")
        }
        guard let whole = String(validating: bytes, as: UTF8.self), SignedNote.isText(whole) else {
            throw SignedNote.malformed("it is not UTF-8 text that ends with a line end")
        }
        guard let gap = whole.range(of: "\n\n", options: [.backwards, .literal]) else {
            throw SignedNote.malformed("no empty line stands before its signatures")
        }
        text = String(whole[..<gap.lowerBound]) + "\n"
        signatures = try SignedNote.signatures(whole[gap.upperBound...])
    }

    /// Reads signature lines, each with its line end: of a note, or of a witness's answer.
    static func signatures(_ text: Substring) throws -> [Signature] {
        guard text.utf8.last == 10 else { throw malformed("no line end stands after its last signature") }
        let lines = text.dropLast().split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count <= Limits.noteSignatures else {
            throw malformed("it has more than \(Limits.noteSignatures) signatures")
        }
        return try lines.map(signature)
    }

    /// The note as bytes, exactly as it was read or signed.
    public var bytes: [UInt8] {
        Array("\(text)\n\(signatures.map(\.line).joined())".utf8)
    }

    /// Whether there is a signature line of this key, good or bad.
    func names(_ verifier: NoteVerifier) -> Bool {
        signatures.contains { $0.isBy(verifier.name, verifier.keyID) }
    }

    /// Throws unless this key signed the text. Signatures of other keys do not count.
    public func verify(_ verifier: NoteVerifier) throws {
        let ours = signatures.filter { $0.isBy(verifier.name, verifier.keyID) }
        guard !ours.isEmpty else {
            throw LedgerFailure.damaged(
                "not-signed-by-key", "the note is not signed by \(verifier.name)+\(verifier.hexID); another key made it"
            )
        }
        guard ours.allSatisfy({ verifier.isValid($0.bytes, over: text) }) else {
            throw LedgerFailure.damaged(
                "signature-invalid",
                "the signature of \(verifier.name)+\(verifier.hexID) does not fit the note: it was changed")
        }
    }

    private static func signature(_ line: Substring) throws -> Signature {
        let parts = line.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts[0] == "\u{2014}", NoteVerifier.isName(parts[1]),
            let blob = Base64.decode(parts[2]), blob.count > 4
        else { throw malformed("a signature line is not “\u{2014} name base64”") }
        let id = blob.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Signature(name: parts[1], keyID: id, bytes: Array(blob.dropFirst(4)))
    }

    private static func isText(_ text: String) -> Bool {
        text.utf8.last == 10 && text.utf8.allSatisfy { $0 >= 32 || $0 == 10 }
    }

    private static func malformed(_ what: String) -> LedgerFailure {
        .damaged("note-malformed", "not a signed note: \(what)")
    }
}
