// What a checker needs of the blob store: every blob, and nothing half-written.
import CLinux
import Foundation
import WritVocabulary

extension FileBlobStore {
    /// Calls `body` with every blob in the store, in order of digest. Holds one folder of names at a time.
    public func forEachBlob(_ body: (Digest) throws -> Void) throws {
        for prefix in try Disk.names(in: "\(directory)/sha256") where prefix.utf8.count == 2 {
            for rest in try Disk.names(in: "\(directory)/sha256/\(prefix)") {
                guard let digest = Digest(hex: prefix + rest) else { continue }
                try body(digest)
            }
        }
    }

    /// Files in the store whose names no blob can have, sorted.
    public func strangers() throws -> [String] {
        var found: [String] = []
        for prefix in try Disk.names(in: "\(directory)/sha256") {
            for rest in try Disk.names(in: "\(directory)/sha256/\(prefix)") where Digest(hex: prefix + rest) == nil {
                found.append("\(directory)/sha256/\(prefix)/\(rest)")
            }
        }
        return found
    }

    func removeAbandoned() throws {
        for name in try Disk.names(in: temporaryFolder) {
            let path = "\(temporaryFolder)/\(name)"
            // Its writer may finish meanwhile.
            guard let file = try Descriptor.openExisting(path, O_RDWR, verb: "open") else { continue }
            if writ_try_lock(file.number) == 0 { try Disk.remove(path) }
        }
    }
}
