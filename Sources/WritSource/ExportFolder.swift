// Writes an export so that no link anywhere can lead it astray.
import Glibc
import WritVocabulary

extension Repository {
    /// Lays a tree, or one file under `name`, into an existing empty folder. What is refused is refused before anything
    /// is written.
    func export(_ content: ContentID, name: String, to folder: String, limits: SourceLimits) throws {
        let plan = try ExportPlan(ObjectID(content), name: name, in: self, limits: limits)
        var open = [try ExportFolder(existing: folder)]
        for step in plan.steps {
            switch step {
            case .enter(let name): open.append(try open[open.count - 1].makeFolder(name))
            case .leave: open.removeLast()
            case .file(let name, let id, let isExecutable):
                try withBlob(id) { try open[open.count - 1].write(name, isExecutable: isExecutable, $0) }
            }
        }
    }
}

/// A folder held open by descriptor: what happens to its path meanwhile changes nothing.
final class ExportFolder {
    private let descriptor: Int32
    private let path: String

    /// Opens a folder that is there and empty.
    init(existing path: String) throws {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        self.path = path
        guard descriptor >= 0 else { throw ExportFolder.failure("The folder \(path) cannot be opened") }
        guard try isEmpty() else {
            throw SourceFailure.folder(
                "The folder \(path) is not empty; files of the repository are laid into an empty one only.")
        }
    }

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    func makeFolder(_ name: String) throws -> ExportFolder {
        let child = "\(path)/\(name)"
        guard mkdirat(descriptor, name, 0o755) == 0 else {
            throw ExportFolder.failure("The folder \(child) cannot be made")
        }
        let opened = openat(descriptor, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard opened >= 0 else { throw ExportFolder.failure("The folder \(child) cannot be opened") }
        return ExportFolder(descriptor: opened, path: child)
    }

    func write(_ name: String, isExecutable: Bool, _ bytes: UnsafeRawBufferPointer) throws {
        let file = openat(descriptor, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw ExportFolder.failure("The file \(path)/\(name) cannot be made") }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw ExportFolder.failure("The file \(path)/\(name) cannot be written") }
            rest = rest.dropFirst(count)
        }
        // The mode is Git's, whatever the umask: the same tree is the same folder everywhere.
        guard fchmod(file, isExecutable ? 0o755 : 0o644) == 0 else {
            throw ExportFolder.failure("The mode of \(path)/\(name) cannot be set")
        }
    }

    private func isEmpty() throws -> Bool {
        guard let stream = fdopendir(dup(descriptor)) else {
            throw ExportFolder.failure("The folder \(path) cannot be listed")
        }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { return false }
        }
        return true
    }

    /// Read `errno` at once: any call may change it.
    private static func failure(_ what: String) -> SourceFailure {
        SourceFailure.folder("\(what): \(String(cString: strerror(errno))).")
    }
}
