// The order in which blobs lie in the packs, where reading them is cheapest.
import CLibGit2
import WritVocabulary

extension Repository {
    /// The indices of `ids`, in the order of their objects in the packs; those found nowhere come last.
    ///
    /// A blob is often stored as its difference from its neighbour, and libgit2 keeps the last few it unpacked. Read in
    /// the order of the tree, most neighbours have been forgotten again: twice the processor time at 100,000 blobs.
    func packOrder(of ids: [ObjectID]) throws -> [Int] {
        var wanted = Dictionary(grouping: ids.indices, by: { ids[$0] })
        var order: [Int] = []
        try eachObject(of: objects, "The objects of \(path) cannot be listed") { id in
            if let indices = wanted.removeValue(forKey: id) { order += indices }
        }
        return order + wanted.values.flatMap { $0 }.sorted()
    }
}

/// Calls `met` for every object of a database, some twice; within a pack in the order they lie there.
func eachObject(of database: OpaquePointer, _ doing: @autoclosure () -> String, _ met: (ObjectID) -> Void) throws {
    try withoutActuallyEscaping(met) { met in
        let visitor = ObjectVisitor(met)
        let result = git_odb_foreach(
            database,
            { @Sendable oid, payload in
                guard let oid, let payload else { return 0 }
                Unmanaged<ObjectVisitor>.fromOpaque(payload).takeUnretainedValue().met(ObjectID(oid.pointee))
                return 0
            }, Unmanaged.passUnretained(visitor).toOpaque())
        try git(withExtendedLifetime(visitor) { result }, doing())
    }
}

/// Carries a closure through libgit2 for the length of one call.
private final class ObjectVisitor {
    let met: (ObjectID) -> Void
    init(_ met: @escaping (ObjectID) -> Void) { self.met = met }
}
