// Reads trees and blobs for the port: changes, contents, bytes.
import CLibGit2
import WritBackends
import WritVocabulary

extension Repository {
    /// What differs between two revisions, or all of `revision` when there is no base.
    func changes(
        from base: RevisionID?, to revision: RevisionID, manifestFolder: RepositoryPath?, limits: SourceLimits
    ) throws -> SourceChanges {
        let new = try rootTree(of: ObjectID(revision))
        let old = try base.map { try rootTree(of: ObjectID($0)) }
        var collector = ChangeCollector(manifestFolder: manifestFolder, limits: limits)
        if let manifestFolder, let reason = try refusal(ofManifestFolder: manifestFolder, below: new) {
            collector.refuse(manifestFolder.text, reason)
        }
        var comparison = TreeComparison(in: self, limits: limits)
        if old != new { try comparison.compare(old, new) { collector.visit($0, $1, $2) } }
        return collector.finish()
    }

    /// A repository without its manifest folder asks for nothing to run at all. That is taken for a mistake, not for a
    /// wish.
    private func refusal(ofManifestFolder folder: RepositoryPath, below root: ObjectID) throws -> String? {
        var found: ObjectID? = root
        for component in folder.components {
            guard let parent = found, let entry = try entry(String(component), of: parent) else {
                return "is the manifest folder and does not exist at this revision. To remove every manifest, "
                    + "leave some other file in the folder"
            }
            if !entry.form.isFolder { return "is the manifest folder and has to be a folder, all the way down" }
            found = entry.id
        }
        return nil
    }

    /// The ids of files and folders at a revision. Symbolic links and submodules are not followed and have none.
    func contents(of paths: Set<RepositoryPath>, at revision: RevisionID) throws -> [RepositoryPath: ContentID] {
        var found: [RepositoryPath: ContentID] = [:]
        try resolve(paths.map { ($0.components[...], $0) }, below: rootTree(of: ObjectID(revision)), into: &found)
        return found
    }

    /// Each folder on the way is opened once, however many of the paths lie in it.
    private func resolve(
        _ wanted: [(rest: ArraySlice<Substring>, path: RepositoryPath)], below tree: ObjectID,
        into found: inout [RepositoryPath: ContentID]
    ) throws {
        for (name, paths) in Dictionary(grouping: wanted, by: { Array(($0.rest.first ?? "").utf8) }) {
            guard PathRules.refusal(ofName: name) == nil,
                let entry = try entry(String(decoding: name, as: UTF8.self), of: tree),
                entry.form.isFolder || entry.form.isFile
            else { continue }
            for wanted in paths where wanted.rest.count == 1 { found[wanted.path] = entry.id.content }
            let deeper = paths.filter { $0.rest.count > 1 }.map { ($0.rest.dropFirst(), $0.path) }
            if entry.form.isFolder, !deeper.isEmpty { try resolve(deeper, below: entry.id, into: &found) }
        }
    }

    private func entry(_ name: String, of tree: ObjectID) throws -> (id: ObjectID, form: TreeEntry.Form)? {
        let tree = try self.tree(tree)
        guard let entry = git_tree_entry_byname(tree.pointer, name).map(TreeEntry.init) else { return nil }
        return (entry.id, entry.form)
    }

    /// The bytes of blobs, in the order asked for.
    func read(_ blobs: [ContentID], limit: Int, limits: SourceLimits) throws -> [[UInt8]] {
        let ids = blobs.map(ObjectID.init)
        var contents = [[UInt8]](repeating: [], count: ids.count)
        var total: Int64 = 0
        for index in ids.count > limits.readUnorderedBlobsMaximum ? try packOrder(of: ids) : Array(ids.indices) {
            let (type, size) = try header(ids[index])
            guard type == GIT_OBJECT_BLOB else {
                throw SourceFailure.hostile("The content \(ids[index].hex) is not a file.")
            }
            guard size <= limit else {
                throw SourceFailure.tooLarge(
                    "The file with the id \(ids[index].hex) has \(size) bytes; \(limit) are allowed.")
            }
            total += size
            guard total <= limits.readBytesMaximum else {
                throw SourceFailure.tooLarge(
                    "The files asked for have more than \(limits.readBytesMaximum) bytes together.")
            }
            contents[index] = try withBlob(ids[index]) { Array($0) }
        }
        return contents
    }
}

extension TreeEntry.Form {
    var isFolder: Bool { self == .folder }
}
