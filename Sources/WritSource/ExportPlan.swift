// What an export will write, decided before the first byte is written.
import CLibGit2
import WritVocabulary

/// Folders and files in the order they are made: a folder before what it holds.
struct ExportPlan {
    enum Step {
        case enter(folder: String)
        case leave
        case file(name: String, id: ObjectID, isExecutable: Bool)
    }

    private(set) var steps: [Step] = []
    private var fileCount = 0
    private var byteCount: Int64 = 0
    private let limits: SourceLimits

    /// Plans a whole tree, or one file under `name`. Throws when anything in it is neither file nor folder or exceeds a
    /// limit.
    init(_ content: ObjectID, name: String, in repository: Repository, limits: SourceLimits) throws {
        self.limits = limits
        if try repository.header(content).type == GIT_OBJECT_TREE {
            try add(tree: content, path: "", depth: 0, in: repository)
            return
        }
        if let reason = PathRules.refusal(ofName: name.utf8) {
            throw SourceFailure.hostile("“\(Redaction.printable(name))” \(reason).")
        }
        try add(file: content, name: name, isExecutable: false, path: name, in: repository)
    }

    private mutating func add(tree: ObjectID, path: String, depth: Int, in repository: Repository) throws {
        guard depth <= limits.treeDepthMaximum else {
            throw SourceFailure.tooLarge("“\(path)” lies in more than \(limits.treeDepthMaximum) folders.")
        }
        var entries = try TreeEntries(of: tree, in: repository)
        while let entry = entries.current {
            let shown = path + Redaction.printable(entry.name)
            if let reason = PathRules.refusal(ofName: entry.name) ?? PathRules.refusal(ofForm: entry.form) {
                throw SourceFailure.hostile("“\(shown)” \(reason).")
            }
            try count(shown)
            let name = String(decoding: entry.name, as: UTF8.self)
            if case .file(let isExecutable) = entry.form {
                try add(file: entry.id, name: name, isExecutable: isExecutable, path: shown, in: repository)
            } else {
                steps.append(.enter(folder: name))
                try add(tree: entry.id, path: shown + "/", depth: depth + 1, in: repository)
                steps.append(.leave)
            }
            try entries.advance()
        }
    }

    private mutating func add(
        file: ObjectID, name: String, isExecutable: Bool, path: String, in repository: Repository
    ) throws {
        let (type, size) = try repository.header(file)
        guard type == GIT_OBJECT_BLOB else { throw SourceFailure.hostile("“\(path)” is not a file.") }
        guard size <= limits.exportBlobBytesMaximum else {
            throw SourceFailure.tooLarge(
                "“\(path)” has \(size) bytes; a file of the repository may have \(limits.exportBlobBytesMaximum).")
        }
        byteCount += size
        guard byteCount <= limits.exportBytesMaximum else {
            throw SourceFailure.tooLarge(
                "The folder has more than \(limits.exportBytesMaximum) bytes; the limit was passed at “\(path)”.")
        }
        steps.append(.file(name: name, id: file, isExecutable: isExecutable))
    }

    private mutating func count(_ path: String) throws {
        fileCount += 1
        guard fileCount <= limits.exportFilesMaximum else {
            throw SourceFailure.tooLarge(
                "The folder holds more than \(limits.exportFilesMaximum) files; the limit was passed at “\(path)”.")
        }
    }
}
