// A folder for indexes that goes away with the test.
import Foundation
import WritVocabulary

@testable import WritManifests

final class CacheFolder {
    let path: String
    let cache: IndexCache

    init() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "writ-cache-\(UUID().uuidString)")
        path = folder.path
        cache = IndexCache(folder: path, rules: "these tests", manifestFolder: nil)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var files: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

    func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: "\(path)/\(name)"))) }

    func write(_ bytes: [UInt8], _ name: String) throws { try Data(bytes).write(to: URL(filePath: "\(path)/\(name)")) }

    static func revision(_ number: Int) -> RevisionID {
        RevisionID(Hex.encode((0..<20).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }))!
    }
}

extension PartialRepository.Snapshot {
    /// The whole of it read and accepted; nil when it is refused.
    func index() -> (index: ManifestIndex, desired: DesiredState)? {
        var index = ManifestIndex()
        let update = index.prepare(changes(from: Self(files: [:], paths: [])))
        let revision = CacheFolder.revision(1)
        guard
            let change = try? index.commit(update, revision: revision, contents: contents(of: update.pathsNeeded)).get()
        else { return nil }
        var desired = DesiredState()
        _ = desired.apply(change)
        return (index, desired)
    }
}
