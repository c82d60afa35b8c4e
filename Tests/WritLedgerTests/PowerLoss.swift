// A disk that stops at a given change, and what may be found on it afterwards: names and bytes that were not flushed
// may be there, in part or not at all.
import Foundation
import Synchronization
import WritVocabulary

@testable import WritLedger

/// Lets changes through, keeps a model of what is durable, and fails where it was told to.
final class FaultyDisk: DiskGate {
    enum Fault: Hashable {
        /// The process ends before change number `at`, in the middle of it where it is a write.
        case stop(at: Int)
        /// Change number `at` alone fails.
        case fail(at: Int)
    }

    struct Stopped: Error {}

    fileprivate struct Inner {
        var root: DiskModel
        var fault: Fault?
        var count = 0
        var stopped: DiskChange?
        var checkpoints: [[UInt8]] = []
    }

    /// The model and the count of changes.
    private let inner: Mutex<Inner>

    init(_ folder: TemporaryFolder, fault: Fault? = nil) {
        inner = Mutex(Inner(root: DiskModel(path: folder.path), fault: fault))
    }

    var count: Int { inner.withLock { $0.count } }
    /// Every checkpoint that was signed and on its way to the disk.
    var checkpoints: [[UInt8]] { inner.withLock { $0.checkpoints } }
    func clearFault() { inner.withLock { ($0.fault, $0.stopped) = (nil, nil) } }

    func admit(_ change: DiskChange) throws {
        try inner.withLock { inner in
            if inner.stopped != nil { throw Stopped() }
            defer { inner.count += 1 }
            if inner.fault == .stop(at: inner.count) {
                inner.stopped = change
                throw Stopped()
            }
            if inner.fault == .fail(at: inner.count) { throw LedgerFailure.system("write", "the disk", EIO) }
            if case .write(let path, let bytes) = change, path.hasSuffix("/checkpoint") {
                inner.checkpoints.append(bytes)
            }
            inner.root.apply(change)
        }
    }

    /// Writes what a power loss may leave into another folder.
    func image(_ loss: Loss, _ numbers: inout SeededNumbers, into folder: TemporaryFolder) throws {
        try inner.withLock { inner in
            if case .write(let path, let bytes)? = inner.stopped {
                inner.root.apply(.write(path, Array(bytes.prefix(numbers.below(bytes.count + 1)))))
                inner.stopped = .flush(path)
            }
            try inner.root.write(loss, &numbers, to: folder.path)
        }
    }
}

/// What becomes of changes that were not flushed.
enum Loss: Hashable, CaseIterable {
    /// All are there, as after the end of the process alone.
    case nothing
    /// None is there.
    case everything
    /// Each name is old or new and each file cut, whole or partly zero, by chance.
    case some
}

/// Files and folders below a path, as they are and as they are known to be on the disk.
struct DiskModel {
    final class File {
        var durable: [UInt8] = []
        var present: [UInt8] = []
    }
    final class Folder {
        var durable: [String: Node] = [:]
        var present: [String: Node] = [:]
    }
    enum Node {
        case file(File)
        case folder(Folder)

        var identity: ObjectIdentifier {
            switch self {
            case .file(let file): ObjectIdentifier(file)
            case .folder(let folder): ObjectIdentifier(folder)
            }
        }
    }

    let path: String
    let root = Folder()

    init(path: String) { self.path = path }

    private func names(_ path: String) -> [String] {
        path.dropFirst(self.path.count).split(separator: "/").map(String.init)
    }

    private func folder(_ names: some Sequence<String>) -> Folder {
        names.reduce(root) { folder, name in
            guard case .folder(let next)? = folder.present[name] else { return folder }
            return next
        }
    }

    private func above(_ path: String) -> (Folder, String) {
        let names = names(path)
        return (folder(names.dropLast()), names.last ?? "")
    }

    private func file(_ path: String) -> File? {
        let (folder, name) = above(path)
        guard case .file(let file)? = folder.present[name] else { return nil }
        return file
    }

    func apply(_ change: DiskChange) {
        switch change {
        case .create(let path):
            let (folder, name) = above(path)
            if let file = file(path) { file.present = [] } else { folder.present[name] = .file(File()) }
        case .write(let path, let bytes): file(path)?.present += bytes
        case .truncate(let path, let length): file(path).map { $0.present = Array($0.present.prefix(length)) }
        case .rename(let old, let new):
            let (from, name) = above(old)
            let (to, newName) = above(new)
            to.present[newName] = from.present.removeValue(forKey: name)
        case .remove(let path), .removeFolder(let path):
            let (folder, name) = above(path)
            folder.present[name] = nil
        case .makeFolder(let path):
            let (folder, name) = above(path)
            folder.present[name] = .folder(Folder())
        case .flush(let path): file(path).map { $0.durable = $0.present }
        case .flushFolder(let path):
            guard path.count >= self.path.count else { return }
            let folder = folder(names(path))
            folder.durable = folder.present
        }
    }

    func write(_ loss: Loss, _ numbers: inout SeededNumbers, to path: String) throws {
        try DiskModel.write(root, loss, &numbers, to: path)
    }

    private static func write(_ folder: Folder, _ loss: Loss, _ numbers: inout SeededNumbers, to path: String) throws {
        try Disk.makeFolder(path)
        for name in Set(folder.durable.keys).union(folder.present.keys).sorted() {
            let (old, new) = (folder.durable[name], folder.present[name])
            var chosen = loss == .everything ? old : new
            if loss == .some, old?.identity != new?.identity, numbers.below(2) == 0 { chosen = old }
            switch chosen {
            case .file(let file)?:
                try Data(bytes(file, loss, &numbers)).write(to: URL(filePath: "\(path)/\(name)"))
            case .folder(let inner)?: try write(inner, loss, &numbers, to: "\(path)/\(name)")
            case nil: break
            }
        }
    }

    private static func bytes(_ file: File, _ loss: Loss, _ numbers: inout SeededNumbers) -> [UInt8] {
        switch loss {
        case .nothing: return file.present
        case .everything: return file.durable
        case .some:
            guard file.durable != file.present, file.present.starts(with: file.durable) else {
                return numbers.below(2) == 0 ? file.durable : file.present
            }
            let fresh = file.present.count - file.durable.count
            let kept = file.durable.count + numbers.below(fresh + 1)
            let tail = numbers.below(2) == 0 ? 0 : numbers.below(file.present.count - kept + 1)
            return Array(file.present.prefix(kept)) + [UInt8](repeating: 0, count: tail)
        }
    }
}
