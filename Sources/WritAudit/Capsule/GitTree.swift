// Just enough of Git's objects to follow a path from a commit to a file, and to name them by their bytes.
import Crypto
import WritVocabulary

enum GitTree {
    /// The id Git gives an object of this kind and content; SHA-256 for ids of 64 digits. nil for another kind: its
    /// name could hold the beginning of an object, and leave the rest as content.
    static func id(_ kind: String, _ bytes: [UInt8], like id: String) -> String? {
        guard ["commit", "tree", "blob"].contains(kind) else { return nil }
        let header = Array("\(kind) \(bytes.count)\0".utf8)
        if id.utf8.count == 64 { return Hex.encode(SHA256.hash(data: header + bytes)) }
        return Hex.encode(Insecure.SHA1.hash(data: header + bytes))
    }

    /// The tree a commit has; nil where its first line names none.
    static func tree(ofCommit bytes: [UInt8]) -> String? {
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        guard line.starts(with: Array("tree ".utf8)) else { return nil }
        return String(decoding: line.dropFirst(5), as: UTF8.self)
    }

    /// The id of the entry of that name. A tree is a row of `mode name`, NUL, and the raw id.
    static func entry(_ name: Substring, of tree: [UInt8], idBytes: Int) -> String? {
        var rest = tree[...]
        while let end = rest.firstIndex(of: 0), rest.endIndex - end > idBytes {
            let head = rest[..<end]
            let id = rest[(end + 1)..<(end + 1 + idBytes)]
            if let space = head.firstIndex(of: UInt8(ascii: " ")), head[(space + 1)...].elementsEqual(name.utf8) {
                return Hex.encode(id)
            }
            rest = rest[(end + 1 + idBytes)...]
        }
        return nil
    }

    /// Every object from the commit to the file, commit and file included; nil where one is missing or none.
    static func walk(
        _ path: RepositoryPath, from commit: String, _ object: (String) throws -> AuditCapsule.Object?
    ) rethrows -> [(id: String, object: AuditCapsule.Object)]? {
        guard let first = try object(commit), first.kind == "commit", var id = tree(ofCommit: first.bytes.bytes) else {
            return nil
        }
        var found = [(id: commit, object: first)]
        for part in path.components {
            guard let folder = try object(id), folder.kind == "tree",
                let next = entry(part, of: folder.bytes.bytes, idBytes: id.utf8.count / 2)
            else { return nil }
            found.append((id, folder))
            id = next
        }
        guard let file = try object(id), file.kind == "blob" else { return nil }
        return found + [(id, file)]
    }
}
