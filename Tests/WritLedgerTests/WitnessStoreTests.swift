// A witness's decisions, rule by rule of tlog-witness, and its memory on disk.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct WitnessRequestTests {
    @Test("a request survives its text form, with no proof and with sixty-three lines")
    func form() throws {
        let log = QuickLog(40)
        for (old, size) in [(0, 7), (7, 40), (40, 40)] {
            let request = try log.request(old, size)
            #expect(try AddCheckpointRequest(request.bytes) == request)
        }
        let longest = AddCheckpointRequest(
            old: 1, proof: Array(repeating: .empty, count: 63), checkpoint: try log.head(2).bytes)
        #expect(try AddCheckpointRequest(longest.bytes) == longest)
    }

    @Test(
        "what is not a request is refused",
        arguments: [
            "", "old 1", "old 1\n", "old 01\n\nx", "old -1\n\nx", "old\n\nx", "Old 1\n\nx", "old  1\n\nx",
            "old 1\nAAAA\n\nx", "old 99999999999999999999\n\nx", "\nold 1\n\nx",
            "old 1\n" + String(repeating: "\(TreeHash.empty)\n", count: 64) + "\nx",
            "old 1\n\n" + String(repeating: "x", count: 64 << 10),
        ])
    func malformed(text: String) {
        #expect(throws: LedgerFailure.self) { try AddCheckpointRequest(Array(text.utf8)) }
    }

    /// What a witness that knows `known` entries of a log of 40 says.
    private func answer(_ request: AddCheckpointRequest, known: Int = 7) throws -> WitnessAnswer {
        let logs = try WitnessLogs([Fixture.verifier])
        switch WitnessedRequest.read(request.bytes, logs: logs) {
        case .failure(let fault): return .refused(fault.refusal)
        case .success(let read):
            let state = WitnessState(size: known, root: try QuickLog(40).head(known).checkpoint.root)
            return read.judge(after: state)
        }
    }

    @Test("a head that goes on from the known one is cosigned; the known one again is too")
    func accepted() throws {
        let log = QuickLog(40)
        for size in 7...40 {
            guard case .cosigned(let head) = try answer(try log.request(7, size)) else {
                Issue.record("size \(size)")
                continue
            }
            #expect(head.checkpoint.size == size)
        }
        guard case .cosigned = try answer(try log.request(0, 40), known: 0) else {
            Issue.record("the first head")
            return
        }
    }

    @Test("another old size is answered with the size the witness knows")
    func conflict() throws {
        let log = QuickLog(40)
        #expect(try answer(try log.request(0, 20)) == .conflict(size: 7))
        #expect(try answer(try log.request(8, 20)) == .conflict(size: 7))
        #expect(try answer(try log.request(3, 5)) == .conflict(size: 7), "a smaller head is no way back")
    }

    @Test("an old size over the head's own is malformed")
    func oldTooLarge() throws {
        var request = try QuickLog(40).request(7, 20)
        request.old = 21
        #expect(try answer(request) == .refused(.malformed))
    }

    @Test("an unknown log, an unsigned head, a stranger's and a bad signature are told apart")
    func signatures() throws {
        let log = QuickLog(40)
        let stranger = NoteSigner(name: "writ.example/other", seed: [UInt8](repeating: 9, count: 32))!
        var request = try log.request(7, 20)
        request.checkpoint = try log.head(20, with: stranger).bytes
        #expect(try answer(request) == .refused(.unknownLog))
        request.checkpoint = try log.head(20, with: WitnessFixture.successor).bytes
        #expect(try answer(request) == .refused(.untrusted), "a key nobody told the witness of")
        let text = String(decoding: try log.head(20).bytes, as: UTF8.self)
        let broken = text.replacing(try log.head(20).checkpoint.root.base64, with: TreeHash.empty.base64)
        request.checkpoint = Array(broken.utf8)
        #expect(try answer(request) == .refused(.untrusted))
    }

    @Test("a wrong, missing, longer or needless proof and a false empty root are inconsistent")
    func proofs() throws {
        let log = QuickLog(40)
        var request = try log.request(7, 20)
        request.proof[1] = .empty
        #expect(try answer(request) == .refused(.inconsistent))
        request = try log.request(7, 20)
        request.proof.removeLast()
        #expect(try answer(request) == .refused(.inconsistent))
        request = try log.request(7, 20)
        request.proof.append(.empty)
        #expect(try answer(request) == .refused(.inconsistent))
        request = try log.request(0, 20)
        request.proof = [.empty]
        #expect(try answer(request, known: 0) == .refused(.inconsistent))
        let false0 = try SignedCheckpoint(
            signing: Checkpoint(origin: Fixture.origin, size: 0, root: NaiveTree.leaf(0)), with: Fixture.signer)
        let empty = AddCheckpointRequest(old: 0, proof: [], checkpoint: false0.bytes)
        #expect(try answer(empty, known: 0) == .forked(size: 0))
        let fork = try SignedCheckpoint(
            signing: Checkpoint(origin: Fixture.origin, size: 7, root: NaiveTree.leaf(0)), with: Fixture.signer)
        let same = AddCheckpointRequest(old: 7, proof: [], checkpoint: fork.bytes)
        #expect(try answer(same) == .forked(size: 7), "the same size with another root")
    }
}

struct WitnessStoreTests {
    private func add(_ store: WitnessStore, _ old: Int, _ size: Int) throws -> WitnessAnswer {
        try store.add(try QuickLog(40).request(old, size).bytes, now: WitnessFixture.now)
    }

    @Test("what was cosigned is on disk before it is answered, and a new process goes on from it")
    func restart() throws {
        let folder = try TemporaryFolder()
        do {
            let store = try WitnessFixture.store(folder)
            guard case .cosigned(let head) = try add(store, 0, 7) else {
                Issue.record("not cosigned")
                return
            }
            let kept = try folder.bytes("witness/heads/\(WitnessStore.hash(Fixture.origin))")
            #expect(kept == head.bytes)
            #expect(try store.head(originHash: WitnessStore.hash(Fixture.origin)) == kept)
            #expect(try WitnessFixture.key.verifier.cosigned(SignedNote(kept)) != nil)
        }
        let again = try WitnessFixture.store(folder)
        #expect(try add(again, 0, 20) == .conflict(size: 7))
        guard case .cosigned = try add(again, 7, 20) else {
            Issue.record("not cosigned")
            return
        }
        #expect(try add(again, 7, 20) == .conflict(size: 20))
    }

    @Test("a head that cannot be kept is not cosigned")
    func unkept() throws {
        let folder = try TemporaryFolder()
        let store = try WitnessFixture.store(folder)
        _ = try add(store, 0, 7)
        try FileManager.default.createDirectory(
            atPath: "\(folder.path)/witness/head.new", withIntermediateDirectories: false)
        #expect(throws: LedgerFailure.self) { try add(store, 7, 20) }
        try FileManager.default.removeItem(atPath: "\(folder.path)/witness/head.new")
        #expect(try add(store, 20, 30) == .conflict(size: 7))
    }

    @Test("a memory that was changed keeps the witness from starting, as does a second process")
    func memory() throws {
        let folder = try TemporaryFolder()
        let path = "witness/heads/\(WitnessStore.hash(Fixture.origin))"
        do {
            let store = try WitnessFixture.store(folder)
            _ = try add(store, 0, 7)
            #expect { try WitnessFixture.store(folder) } throws: {
                ($0 as? LedgerFailure)?.code == "witness-locked"
            }
        }
        let bytes = try folder.bytes(path)
        for offset in stride(from: 0, to: bytes.count, by: 7) {
            try folder.flip(path, at: offset)
            // A change in the log's own signature is not the witness's to judge.
            let text = String(validating: try folder.bytes(path), as: UTF8.self) ?? ""
            if !text.contains("writ.example/test\n7\n") || !text.contains("\u{2014} witness.example/w1 ") {
                #expect(throws: LedgerFailure.self, "byte \(offset)") { try WitnessFixture.store(folder) }
            }
            try folder.write(bytes, path)
        }
        #expect(try add(try WitnessFixture.store(folder), 7, 20) != .conflict(size: 7))
    }

    @Test("of many requests at once from the same size one is cosigned")
    func race() async throws {
        let folder = try TemporaryFolder()
        let store = try WitnessFixture.store(folder)
        let answers = try await withThrowingTaskGroup(of: WitnessAnswer.self) { group in
            for size in 21...36 { group.addTask { try self.add(store, 0, size) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        let cosigned = answers.compactMap { answer in
            if case .cosigned(let head) = answer { head.checkpoint.size } else { nil }
        }
        #expect(cosigned.count == 1)
        #expect(try add(store, 0, 40) == .conflict(size: try #require(cosigned.first)))
    }

    @Test("after a rotation a witness told of both keys goes on; it never needs the entries")
    func rotation() throws {
        let folder = try TemporaryFolder()
        let logs = [Fixture.verifier, WitnessFixture.successor.verifier]
        let store = try WitnessFixture.store(folder, logs: logs)
        _ = try add(store, 0, 7)
        var request = try QuickLog(40).request(7, 20)
        request.checkpoint = try QuickLog(40).head(20, with: WitnessFixture.successor).bytes
        guard case .cosigned = try store.add(request.bytes, now: WitnessFixture.now) else {
            Issue.record("not cosigned")
            return
        }
    }
}

struct WitnessKeyTests {
    @Test("a witness's key is made once, for its owner only, and is bound to its name")
    func create() throws {
        let folder = try TemporaryFolder()
        let path = "\(folder.path)/w"
        let made = try WitnessKey.loadOrCreate(in: path, name: "w.example/1") { [UInt8](repeating: 3, count: 32) }
        #expect(try WitnessKey.loadOrCreate(in: path, name: "w.example/1") { [] }.verifier == made.verifier)
        #expect(try folder.bytes("w/witness.vkey") == Array("\(made.verifier.vkey)\n".utf8))
        #expect { try WitnessKey.loadOrCreate(in: path, name: "w.example/2") { [] } } throws: {
            ($0 as? LedgerFailure)?.code == "witness-name"
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: WitnessKey.path(in: path))
        #expect { try WitnessKey.loadOrCreate(in: path, name: "w.example/1") { [] } } throws: {
            ($0 as? LedgerFailure)?.code == "key-exposed"
        }
    }
}
