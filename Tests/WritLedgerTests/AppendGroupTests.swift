// Producers that append at the same time share flushes, and each gets its own entries or its own error.
import Foundation
import Testing
import WritVocabulary

@testable import WritLedger

struct AppendGroupTests {
    @Test("every producer gets the entries of its own drafts, and the log holds all of them once")
    func many() async throws {
        let folder = try TemporaryFolder(inMemory: true)
        let records = try Records(data: folder.path, signer: Fixture.signer)
        let group = AppendGroup(records)
        let texts = try await withThrowingTaskGroup(of: [String].self) { tasks in
            for producer in 0..<40 {
                tasks.addTask {
                    var texts: [String] = []
                    for number in 0..<5 {
                        let drafts = (0...number % 3).map { Fixture.draft(0, "\(producer)/\(number)/\($0)") }
                        let entries = try await group.append(drafts)
                        #expect(entries.map(\.event) == drafts.map(\.event))
                        texts += entries.map { "\($0.event)" }
                    }
                    return texts
                }
            }
            return try await tasks.reduce(into: []) { $0 += $1 }
        }
        #expect(Set(texts).count == 40 * 9)
        #expect(records.size == 40 * 9)
        try records.close()
        #expect(try Fixture.reader(folder).check().isIntact)
    }

    @Test("an entry that is too large fails its producer and nobody else")
    func tooLarge() async throws {
        let log = MemoryEntryLog()
        let group = AppendGroup(log)
        let failures = await withTaskGroup(of: Bool.self) { tasks in
            for producer in 0..<30 {
                tasks.addTask {
                    let text = producer == 7 ? String(repeating: "x", count: 70_000) : "small"
                    do {
                        _ = try await group.append([Fixture.draft(0, text)])
                        return false
                    } catch {
                        return true
                    }
                }
            }
            return await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 1)
        #expect(log.allEntries.count == 29)
    }
}
