// A folder of files as a signature sees it: every regular file by its bytes, symlinks refused.
import Foundation
import WritVocabulary

public struct ModelFolder: Sendable {
    public let path: String

    public init(_ path: String) { self.path = path }

    /// Sentences on how the folder differs from what was signed; none when it is the same. `except` are paths in it
    /// that are not part of the model, such as the signature.
    public func differences(from listing: ModelListing, except: [String] = []) throws -> [String] {
        var walk = Walk(ignored: listing.ignoredPaths + except)
        try walk.enter(path, prefix: [], depth: 0)
        let odd = walk.odd.sorted().prefix(Limits.problemsListed)
        return odd
            + listing.compare(
                try walk.files.sorted { $0.lexicographicallyPrecedes($1) }.map { name in
                    (name, try ModelFolder.digest("\(path)/\(String(decoding: name, as: UTF8.self))"))
                })
    }

    /// Reads it piece by piece, without following a symlink.
    private static func digest(_ path: String) throws -> Digest {
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { throw AttestationFailure.system("read", path) }
        defer { close(file) }
        var builder = DigestBuilder()
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Limits.copyBufferBytes, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = read(file, buffer.baseAddress, buffer.count)
            if count == 0 { return builder.finish() }
            if count > 0 {
                builder.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            } else if errno != EINTR {
                throw AttestationFailure.system("read", path)
            }
        }
    }

    /// Collects names, never contents.
    private struct Walk {
        let ignored: [String]
        var files: [[UInt8]] = []
        var odd: [String] = []

        init(ignored: [String]) { self.ignored = ignored }

        mutating func enter(_ folder: String, prefix: [UInt8], depth: Int) throws {
            guard depth <= Limits.folderDepth else {
                throw AttestationFailure.refused("folder-deep", "\(folder) lies too deep; sign flatter folders")
            }
            for name in try Walk.names(in: folder) {
                let relative = prefix + name
                guard let text = String(validating: relative, as: UTF8.self) else {
                    odd.append("\(String(decoding: relative, as: UTF8.self)) has a name that is not UTF-8")
                    continue
                }
                guard !ModelListing.isIgnored(text, by: ignored) else { continue }
                try visit("\(folder)/\(String(decoding: name, as: UTF8.self))", relative, text, depth)
            }
        }

        private mutating func visit(_ path: String, _ relative: [UInt8], _ text: String, _ depth: Int) throws {
            var information = stat()
            guard lstat(path, &information) == 0 else { throw AttestationFailure.system("read", path) }
            switch information.st_mode & S_IFMT {
            case S_IFREG:
                guard files.count < Limits.folderFiles else {
                    throw AttestationFailure.refused(
                        "folder-large", "there are more than \(Limits.folderFiles) files; sign fewer")
                }
                files.append(relative)
            case S_IFDIR: try enter(path, prefix: relative + [UInt8(ascii: "/")], depth: depth + 1)
            case S_IFLNK: odd.append("\(text) is a symbolic link")
            default: odd.append("\(text) is no regular file")
            }
        }

        private static func names(in folder: String) throws -> [[UInt8]] {
            guard let stream = opendir(folder) else { throw AttestationFailure.system("list", folder) }
            defer { closedir(stream) }
            var found: [[UInt8]] = []
            while let entry = readdir(stream) {
                let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
                if name != Array(".".utf8), name != Array("..".utf8) { found.append(name) }
            }
            return found.sorted { $0.lexicographicallyPrecedes($1) }
        }
    }
}
