// A folder given out is there whole or not at all.
import Foundation
import Testing

@testable import writ

struct FolderTests {
    private let parent = FileManager.default.temporaryDirectory.appending(path: "writ-folder-\(UUID().uuidString)").path

    private var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: parent).sorted()) ?? [] }

    private func fill(_ folder: String) throws {
        try FileManager.default.createDirectory(atPath: "\(folder)/files", withIntermediateDirectories: true)
        try FileBytes.write([1, 2], to: "\(folder)/files/model")
    }

    @Test("what fails half way leaves nothing, and what is there already is not touched")
    func whole() throws {
        defer { try? FileManager.default.removeItem(atPath: parent) }
        try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        struct Broken: Error {}
        #expect(throws: Broken.self) {
            try FileBytes.folder("\(parent)/out") { folder in
                try fill(folder)
                #expect(!names.contains("out"), "nobody sees it before it is whole")
                throw Broken()
            }
        }
        #expect(names == [])
        try FileBytes.folder("\(parent)/out/", fill: fill)
        #expect(names == ["out"])
        #expect(try FileBytes.read("\(parent)/out/files/model", limit: 10) == [1, 2])
        #expect(throws: CommandFailure.self) { try FileBytes.folder("\(parent)/out") { _ in throw Broken() } }
        #expect(names == ["out"])
    }
}
