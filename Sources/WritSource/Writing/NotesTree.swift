// Where Git keeps the note of a commit: under its id, cut into folders of two digits as the tree grows.
import WritVocabulary

/// Finds the place of notes in a notes tree, whoever wrote it. git-notes(1), gitformat of notes.c: a note of `abcd…`
/// is `abcd…`, `ab/cd…` or deeper, and readers follow whichever there is.
struct NotesTree {
    let repository: Repository
    /// nil where there are no notes yet.
    let root: ObjectID?

    /// The path of a note: where it is now, or else in the deepest folder there is for it; one folder deep in a tree
    /// that has none.
    func place(of revision: RevisionID) throws -> RepositoryPath? {
        var rest = revision.text[...]
        var folders: [Substring] = []
        var current = root
        while let tree = current {
            let entries = try repository.entries(of: tree)
            if entries.contains(where: { $0.name == rest && $0.isFile }) { return NotesTree.path(folders, rest) }
            guard rest.count > 2, let folder = entries.first(where: { $0.name == rest.prefix(2) && $0.isFolder }) else {
                break
            }
            folders.append(rest.prefix(2))
            rest = rest.dropFirst(2)
            current = folder.id
        }
        if folders.isEmpty {
            folders = [rest.prefix(2)]
            rest = rest.dropFirst(2)
        }
        return NotesTree.path(folders, rest)
    }

    private static func path(_ folders: [Substring], _ name: Substring) -> RepositoryPath? {
        RepositoryPath((folders + [name]).joined(separator: "/"))
    }
}
