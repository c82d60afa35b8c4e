// A proof of one entry, checked with nothing but a key: what `audit verify --proof` and `audit check` say of it.
import WritLedger
import WritVocabulary

struct ProofCheck {
    /// Of a proof's file.
    static let bytes = 256 << 10

    private let file: ProofFile
    private let entry: [UInt8]

    /// Throws where the file is no proof, or lacks what it proves.
    init(_ bytes: [UInt8], named path: String) throws {
        file = try ProofFile(bytes)
        guard let entry = file.extra else {
            throw CommandFailure(
                "\(path) does not hold the entry it proves", hint: "`writ audit prove` writes one that does",
                code: .unknown)
        }
        self.entry = entry
    }

    /// Says what the proof shows to who trusts the key; ends with 1 where it leads to no head that the key signed.
    func say(_ verifier: NoteVerifier, _ format: FormatOption) throws {
        let head: Checkpoint
        do {
            head = try file.verify(entry: entry, verifier: verifier)
        } catch let failure as LedgerFailure {
            guard format.format == .json else { throw CommandFailure(failure.message, code: .notSo) }
            Terminal.say(try Canonical.encodePretty(Answer(proved: false, problem: failure.message)))
            throw CommandFailure.notSo
        }
        let proved = try Canonical.decode(LedgerEntry.self, from: entry)
        if format.format == .json {
            return Terminal.say(
                try Canonical.encodePretty(
                    Answer(proved: true, origin: head.origin, size: Int64(head.size), entry: proved)))
        }
        Terminal.say(
            "proved: entry \(file.index) is in \(head.origin), whose head over \(head.size) entries is signed\n")
        Terminal.say(Array(try Canonical.encodePretty(proved)))
    }

    private struct Answer: Encodable {
        var proved: Bool
        var problem: String?
        var origin: String?
        /// Of the log at the head that the proof leads to.
        var size: Int64?
        var entry: LedgerEntry?
    }
}
