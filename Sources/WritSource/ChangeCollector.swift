// Sorts what differs between two revisions into manifests, other paths and refusals. Pure.
import WritBackends
import WritVocabulary

/// Takes one difference after another and adds them up to `SourceChanges`.
struct ChangeCollector {
    private(set) var changes = SourceChanges()
    private let folder: [UInt8]?
    private let refusedListedMaximum: Int
    private var refusedUnlisted = 0

    /// Without a folder, the whole repository is the manifest folder.
    init(manifestFolder: RepositoryPath?, limits: SourceLimits) {
        folder = manifestFolder.map { Array($0.text.utf8) }
        refusedListedMaximum = limits.refusedListedMaximum
    }

    /// Takes a difference; returns whether to look into it, if it is a folder.
    mutating func visit(_ path: [UInt8], _ old: TreeEntry?, _ new: TreeEntry?) -> Bool {
        let isInside = isInside(path)
        let refusal = isInside ? new.flatMap { self.refusal(path, $0) } : nil
        if let refusal { refuse(Redaction.printable(path), refusal) }
        // A path with such a name cannot be written in a manifest, so nothing depends on what lies there.
        guard let name = new?.name ?? old?.name, PathRules.refusal(ofName: name) == nil else { return false }
        if old?.isFolder == true || new?.isFolder == true { return refusal == nil }
        guard let path = RepositoryPath(String(decoding: path, as: UTF8.self)) else { return false }
        changes.changedPaths.insert(path)
        guard isInside, refusal == nil, PathRules.isManifest(path) else { return false }
        if let new, new.form.isFile, let blob = new.id.content {
            changes.manifests[path] = ManifestFile(blob: blob)
        } else if let old, old.form.isFile {
            changes.removedManifests.insert(path)
        }
        return false
    }

    mutating func refuse(_ path: String, _ reason: String) {
        guard changes.refused.count < refusedListedMaximum else {
            refusedUnlisted += 1
            return
        }
        changes.refused.append(RefusedPath(path: path, message: "“\(path)” \(reason)."))
    }

    /// What was collected, refusals in the order of their paths.
    func finish() -> SourceChanges {
        var finished = changes
        finished.refused.sort { ($0.path, $0.message) < ($1.path, $1.message) }
        if refusedUnlisted > 0 {
            finished.refused.append(
                RefusedPath(path: "…", message: "\(refusedUnlisted) more entries of the manifest folder are refused."))
        }
        return finished
    }

    private func refusal(_ path: [UInt8], _ entry: TreeEntry) -> String? {
        if let reason = PathRules.refusal(ofManifestName: entry.name) { return "\(reason); rename it" }
        if let reason = PathRules.refusal(ofForm: entry.form) { return reason }
        return path.count > RepositoryPath.maximumBytes
            ? "is a path longer than \(RepositoryPath.maximumBytes) bytes; shorten it" : nil
    }

    private func isInside(_ path: [UInt8]) -> Bool {
        guard let folder else { return true }
        return path.count > folder.count && path[folder.count] == UInt8(ascii: "/") && path.starts(with: folder)
    }
}
