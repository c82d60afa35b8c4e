// The process ends, or the power, before every single change to the disk; nothing acknowledged is ever lost and
// nothing is signed that the tiles do not bear.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct LedgerCrashTests {
    private enum Step {
        case append(Int)
        case sync
        case reopen
    }

    /// Begins a log, fills partial and full tiles, and starts again in between.
    private static let story: [Step] = [
        .append(2), .append(3), .sync, .append(1), .reopen, .append(249), .append(2), .sync, .append(3), .reopen, .sync,
        .append(1), .sync,
    ]

    private struct Outcome {
        /// Entries whose append returned.
        var acknowledged: [[UInt8]] = []
        /// How many entries the append that was under way would have added.
        var underWay = 0
    }

    /// Plays the story until it is over or the disk stops.
    private func play(_ folder: TemporaryFolder, _ disk: FaultyDisk, goingOn: Bool = false) -> Outcome {
        var outcome = Outcome()
        var ledger = try? Ledger(directory: folder.ledger, signer: Fixture.signer, gate: disk)
        for step in Self.story {
            do {
                switch step {
                case .append(let count):
                    outcome.underWay = count
                    guard let open = ledger else { throw FaultyDisk.Stopped() }
                    outcome.acknowledged += try open.appendEncoded(
                        Fixture.drafts(open.size..<open.size + count)
                    ).map(\.bytes)
                    outcome.underWay = 0
                case .sync: try ledger?.sync()
                case .reopen:
                    ledger = nil
                    ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer, gate: disk)
                }
            } catch {
                guard goingOn else { return outcome }
                outcome.underWay = 0
                if ledger == nil || ledger?.broken != nil {
                    ledger = nil
                    ledger = try? Ledger(directory: folder.ledger, signer: Fixture.signer, gate: disk)
                }
            }
        }
        return outcome
    }

    private func entries(_ view: LedgerView) throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        try view.tiles.forEachLeaf(in: 0..<view.signedSize) { found.append(Array($1)) }
        return found + view.unsigned
    }

    /// Everything that must hold of a disk after a crash.
    private func judge(_ folder: TemporaryFolder, _ outcome: Outcome, _ signed: [[UInt8]], _ what: String) throws {
        if folder.exists("ledger/checkpoint") {
            let report = try Fixture.reader(folder).check(LedgerCheckOptions(readsEntries: false))
            let isTorn = report.problem?.place == .journal && report.problem?.message.contains("did not finish") == true
            #expect(report.problem == nil || isTorn, "\(what): \(report.problem?.message ?? "")")
        }
        let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer)
        let view = try ledger.view()
        let extra = view.size - outcome.acknowledged.count
        #expect(extra == 0 || extra == outcome.underWay, "\(what): \(extra) entries nobody knows")
        #expect(try entries(view).starts(with: outcome.acknowledged), "\(what)")
        _ = try ledger.append(Fixture.drafts(view.size..<view.size + 3))
        try ledger.sync()
        let after = try Fixture.reader(folder).check(LedgerCheckOptions(readsEntries: false))
        #expect(after.isIntact && after.checkedEntries == view.size + 3, "\(what): \(after.problem?.message ?? "")")
        let end = try ledger.view()
        for bytes in signed {
            let head = try SignedCheckpoint(bytes, verifier: Fixture.verifier).checkpoint
            #expect(try end.root(at: head.size) == head.root, "\(what): a head over \(head.size) is not borne out")
        }
    }

    private func changes() throws -> Int {
        let folder = try TemporaryFolder(inMemory: true)
        let disk = FaultyDisk(folder)
        #expect(play(folder, disk).acknowledged.count == 261)
        return disk.count
    }

    @Test("a power loss before any change loses nothing acknowledged and contradicts nothing signed", arguments: 0..<4)
    func powerLoss(part: Int) throws {
        for number in try 0...changes() where number % 4 == part {
            let folder = try TemporaryFolder(inMemory: true)
            let disk = FaultyDisk(folder, fault: .stop(at: number))
            let outcome = play(folder, disk)
            var numbers = SeededNumbers(seed: UInt64(number))
            for loss in Loss.allCases + [.some, .some, .some] {
                let image = try TemporaryFolder(inMemory: true)
                try disk.image(loss, &numbers, into: image)
                try judge(image, outcome, disk.checkpoints, "change \(number), \(loss) lost")
            }
        }
    }

    @Test("the process ends before any change, another goes on, and then the power is lost", arguments: 0..<4)
    func processThenPower(part: Int) throws {
        for number in try 0...changes() where number % 4 == part {
            let folder = try TemporaryFolder(inMemory: true)
            let disk = FaultyDisk(folder, fault: .stop(at: number))
            var outcome = play(folder, disk)
            disk.clearFault()
            let ledger = try Ledger(directory: folder.ledger, signer: Fixture.signer, gate: disk)
            let found = try entries(ledger.view())
            #expect(found.starts(with: outcome.acknowledged))
            outcome = Outcome(acknowledged: found)
            var numbers = SeededNumbers(seed: UInt64(number))
            for step in 0..<3 {
                for loss in [Loss.everything, .some] {
                    let image = try TemporaryFolder(inMemory: true)
                    try disk.image(loss, &numbers, into: image)
                    try judge(image, outcome, disk.checkpoints, "change \(number), step \(step), \(loss) lost")
                }
                if step == 0 {
                    let more = try ledger.appendEncoded(Fixture.drafts(ledger.size..<ledger.size + 2))
                    outcome.acknowledged += more.map(\.bytes)
                }
                if step == 1 { try ledger.sync() }
            }
        }
    }

    @Test("a change that fails once loses nothing acknowledged and keeps nothing refused", arguments: 0..<4)
    func failure(part: Int) throws {
        for number in try 0..<changes() where number % 4 == part {
            let folder = try TemporaryFolder(inMemory: true)
            let disk = FaultyDisk(folder, fault: .fail(at: number))
            let outcome = play(folder, disk, goingOn: true)
            #expect(outcome.acknowledged.count > 0)
            var numbers = SeededNumbers(seed: UInt64(number))
            for loss in Loss.allCases {
                let image = try TemporaryFolder(inMemory: true)
                try disk.image(loss, &numbers, into: image)
                try judge(image, outcome, disk.checkpoints, "failure at \(number), \(loss) lost")
            }
        }
    }
}
