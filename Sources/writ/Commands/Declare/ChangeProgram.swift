// What this program keeps between two plans: where, and by what it knows its own work again.
import Foundation
import Glibc
import WritManifests
import WritVocabulary

enum ChangeProgram {
    /// The user's own cache: `$XDG_CACHE_HOME/writ`, else `~/.cache/writ`.
    ///
    /// Never the clone: whoever hands out a clone could put an index there that says what is not so.
    static func cache(manifestFolder: RepositoryPath?) -> IndexCache? {
        let environment = ProcessInfo.processInfo.environment
        let named = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let home = environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.cache" : nil }
        guard let folder = named ?? home, let rules else { return nil }
        return IndexCache(folder: "\(folder)/writ/manifests", rules: rules, manifestFolder: manifestFolder)
    }

    /// Names exactly this program, so that a newer one with other rules reads everything anew. The linker's digest of
    /// the whole binary; without one, the file's identity.
    private static var rules: String? {
        if let id = buildID { return "\(Product.version) \(id)" }
        var facts = stat()
        guard stat("/proc/self/exe", &facts) == 0 else { return nil }
        return "\(Product.version) \(facts.st_dev) \(facts.st_ino) \(facts.st_size) \(facts.st_mtim.tv_sec)"
            + ".\(facts.st_mtim.tv_nsec)"
    }

    /// The note `NT_GNU_BUILD_ID` of the running binary, as hexadecimal digits. nil where the linker wrote none.
    private static var buildID: String? {
        let file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // ELF64: the program headers' place at 32, the size of one at 54, how many at 56.
        guard let head = read(file, at: 0, 64), head.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else { return nil }
        func number<Number: FixedWidthInteger>(_ bytes: [UInt8], _ offset: Int, _: Number.Type) -> Int {
            Int(clamping: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) })
        }
        let (start, size) = (number(head, 32, UInt64.self), number(head, 54, UInt16.self))
        for index in 0..<number(head, 56, UInt16.self) where size >= 56 && start < 1 << 20 {
            guard let header = read(file, at: start + index * size, 56) else { return nil }
            let (place, count) = (number(header, 8, UInt64.self), number(header, 32, UInt64.self))
            guard number(header, 0, UInt32.self) == 4, count < 1 << 16, place < 1 << 40,
                let notes = read(file, at: place, count)
            else { continue }
            if let id = notes.withUnsafeBytes(buildID(in:)) { return Hex.encode(id) }
        }
        return nil
    }

    private static func read(_ file: Int32, at offset: Int, _ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        return pread(file, &bytes, count, off_t(offset)) == count ? bytes : nil
    }

    /// A note is three numbers (length of name, length of content, type), the name and the content, each padded to
    /// four.
    private static func buildID(in notes: UnsafeRawBufferPointer) -> [UInt8]? {
        var offset = 0
        while offset + 12 <= notes.count {
            let name = Int(notes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            let content = Int(notes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
            let type = notes.loadUnaligned(fromByteOffset: offset + 8, as: UInt32.self)
            let nameStart = offset + 12
            let start = nameStart + (name + 3) / 4 * 4
            guard start + content <= notes.count else { return nil }
            if type == 3, notes[nameStart..<nameStart + name].elementsEqual(Array("GNU\u{0}".utf8)) {
                return Array(notes[start..<start + content])
            }
            offset = start + (content + 3) / 4 * 4
        }
        return nil
    }
}
