// Writes objects of one repository as one pack into a mirror.
import CLibGit2
import WritVocabulary

/// Over libgit2's pack builder. The pack is renamed into place when it is whole.
struct PackWriter {
    let source: Repository

    init(reading source: Repository) { self.source = source }

    /// Returns the size of the pack in bytes.
    @discardableResult
    func write(
        _ objects: [(id: ObjectID, name: String)], into mirror: Repository, bytesMaximum: Int64, tooLarge: () -> SourceFailure
    ) throws -> Int64 {
        let builder = try GitHandle(git_packbuilder_free, "A pack for \(mirror.path) cannot be begun") {
            git_packbuilder_new(&$0, source.pointer)
        }
        // 0 is one thread for each processor.
        _ = git_packbuilder_set_threads(builder.pointer, 0)
        for object in objects {
            var oid = object.id.oid
            try git(git_packbuilder_insert(builder.pointer, &oid, object.name), "The object \(object.id.hex) of \(source.path) cannot be copied")
        }
        var budget = PackBudget(bytesMaximum: bytesMaximum)
        let result = git_packbuilder_write(builder.pointer, mirror.path + "/objects/pack", 0, PackBudget.callback, &budget)
        if budget.isExceeded { throw tooLarge() }
        try git(result, "The objects of \(source.path) cannot be written to \(mirror.path)")
        return budget.bytes
    }
}

/// Counts what a pack has grown to; passed through libgit2 as a pointer for the length of one call.
struct PackBudget {
    let bytesMaximum: Int64
    var bytes: Int64 = 0
    var objects = 0
    var isExceeded: Bool { bytes > bytesMaximum }

    static let callback: git_indexer_progress_cb = { @Sendable progress, payload in
        guard let progress, let budget = payload?.assumingMemoryBound(to: PackBudget.self) else { return 0 }
        budget.pointee.bytes = Int64(clamping: progress.pointee.received_bytes)
        budget.pointee.objects = Int(progress.pointee.received_objects)
        return budget.pointee.isExceeded ? GIT_EUSER.rawValue : 0
    }
}
