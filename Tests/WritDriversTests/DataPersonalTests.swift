// Rows about people: salted where they are kept, withheld where they are told of.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

struct DataPersonalTests {
    private let folder: DataFolder
    private let blobs: DataBlobs
    private let allowed: String

    init() throws {
        folder = try DataFolder()
        blobs = try DataBlobs("\(folder.path)/blobs")
        allowed = try folder.folder("allowed")
    }

    private func source(salts: DatasetSalts) throws -> LocalDataSource {
        let source = LocalDataSource(
            blobs: blobs, source: DataRepository(), roots: [allowed], incoming: "\(folder.path)/incoming", salts: salts)
        try source.prepare()
        return source
    }

    private func salts(_ byte: UInt8) -> DatasetSalts {
        DatasetSalts(folder: "\(folder.path)/salts") { Array(repeating: byte, count: 32) }
    }

    private func order(_ path: String, _ columns: [Dataset.Column] = []) throws -> SnapshotOrder {
        let fingerprint = try OpenFile(path).facts().fingerprint
        let recipe = SnapshotRecipe(
            source: .file(path: path, fingerprint: fingerprint), format: .csv, columns: columns, expectations: .init(),
            personal: true)
        return SnapshotOrder(
            recipe: try recipe.id, dataset: ResourceName("people")!, source: .file(path), format: .csv,
            columns: columns, expectations: .init(), personal: true)
    }

    @Test("the digest commits to salt and content; the same content is known again until the secret is forgotten")
    func salted() async throws {
        let text = "name\nAda\n"
        let path = try folder.file("allowed/people.csv", text)
        let first = try await source(salts: salts(1)).snapshot(order(path))
        #expect(first.size == Int64(text.utf8.count) && first.rows == 1)
        #expect(first.digest != Digest(of: Array(text.utf8)), "nobody can guess the content from its digest")
        let bytes = try blobs.read(first.digest, limit: 1 << 20)
        #expect(bytes.starts(with: SaltedContent.magic))
        #expect(Array(bytes.dropFirst(SaltedContent.headerBytes)) == Array(text.utf8))
        let again = try await source(salts: salts(2)).snapshot(order(path))
        #expect(again.digest == first.digest, "the secret on disk is used, not a new one")
        try salts(3).forget(ResourceName("people")!)
        let other = try await source(salts: salts(3)).snapshot(order(path))
        #expect(other.digest != first.digest)
    }

    @Test("what is wrong is told by row and column, never with the value")
    func withheld() async throws {
        let path = try folder.file("allowed/people.csv", "age\n41\nLovelace\n")
        let outcome = try await source(salts: salts(1)).snapshot(
            order(path, [Dataset.Column(name: "age", type: .integer)]))
        #expect(outcome.violationCount == 1)
        #expect(outcome.violations.first?.row == 2 && outcome.violations.first?.column == "age")
        #expect(outcome.violations.allSatisfy { !$0.message.contains("Lovelace") })
    }

    @Test("rows of a repository or a command cannot be personal")
    func refused() async throws {
        var order = try order(folder.file("allowed/people.csv", "a\n1\n"))
        order.source = .blob(try blobs.put(Array("a\n1\n".utf8)))
        let source = try source(salts: salts(1))
        do {
            _ = try await source.snapshot(order)
            Issue.record("a snapshot was taken")
        } catch let failure as BackendFailure {
            #expect(failure.code == "personal-source")
        }
    }
}
