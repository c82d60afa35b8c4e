// Which files of the machine a manifest may name.
import Foundation
import WritBackends
import WritVocabulary

/// The folders the operator allows. A path is judged by where it really leads, and opened without a second look-up in
/// between, so that exchanging a folder for a link gains nothing.
struct AllowedFolders: Hashable, Sendable {
    let roots: [String]

    /// Opens a file or folder by its absolute path. Links among its folders are followed as long as they stay within
    /// an allowed folder; the last component may not be one.
    func open(_ path: String) throws -> OpenFile {
        let components = path.split(separator: "/")
        guard path.hasPrefix("/"), path.utf8.count <= Int(PATH_MAX), !path.utf8.contains(0), let name = components.last,
            name != ".", name != ".."
        else {
            throw BackendFailure.fileRefused(path, "is not an absolute path of a file")
        }
        let parent = "/" + components.dropLast().joined(separator: "/")
        guard let folder = Self.resolve(parent) else {
            // Whether anything exists outside the allowed folders is nobody's business.
            guard roots.contains(where: { Self.isWithin(parent, $0) }) else {
                throw BackendFailure.fileNotAllowed(path, roots: roots)
            }
            throw BackendFailure.fileMissing(path)
        }
        guard let root = roots.compactMap(Self.resolve).first(where: { Self.isWithin(folder, $0) }) else {
            throw BackendFailure.fileNotAllowed(path, roots: roots)
        }
        let below = folder.dropFirst(root.count).split(separator: "/")
        return try OpenFile(below + [name], below: OpenFile(root))
    }

    private static func isWithin(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
    }

    private static func resolve(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }
}
