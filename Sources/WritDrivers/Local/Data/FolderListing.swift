// Every file of a folder, for an import of several files.
import Foundation
import WritBackends
import WritVocabulary

/// The regular files below a folder. Anything else in it but folders is refused, so that nothing is left out in
/// silence.
struct FolderListing {
    struct File: Hashable {
        var path: RepositoryPath
        var facts: FileFacts
    }

    private let limits: DataLimits
    /// Sorted by path.
    private(set) var files: [File] = []
    /// Stands for the whole: the sum of sizes, the latest change of any file or folder, and the folder's inode.
    private(set) var fingerprint: FileFingerprint

    init(_ folder: borrowing OpenFile, limits: DataLimits) throws {
        self.limits = limits
        fingerprint = try folder.facts().fingerprint
        fingerprint.size = 0
        try list(folder, prefix: "", depth: 1)
        files.sort { $0.path < $1.path }
    }

    private mutating func list(_ folder: borrowing OpenFile, prefix: String, depth: Int) throws {
        guard depth <= limits.folderDepth else {
            throw BackendFailure.fileRefused(folder.path, "lies more than \(limits.folderDepth) folders deep")
        }
        for name in try Self.names(in: folder) {
            guard let path = RepositoryPath(prefix + name) else {
                throw BackendFailure.fileRefused(
                    "\(folder.path)/\(name)", "has a name or path that artefacts may not have")
            }
            let entry = try OpenFile([name], below: folder)
            let facts = try entry.facts()
            fingerprint.modifiedNanoseconds = max(
                fingerprint.modifiedNanoseconds, facts.fingerprint.modifiedNanoseconds)
            switch facts.kind {
            case .regular: try add(File(path: path, facts: facts), of: folder.path)
            case .folder: try list(entry, prefix: prefix + name + "/", depth: depth + 1)
            case .other: throw BackendFailure.fileRefused(entry.path, "is neither a regular file nor a folder")
            }
        }
    }

    private mutating func add(_ file: File, of folder: String) throws {
        guard files.count < limits.artefactFiles else {
            throw BackendFailure.tooLarge("“\(folder)”", limit: Int64(limits.artefactFiles), unit: "files")
        }
        files.append(file)
        fingerprint.size += file.facts.fingerprint.size
    }

    private static func names(in folder: borrowing OpenFile) throws -> [String] {
        // A descriptor of its own: reading moves a position that copies made by `dup` would share.
        let descriptor = openat(folder.descriptor, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0, let stream = fdopendir(descriptor) else { throw SystemCall.failure("list", folder.path) }
        defer { closedir(stream) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let name else {
                throw BackendFailure.fileRefused(folder.path, "holds a name that is not UTF-8; rename it")
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw SystemCall.failure("list", folder.path) }
        return names.sorted()
    }
}
