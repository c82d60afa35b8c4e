// One reading of all a replica's files, in slices, so that neither the controller nor the replica waits for it.
import Foundation
import WritBackends
import WritVocabulary

/// Reads every byte of every file and compares. What is read are the files in the replica's folder, which are those its
/// process sees; no answer comes from a cache of earlier readings.
struct IntegritySweep: Sendable {
    enum Outcome: Hashable, Sendable {
        case unfinished
        case intact
        case fault(path: String, found: String)
    }

    /// The time every byte of it was read after.
    let began: Timestamp
    /// The folder as it was found when the sweep began.
    let listed: ModelFolder
    private let folder: String
    private let manifest: ArtefactManifest
    let modes: FileModes
    private let limits: ServingLimits
    /// The file that is being read, how far, and what it looked like when its reading began.
    private var index = 0
    private var hash = DigestBuilder()
    private var reading: FileStamp?
    private var restarts = 0

    init(
        _ folder: String, _ manifest: ArtefactManifest, modes: FileModes?, limits: ServingLimits, now: Timestamp
    ) throws {
        self.folder = folder
        self.manifest = manifest
        self.limits = limits
        began = now
        listed = try ModelFolder(folder, limit: manifest.files.count * 2 + limits.strangeEntries)
        self.modes = modes ?? FileModes(listed, manifest)
    }

    /// Reads on until there is an answer or `end` has come; nil for as long as it takes. At least one piece is read.
    mutating func advance(until end: ContinuousClock.Instant?) -> Outcome {
        if let (path, found) = listed.difference(from: manifest, modes: modes) {
            return .fault(path: path, found: found)
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: limits.sweepChunkBytes, alignment: 16)
        defer { buffer.deallocate() }
        while index < manifest.files.count {
            let file = manifest.files[index]
            do {
                switch try read(file, into: buffer, until: end) {
                case .unfinished: return .unfinished
                case .intact: index += 1
                case .fault(let path, let found): return .fault(path: path, found: found)
                }
            } catch {
                return .fault(path: file.path, found: "it cannot be read: \(FailureRecord(error).message)")
            }
            if let end, ContinuousClock.now >= end, index < manifest.files.count { return .unfinished }
        }
        return .intact
    }

    private mutating func read(
        _ file: ArtefactManifest.File, into buffer: UnsafeMutableRawBufferPointer,
        until end: ContinuousClock.Instant?
    ) throws -> Outcome {
        let path = "\(folder)/\(file.path)"
        guard let opened = try open(path) else { return .fault(path: file.path, found: "it is gone") }
        defer { close(opened) }
        let stamp = try Self.stamp(opened, path)
        if let reading, !reading.isSameContent(as: stamp) {
            // Bytes of two states would be hashed as one: from the start, but not for ever.
            restarts += 1
            guard restarts <= limits.sweepRestarts else {
                return .fault(path: file.path, found: "it changes while it is read")
            }
            hash = DigestBuilder()
        }
        reading = stamp
        while true {
            let count = pread(opened, buffer.baseAddress, buffer.count, off_t(hash.byteCount))
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw SystemCall.failure("read", path) }
            if count == 0 { break }
            hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            // One that grows without end is not read without end.
            if hash.byteCount > file.size { break }
            if let end, ContinuousClock.now >= end { return .unfinished }
        }
        let found = hash.finish()
        hash = DigestBuilder()
        reading = nil
        return found == file.digest ? .intact : .fault(path: file.path, found: "its digest is \(found)")
    }

    /// nil when there is none.
    private func open(_ path: String) throws -> Int32? {
        let opened = Foundation.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        if opened >= 0 { return opened }
        if errno == ENOENT || errno == ENOTDIR { return nil }
        throw SystemCall.failure("open", path)
    }

    private static func stamp(_ descriptor: Int32, _ path: String) throws -> FileStamp {
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw SystemCall.failure("look at", path) }
        return FileStamp(facts)
    }
}
