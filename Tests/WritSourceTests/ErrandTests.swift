// One errand at a time on one mirror: what comes meanwhile waits its turn, and a dead server ends nobody's turn but its own.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

@Suite(.enabled(if: FetchExecutable.isPresent(), "needs the built writ executable beside the tests"))
struct ErrandTests {
    @Test("a push and a fetch by name wait for the fetch under way, and run when it has ended")
    func waits() async throws {
        let server = try SilentServer()
        let sandbox = try await GitSandbox()
        let source = try sandbox.childSource(
            "http://127.0.0.1:\(server.port)/x.git", deadline: TimeSpan(milliseconds: 1200))
        let base = try await sandbox.commit(["a": .file("1")])
        let local = try sandbox.source()
        _ = try await local.fetch()
        let made = try await sandbox.written(local, on: base, ["a": .text("2")])
        let codes = try await withThrowingTaskGroup(of: String?.self) { group in
            group.addTask { await sandbox.failure { _ = try await source.fetch() } }
            try await server.waitForConnection()
            group.addTask { await sandbox.failure { try await source.push(.advance(.main, from: base, to: made)) } }
            group.addTask { await sandbox.failure { _ = try await source.fetch(references: ["refs/pull/1/head"]) } }
            var codes: [String?] = []
            for try await code in group { codes.append(code) }
            return codes
        }
        #expect(codes.compactMap(\.self).sorted() == ["fetch-deadline", "fetch-deadline", "push-deadline"])
    }

    @Test("orders for less than the branch have a shorter deadline, and what is kept beside it smaller bounds")
    func bounds() async throws {
        let sandbox = try await GitSandbox()
        var configuration = try sandbox.configuration()
        configuration.fetchDeadline = .minutes(30)
        let names = FetchRequest(configuration, wanted: .references(["refs/pull/1/head"]))
        #expect(names.connection.deadline == .minutes(1))
        #expect(names.connection.limits == configuration.limits)
        let beside = FetchRequest(configuration, wanted: .beside("refs/notes/writ"))
        #expect(beside.connection.deadline == .minutes(1))
        #expect(beside.connection.limits.fetchBytesMaximum == configuration.limits.besideBytesMaximum)
        #expect(FetchRequest(configuration).connection.deadline == .minutes(30))
    }
}

extension GitSandbox {
    /// The code of the failure a body ends with.
    fileprivate func failure(_ body: @Sendable () async throws -> Void) async -> String? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? any WritFailure)?.code
        }
    }
}
