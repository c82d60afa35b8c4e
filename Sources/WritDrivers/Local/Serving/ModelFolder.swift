// What lies in a replica's model folder, as the kernel tells it, compared with what the version has.
import Foundation
import WritBackends
import WritVocabulary

/// What tells one state of a file from another without reading it. Equal stamps prove nothing about the bytes;
/// different ones are a reason to read them now.
struct FileStamp: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
    var size: Int64
    var modifiedNanoseconds: Int64
    var changedNanoseconds: Int64
    /// Permission bits.
    var mode: UInt32

    init(_ facts: stat) {
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
        size = Int64(facts.st_size)
        modifiedNanoseconds = Int64(facts.st_mtim.tv_sec) * 1_000_000_000 + Int64(facts.st_mtim.tv_nsec)
        changedNanoseconds = Int64(facts.st_ctim.tv_sec) * 1_000_000_000 + Int64(facts.st_ctim.tv_nsec)
        mode = UInt32(facts.st_mode) & 0o7777
    }

    /// Whether it is the same file with the same bytes as far as can be told; another link to it does not count.
    func isSameContent(as other: FileStamp) -> Bool {
        device == other.device && inode == other.inode && size == other.size
            && modifiedNanoseconds == other.modifiedNanoseconds
    }
}

/// All entries below a model folder, by relative path; no symbolic link is followed.
struct ModelFolder: Hashable, Sendable {
    enum Entry: Hashable, Sendable {
        case file(FileStamp)
        case folder
        case link
        case other
    }

    private(set) var entries: [String: Entry] = [:]

    /// `limit`: after so many entries the rest is not listed; one of those listed is then a stranger.
    init(_ folder: String, limit: Int) throws {
        var waiting = [""]
        while let prefix = waiting.popLast(), entries.count <= limit {
            for name in try Self.names(in: folder + "/" + prefix) {
                let path = prefix + name
                let entry = Self.entry(at: "\(folder)/\(path)")
                entries[path] = entry
                if entry == .folder { waiting.append(path + "/") }
                if entries.count > limit { break }
            }
        }
    }

    func stamp(of path: String) -> FileStamp? {
        if case .file(let stamp) = entries[path] { stamp } else { nil }
    }

    /// The first entry, by path, that is not as the version has it, its bytes aside.
    func difference(from manifest: ArtefactManifest, modes: FileModes) -> (path: String, found: String)? {
        var expected: Set<String> = []
        var differences: [(path: String, found: String)] = []
        for file in manifest.files {
            var parent = file.path
            while expected.insert(parent).inserted, let slash = parent.lastIndex(of: "/") {
                parent = String(parent[..<slash])
            }
            if let found = difference(of: file, mode: modes.mode(of: file.path)) {
                differences.append((file.path, found))
            }
        }
        differences += entries.keys.filter { !expected.contains($0) }.map { ($0, "it is not part of the version") }
        return differences.min { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private func difference(of file: ArtefactManifest.File, mode: UInt32) -> String? {
        switch entries[file.path] {
        case nil: return "it is gone"
        case .folder: return "a folder is in its place"
        case .link: return "a symbolic link is in its place"
        case .other: return "it is no regular file"
        case .file(let stamp):
            if stamp.size != file.size { return "it has \(stamp.size) bytes and not \(file.size)" }
            if stamp.mode != mode {
                return "its mode is \(String(stamp.mode, radix: 8)) and was \(String(mode, radix: 8))"
            }
            return nil
        }
    }

    private static func entry(at path: String) -> Entry {
        var facts = stat()
        guard lstat(path, &facts) == 0 else { return .other }
        switch facts.st_mode & S_IFMT {
        case S_IFREG: return .file(FileStamp(facts))
        case S_IFDIR: return .folder
        case S_IFLNK: return .link
        default: return .other
        }
    }

    private static func names(in folder: String) throws -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw SystemCall.failure("list", folder)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}

/// The permission bits files were laid with.
struct FileModes: Codable, Hashable, Sendable {
    /// Of all files but the exceptions.
    var usual: UInt32 = 0
    var exceptions: [String: UInt32] = [:]

    init() {}

    init(_ folder: ModelFolder, _ manifest: ArtefactManifest) {
        let modes = manifest.files.map { ($0.path, folder.stamp(of: $0.path)?.mode ?? 0) }
        usual = modes.first?.1 ?? 0
        for (path, mode) in modes where mode != usual { exceptions[path] = mode }
    }

    func mode(of path: String) -> UInt32 { exceptions[path] ?? usual }
}
