// Whole exports over receivers that fail and processes that end: nothing is lost, and order holds.
import Foundation
import Synchronization
import Testing
import WritVocabulary

@testable import WritAudit

/// A log, a receiver, a cursor's file and a clock, all in memory.
final class ExportWorld: Sendable {
    struct Inner {
        var taken: [Int64] = []
        var cursor: ExportCursor
        var now = Timestamp("2026-06-15T10:00:00.000Z")!
        var deliveries = 0
        var saves = 0
    }

    /// What changes while an export runs.
    let inner: Mutex<Inner>
    let entries: [LedgerEntry]
    let trouble: @Sendable (_ delivery: Int) throws -> ExportAnswer
    let saveTrouble: @Sendable (_ save: Int) throws -> Void

    struct Stopped: Error {}

    init(
        _ count: Int64, saveTrouble: @escaping @Sendable (Int) throws -> Void = { _ in },
        trouble: @escaping @Sendable (Int) throws -> ExportAnswer
    ) {
        entries = (0..<count).map { ExportEncodingTests.entry($0) }
        inner = Mutex(Inner(cursor: ExportCursor(sink: "siem", origin: "o")))
        self.trouble = trouble
        self.saveTrouble = saveTrouble
    }

    var taken: [Int64] { inner.withLock { $0.taken } }
    var cursor: ExportCursor { inner.withLock { $0.cursor } }

    func run() async throws {
        let entries = entries
        var exporter = Exporter(
            cursor,
            ports: ExportPorts(
                read: { from, limit in Array(entries.dropFirst(Int(from)).prefix(limit)) },
                deliver: { [self] batch in
                    let number = inner.withLock { inner in
                        inner.deliveries += 1
                        return inner.deliveries
                    }
                    let answer = try trouble(number)
                    if answer == .accepted { inner.withLock { $0.taken += batch.map(\.sequence) } }
                    return answer
                },
                save: { [self] cursor in
                    let number = inner.withLock { inner in
                        inner.saves += 1
                        return inner.saves
                    }
                    try saveTrouble(number)
                    inner.withLock { $0.cursor = cursor }
                }, wait: { [self] until in inner.withLock { $0.now = max($0.now, until) } },
                now: { [self] in inner.withLock { $0.now } }), size: { _ in 100 })
        try await exporter.run(untilEnd: true)
    }
}

struct ExportDeliveryTests {
    @Test("every entry arrives once and in order where nothing fails")
    func plain() async throws {
        let world = ExportWorld(1_234) { _ in .accepted }
        try await world.run()
        #expect(world.taken == Array(0..<1_234))
        #expect(world.cursor.next == 1_234)
    }

    @Test("a receiver that fails most of the time loses nothing and gets nothing out of order")
    func failing() async throws {
        let world = ExportWorld(1_000) { delivery in
            switch delivery % 5 {
            case 0: return .accepted
            case 1: return .later("busy", after: .seconds(3))
            case 2: throw ExportWorld.Stopped()
            case 3: return .tooLarge
            default: return .refused("a person must look")
            }
        }
        try await world.run()
        #expect(world.taken == Array(0..<1_000))
    }

    @Test(
        "a process that ends before the cursor is kept delivers the batch again, and leaves none out", arguments: 1...6)
    func crash(save: Int) async throws {
        let world = ExportWorld(1_000, saveTrouble: { if $0 == save { throw CancellationError() } }) { _ in .accepted }
        await #expect(throws: CancellationError.self) {
            try await world.run()
            // Five batches: the sixth save is never asked for, and that run ends well.
            if save == 6 { throw CancellationError() }
        }
        try await world.run()
        #expect(Set(world.taken) == Set(0..<1_000))
        #expect(world.taken.count == (save == 6 ? 1_000 : 1_200))
        #expect(world.cursor.next == 1_000)
    }

    // MARK: - Files

    private func file(_ path: String, _ format: ExportFormat = .cloudEvents) -> ExportFile {
        let url = URL(filePath: path)
        let read: @Sendable () throws -> Data = {
            FileManager.default.fileExists(atPath: path) ? try Data(contentsOf: url) : Data()
        }
        return ExportFile(
            format: format, origin: ExportEncodingTests.origin,
            operations: ExportFileOperations(
                size: { Int64(try read().count) }, tail: { Array(try read().suffix($0)) },
                truncate: { try read().prefix(Int($0)).write(to: url) },
                append: { try (try read() + Data($0)).write(to: url) }))
    }

    @Test("a file holds each entry once, wherever its last write was torn", arguments: ExportFormat.allCases)
    func torn(format: ExportFormat) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("writ-export-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let entries = (0..<6).map { ExportEncodingTests.entry(Int64($0)) }
        let lines = try entries.map { try format.line($0, origin: ExportEncodingTests.origin) + [0x0A] }
        let whole = lines.flatMap(\.self)
        for count in stride(from: 0, through: whole.count, by: 37) + [whole.count] {
            try Data(whole.prefix(count)).write(to: URL(filePath: path))
            // The cursor is as far behind as it can be.
            #expect(try file(path, format).deliver(entries) == .accepted)
            #expect(try Data(contentsOf: URL(filePath: path)).elementsEqual(whole), "cut at \(count)")
        }
    }

    @Test("a file that is not of this log, or has a hole before what follows, is left as it is")
    func foreign() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("writ-export-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("somebody's notes\n".utf8).write(to: URL(filePath: path))
        #expect(throws: AuditFailure.self) { try file(path).deliver([ExportEncodingTests.entry(0)]) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "somebody's notes\n")
        try FileManager.default.removeItem(atPath: path)
        #expect(try file(path).deliver([ExportEncodingTests.entry(0)]) == .accepted)
        guard case .refused(let words) = try file(path).deliver([ExportEncodingTests.entry(5)]) else {
            Issue.record("a hole was taken")
            return
        }
        #expect(words.contains("entry 0"))
    }
}
