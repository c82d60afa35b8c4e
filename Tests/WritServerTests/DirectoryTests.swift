// Answers from a data directory on disk.
import Foundation
import Glibc
import Testing
import WritLedger
import WritVocabulary

@testable import WritServer

struct DirectoryTests {
    @Test("the directory answers as the log in memory does, byte for byte, without live facts")
    func sameBytes() async throws {
        let data = NSTemporaryDirectory() + "/writ-directory-\(getpid())"
        defer { try? FileManager.default.removeItem(atPath: data) }
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        let signer = try LedgerKey.loadOrCreate(in: data, origin: "writ.example/test", seed: { Array(0..<32) })
        let records = try Records(data: data, signer: signer)
        try records.append(Story.drafts())

        let (directory, memory) = (try DirectorySource(data: data), try LogSource())
        for request in AnswerRequestTests.all {
            let (here, there) = (
                try await Answerer(directory).answer(request), try await Answerer(memory).answer(request)
            )
            #expect(try here.json() == there.json())
        }
        try records.close()
    }
}
