// The entries of one Git tree, in Git's order, checked to be in it.
import CLibGit2
import Glibc
import WritVocabulary

/// One line of a tree. `name` is valid while the tree it came from lives.
struct TreeEntry {
    enum Form: Equatable {
        case file(executable: Bool)
        case folder
        case symlink
        case submodule
        /// A mode Git does not write.
        case unknown
    }

    let name: UnsafeBufferPointer<UInt8>
    let form: Form
    let id: ObjectID

    init(_ entry: OpaquePointer) {
        if let text = git_tree_entry_name(entry) {
            name = UnsafeBufferPointer(
                start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: strlen(text))
        } else {
            name = UnsafeBufferPointer(start: nil, count: 0)
        }
        form = Form(mode: UInt32(git_tree_entry_filemode_raw(entry).rawValue))
        id = git_tree_entry_id(entry).map { ObjectID($0.pointee) } ?? ObjectID(git_oid())
    }

    var isFolder: Bool { form == .folder }
    /// The tree of a folder.
    var folder: ObjectID? { isFolder ? id : nil }

    /// Same content in the same form.
    func equals(_ other: TreeEntry) -> Bool { id == other.id && form == other.form }

    /// Git's order of names: as bytes, a folder as if its name ended in `/`.
    func order(before other: TreeEntry) -> Int {
        let shared = min(name.count, other.name.count)
        for index in 0..<shared where name[index] != other.name[index] {
            return name[index] < other.name[index] ? -1 : 1
        }
        let order = Int(byte(at: shared)) - Int(other.byte(at: shared))
        // The folder `a` and a forged name `a/b` tie on the slash; they are not the same entry.
        return order != 0 ? order : name.count - other.name.count
    }

    private func byte(at index: Int) -> UInt8 {
        if index < name.count { return name[index] }
        return index == name.count && isFolder ? UInt8(ascii: "/") : 0
    }
}

extension TreeEntry.Form {
    init(mode: UInt32) {
        switch mode & 0o170000 {
        case 0o040000: self = .folder
        case 0o100000: self = .file(executable: mode & 0o100 != 0)
        case 0o120000: self = .symlink
        case 0o160000: self = .submodule
        default: self = .unknown
        }
    }

    var isFile: Bool { if case .file = self { true } else { false } }
}

/// Walks one tree from its first entry to its last.
///
/// Comparing trees relies on their order. Git never writes them in another, so a tree that is not in order, or names
/// something twice, was made to deceive some reader and is refused.
struct TreeEntries: ~Copyable {
    private let tree: GitHandle?
    private let count: Int
    private var index = 0
    private(set) var current: TreeEntry?

    /// No id, no entries.
    init(of id: ObjectID?, in repository: Repository) throws {
        guard let id else {
            tree = nil
            count = 0
            return
        }
        let tree = try repository.tree(id)
        count = git_tree_entrycount(tree.pointer)
        current = git_tree_entry_byindex(tree.pointer, 0).map(TreeEntry.init)
        self.tree = consume tree
    }

    mutating func advance() throws {
        index += 1
        let previous = current
        current = nil
        guard index < count else { return }
        switch tree {
        case .none: return
        case .some(let tree): current = git_tree_entry_byindex(tree.pointer, index).map(TreeEntry.init)
        }
        if let previous, let current, previous.order(before: current) >= 0 {
            throw SourceFailure.hostile(
                "A folder of the repository lists “\(Redaction.printable(current.name))” out of order or twice, which Git never "
                    + "writes. Find the commit that brought it with `git fsck` and remove it.")
        }
    }
}
