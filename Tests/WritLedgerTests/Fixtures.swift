// What the tests of this room share: folders that go away, drafts, and the tree as RFC 6962 defines it.
import Foundation
import WritVocabulary

@testable import WritLedger

/// A folder that lasts as long as the value.
final class TemporaryFolder: Sendable {
    let path: String

    /// `inMemory` where the machine has such a folder: for tests that make thousands and prove nothing about the disk.
    init(inMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let above = inMemory && access(memory, W_OK) == 0 ? memory : NSTemporaryDirectory()
        var template = Array("\(above)/writ-ledger-XXXXXX".utf8CString)
        guard let made = template.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!) }) else {
            throw LedgerFailure.system("create", "a temporary folder")
        }
        path = String(cString: made)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var ledger: String { "\(path)/ledger" }
    var projection: String { "\(path)/state.db" }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)"))) }

    func write(_ bytes: [UInt8], _ name: String) throws {
        try Data(bytes).write(to: URL(filePath: "\(path)/\(name)"))
    }

    /// Changes one byte of a file.
    func flip(_ name: String, at offset: Int) throws {
        var content = try bytes(name)
        content[offset < 0 ? content.count + offset : offset] ^= 1
        try write(content, name)
    }

    func exists(_ name: String) -> Bool { Disk.exists("\(path)/\(name)") }

    func copy() throws -> TemporaryFolder {
        let other = try TemporaryFolder()
        try FileManager.default.removeItem(atPath: other.path)
        try FileManager.default.copyItem(atPath: path, toPath: other.path)
        return other
    }
}

enum Fixture {
    static let origin = "writ.example/test"
    /// The key of the published vectors: seed 00 01 02 … 1f.
    static let signer = NoteSigner(name: origin, seed: (0..<32).map { UInt8($0) })!
    static let verifier = signer.verifier

    static func draft(_ number: Int, _ text: String? = nil) -> EntryDraft {
        EntryDraft(
            time: Timestamp(milliseconds: 1_700_000_000_000 + Int64(number)), cause: .schedule("test"), subject: nil,
            event: .driftFound(text ?? "rec \(number)"))
    }

    static func drafts(_ range: Range<Int>) -> [EntryDraft] { range.map { draft($0) } }

    static func reader(_ folder: TemporaryFolder) -> LedgerReader {
        LedgerReader(directory: folder.ledger, verifier: verifier)
    }

    /// A closed log of so many entries.
    @discardableResult
    static func log(_ count: Int, in folder: TemporaryFolder) throws -> Checkpoint {
        let ledger = try Ledger(directory: folder.ledger, signer: signer)
        _ = try ledger.append(drafts(ledger.size..<count))
        try ledger.sync()
        return ledger.signed.checkpoint
    }
}

/// Merkle tree hashes straight from the definition: slow, and hard to get wrong.
enum NaiveTree {
    static func root(_ leaves: ArraySlice<TreeHash>) -> TreeHash {
        guard leaves.count > 1 else { return leaves.first ?? .empty }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return .node(root(leaves[..<middle]), root(leaves[middle...]))
    }

    static func leaf(_ number: Int) -> TreeHash { .leaf(Array("rec \(number)".utf8)) }
    static func leaves(_ count: Int) -> [TreeHash] { (0..<count).map(leaf) }
}

/// SplitMix64: the same numbers on every run.
struct SeededNumbers: RandomNumberGenerator {
    var seed: UInt64
    mutating func next() -> UInt64 {
        seed &+= 0x9e37_79b9_7f4a_7c15
        var mixed = seed
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
