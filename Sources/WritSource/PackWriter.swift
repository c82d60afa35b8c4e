// Writes objects of one repository as one pack into a mirror.
import CLibGit2
import WritVocabulary

/// libgit2's pack builder into libgit2's indexer. The pack is renamed into place when it is whole and on disk.
struct PackWriter {
    let source: Repository

    init(reading source: Repository) { self.source = source }

    /// Returns the size of the pack in bytes; throws `tooLarge` rather than write more than `bytesMaximum`.
    @discardableResult
    func write(
        _ objects: [(id: ObjectID, name: String)], into mirror: Repository, bytesMaximum: Int64,
        tooLarge: () -> SourceFailure
    ) throws -> Int64 {
        let doing = "The objects of \(source.path) cannot be written to \(mirror.path)"
        let builder = try GitHandle(git_packbuilder_free, doing) { git_packbuilder_new(&$0, source.pointer) }
        // 0 is one thread for each processor.
        _ = git_packbuilder_set_threads(builder.pointer, 0)
        for object in objects {
            var oid = object.id.oid
            try git(git_packbuilder_insert(builder.pointer, &oid, object.name), doing)
        }
        let indexer = try GitHandle(git_indexer_free, doing) {
            git_indexer_new(&$0, mirror.packFolder, 0, source.objects, nil)
        }
        var flow = PackFlow(indexer: indexer.pointer, bytesMaximum: bytesMaximum)
        let result = git_packbuilder_foreach(
            builder.pointer,
            { @Sendable bytes, count, payload in
                payload?.assumingMemoryBound(to: PackFlow.self).pointee.append(bytes, count) ?? GIT_EUSER.rawValue
            }, &flow)
        if flow.isExceeded { throw tooLarge() }
        try git(result, doing)
        try git(git_indexer_commit(indexer.pointer, &flow.progress), doing)
        return flow.bytes
    }
}

/// Carries a pack from the builder to the indexer; passed through libgit2 as a pointer for the length of one call.
private struct PackFlow {
    let indexer: OpaquePointer
    let bytesMaximum: Int64
    var bytes: Int64 = 0
    var progress = git_indexer_progress()
    var isExceeded: Bool { bytes > bytesMaximum }

    mutating func append(_ piece: UnsafeMutableRawPointer?, _ count: Int) -> Int32 {
        bytes += Int64(count)
        return isExceeded ? GIT_EUSER.rawValue : git_indexer_append(indexer, piece, count, &progress)
    }
}
