// The manifests of a working tree, read from disk.
import Foundation
import Glibc
import WritVocabulary

/// A folder of manifests and the root their paths are relative to.
struct ManifestFolder {
    /// Absolute.
    let root: String
    /// nil is the root itself.
    let folder: RepositoryPath?

    static let fileBytes = 1 << 20
    static let files = 200_000

    /// Finds the root: the nearest folder at or above `path` that holds `.git`, else `path` itself.
    ///
    /// For a repository's root the manifests are those of its folder `manifests`, when it has one.
    init(_ path: String) throws {
        let start = URL(filePath: path).standardizedFileURL.resolvingSymlinksInPath().path(percentEncoded: false)
        var facts = stat()
        guard stat(start, &facts) == 0, facts.st_mode & S_IFMT == S_IFDIR else {
            throw CommandFailure(
                "\(path) is not a folder", hint: "name the folder that holds the manifests", code: .unknown)
        }
        let trimmed = start.count > 1 && start.hasSuffix("/") ? String(start.dropLast()) : start
        let root = ManifestFolder.repository(above: trimmed) ?? trimmed
        self.root = root
        let below = trimmed == root ? "" : String(trimmed.dropFirst(root.count + 1))
        let hasManifests = stat("\(root)/manifests", &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
        folder = RepositoryPath(below.isEmpty && hasManifests ? "manifests" : below)
    }

    /// Fails where no commit can be read.
    func requireRepository() throws {
        guard ManifestFolder.isRepository(root) else {
            throw CommandFailure(
                "there is no Git repository at \(root)", hint: "go to your clone, or name it as the last argument",
                code: .unknown)
        }
    }

    private static func repository(above path: String) -> String? {
        var rest = path
        while rest.count > 1 {
            if access("\(rest)/.git", F_OK) == 0 { return rest }
            rest = String(rest[..<(rest.lastIndex(of: "/") ?? rest.startIndex)])
        }
        return nil
    }

    /// A working tree or a bare repository.
    private static func isRepository(_ path: String) -> Bool {
        access("\(path)/.git", F_OK) == 0
            || access("\(path)/HEAD", F_OK) == 0 && access("\(path)/objects", F_OK) == 0
    }

    /// Every `*.yaml` and `*.yml` that is not hidden, by its path from the root. Symbolic links are refused, as in a
    /// commit.
    func manifests() throws -> [RepositoryPath: [UInt8]] {
        var found: [RepositoryPath: [UInt8]] = [:]
        try walk(folder?.text ?? "") { path in
            guard found.count < ManifestFolder.files else {
                throw CommandFailure(
                    "there are more than \(ManifestFolder.files) manifests below \(root)", code: .unknown)
            }
            found[path] = try read(path)
        }
        return found
    }

    func exists(_ path: RepositoryPath) -> Bool {
        var facts = stat()
        return lstat("\(root)/\(path)", &facts) == 0 && facts.st_mode & S_IFMT != S_IFLNK
    }

    private func walk(_ below: String, _ body: (RepositoryPath) throws -> Void) throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: below.isEmpty ? root : "\(root)/\(below)")
            .sorted()
        for name in names where !name.hasPrefix(".") {
            let text = below.isEmpty ? name : "\(below)/\(name)"
            var facts = stat()
            guard lstat("\(root)/\(text)", &facts) == 0 else { continue }
            let form = facts.st_mode & S_IFMT
            if form == S_IFDIR {
                try walk(text, body)
                continue
            }
            guard name.hasSuffix(".yaml") || name.hasSuffix(".yml") else { continue }
            guard !text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw CommandFailure(
                    "\(VisibleText.line(text)) has a control character in its name", hint: "rename it", code: .notSo)
            }
            guard let path = RepositoryPath(text), form == S_IFREG else {
                throw CommandFailure(
                    "\(text) is not a regular file; Writ reads nothing else", hint: "commit the file itself",
                    code: .notSo)
            }
            try body(path)
        }
    }

    private func read(_ path: RepositoryPath) throws -> [UInt8] {
        guard let handle = FileHandle(forReadingAtPath: "\(root)/\(path)") else {
            throw CommandFailure("\(path) cannot be read: \(String(cString: strerror(errno)))", code: .unknown)
        }
        defer { try? handle.close() }
        let bytes = Array(try handle.read(upToCount: ManifestFolder.fileBytes + 1) ?? Data())
        guard bytes.count <= ManifestFolder.fileBytes else {
            throw CommandFailure(
                "\(path) has more than \(ManifestFolder.fileBytes) bytes", hint: "split it into several files",
                code: .notSo)
        }
        return bytes
    }
}
