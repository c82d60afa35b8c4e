// Keeps the number of packs in a mirror small.
import CLibGit2
import Glibc
import WritVocabulary

extension Repository {
    /// Joins all packs but the largest into one when there are more than `packsMaximum`; returns how many were joined.
    ///
    /// Each fetch leaves a pack, each pack costs an open file and a place to search, and libgit2 never tidies up. The
    /// largest, usually the first fetch, stays as it is, so that this costs what was fetched since. Every object is
    /// kept, referenced or not.
    func joinSmallPacks(limits: SourceLimits) throws -> Int {
        let folder = packFolder
        let packs = try Repository.packs(in: folder)
        guard packs.count > limits.packsMaximum else { return 0 }
        let joined = packs.sorted { ($0.bytes, $0.stem) < ($1.bytes, $1.stem) }.dropLast()
        var ids: Set<ObjectID> = []
        for pack in joined { try Repository.list("\(folder)/\(pack.stem).idx", into: &ids) }
        let objects = ids.map { (id: $0, name: "") }.sorted { $0.id.hex < $1.id.hex }
        try PackWriter(reading: self).write(objects, into: self, bytesMaximum: .max) {
            .configuration("unreachable without a bound")
        }
        let after = Set(try Repository.packs(in: folder).map(\.stem))
        guard after.count > packs.count else { return 0 }
        // The index goes first: without it a reader that comes now does not see the pack; one that has it open goes on
        // reading.
        for pack in joined {
            for suffix in [".idx", ".pack"] where unlink("\(folder)/\(pack.stem)\(suffix)") != 0 && errno != ENOENT {
                throw SourceFailure.folder(
                    "\(folder)/\(pack.stem)\(suffix) cannot be removed: \(String(cString: strerror(errno))).")
            }
        }
        return joined.count
    }

    private static func packs(in folder: String) throws -> [(stem: String, bytes: Int64)] {
        guard let stream = opendir(folder) else {
            throw SourceFailure.folder("\(folder) cannot be listed: \(String(cString: strerror(errno))).")
        }
        defer { closedir(stream) }
        var found: [(stem: String, bytes: Int64)] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            var information = stat()
            guard name.hasSuffix(".pack"), stat("\(folder)/\(name)", &information) == 0 else { continue }
            found.append((String(name.dropLast(5)), Int64(information.st_size)))
        }
        return found
    }

    private static func list(_ index: String, into ids: inout Set<ObjectID>) throws {
        let database = try GitHandle(git_odb_free, "The pack \(index) cannot be opened") { git_odb_new(&$0) }
        var backend: UnsafeMutablePointer<git_odb_backend>?
        try git(git_odb_backend_one_pack(&backend, index), "The pack \(index) cannot be opened")
        try git(git_odb_add_backend(database.pointer, backend, 1), "The pack \(index) cannot be opened")
        try eachObject(of: database.pointer, "The pack \(index) cannot be listed") { ids.insert($0) }
    }
}
