// The folder of stored indexes: what is damaged, foreign or another's is as if it were not there.
import Foundation
import Testing
import WritVocabulary

@testable import WritManifests

struct CacheTests {
    private let repository = PartialRepository(seed: 3, size: 60)
    private let revision = CacheFolder.revision(1)

    private func filled(_ folder: CacheFolder) throws -> String {
        let (index, _) = try #require(repository.current.index())
        #expect(folder.cache.store(index, revision: revision))
        return try #require(folder.files.first)
    }

    /// Everything an index can be asked, as text.
    private func answers(_ index: some KnownManifests) -> String {
        var lines: [String] = []
        for kind in Kind.allCases {
            for id in index.ids(of: kind).sorted() {
                let declaration = index.declaration(of: id)
                lines.append("\(id) \(String(describing: declaration)) \(index.referrers(of: id).sorted())")
            }
        }
        for path in repository.current.files.keys.sorted().map(repositoryPath) {
            lines.append("\(path) \(String(describing: index.blob(of: path))) \(index.declared(in: path))")
        }
        for path in repository.current.paths.sorted().map(repositoryPath) {
            lines.append("\(path) \(index.users(of: path).sorted())")
        }
        return lines.joined(separator: "\n")
    }

    @Test("a stored index answers as the one in memory")
    func roundTrip() throws {
        let folder = try CacheFolder()
        _ = try filled(folder)
        let stored = try #require(folder.cache.open(revision))
        let (index, _) = try #require(repository.current.index())
        #expect(answers(stored) == answers(index))
        #expect(folder.cache.revisions() == [revision])
        #expect(stored.declaration(of: ResourceID(.model, resourceName("nobody"))) == nil)
        #expect(stored.blob(of: repositoryPath("manifests/none.yaml")) == nil)
        #expect(!stored.isDamaged)
    }

    @Test("the same manifests are written as the same bytes")
    func sameBytes() throws {
        let folder = try CacheFolder()
        let name = try filled(folder)
        let first = try folder.bytes(name)
        _ = try filled(folder)
        #expect(try folder.bytes(name) == first)
        #expect(folder.files == [name])
    }

    @Test("a changed byte anywhere is damage wherever it is read, and never another answer", arguments: 0..<40)
    func damage(seed: Int) throws {
        let folder = try CacheFolder()
        let name = try filled(folder)
        let sound = answers(try #require(folder.cache.open(revision)))
        var bytes = try folder.bytes(name)
        var random = SplitMix(seed: UInt64(seed))
        let at = random.below(seed.isMultiple(of: 2) ? bytes.count : IndexFormat.fixedHeadBytes)
        bytes[at] ^= UInt8(1 << random.below(8))
        try folder.write(bytes, name)
        guard let stored = folder.cache.open(revision) else { return }
        let found = answers(stored)
        #expect(found == sound || stored.isDamaged, "byte \(at)")
    }

    @Test("random records under true checksums are damage or answers, never a crash", arguments: 0..<40)
    func forged(seed: Int) throws {
        let folder = try CacheFolder()
        let name = try filled(folder)
        var bytes = try folder.bytes(name)
        var random = SplitMix(seed: UInt64(seed) &+ 100)
        let start = bytes.count - Int(bytes.number(at: IndexFormat.fixedHeadBytes - 8, as: UInt64.self))
        for _ in 0...random.below(200) {
            bytes[start + random.below(bytes.count - start)] = UInt8(truncatingIfNeeded: random.next())
        }
        var head = Array(bytes[..<IndexFormat.fixedHeadBytes])
        for block in stride(from: start, to: bytes.count, by: IndexFormat.blockBytes) {
            head.append(number: IndexFormat.sum(of: Array(bytes[block..<block + IndexFormat.blockBytes])))
        }
        head += try #require(Hex.decode(Digest(of: head).hex))
        try folder.write(head + bytes[start...], name)
        let stored = try #require(folder.cache.open(revision))
        #expect(!answers(stored).isEmpty)
        _ = stored.manifests
    }

    @Test("a file cut short, grown, empty or of another form is no index")
    func shapes() throws {
        let folder = try CacheFolder()
        let name = try filled(folder)
        let bytes = try folder.bytes(name)
        for other in [[], Array(bytes.dropLast()), bytes + [0], Array(bytes.prefix(100)), Array("{}".utf8)] {
            try folder.write(other, name)
            #expect(folder.cache.open(revision) == nil)
        }
        try folder.write(bytes, name)
        #expect(folder.cache.open(revision) != nil)
    }

    @Test("another program's, folder's or revision's index is not taken for this one")
    func foreign() throws {
        let folder = try CacheFolder()
        let name = try filled(folder)
        let other = IndexCache(folder: folder.path, rules: "another program", manifestFolder: nil)
        #expect(other.open(revision) == nil && other.revisions().isEmpty)
        let elsewhere = IndexCache(
            folder: folder.path, rules: "these tests", manifestFolder: RepositoryPath("manifests"))
        #expect(elsewhere.open(revision) == nil)
        let renamed = name.replacing(revision.text, with: CacheFolder.revision(2).text)
        try folder.write(try folder.bytes(name), renamed)
        #expect(folder.cache.open(CacheFolder.revision(2)) == nil)
    }

    @Test("files are for their owner alone, and what others may write is not read")
    func privacy() throws {
        let folder = try CacheFolder()
        let name = try filled(folder)
        var facts = stat()
        #expect(stat("\(folder.path)/\(name)", &facts) == 0 && facts.st_mode & 0o777 == 0o600)
        chmod("\(folder.path)/\(name)", 0o620)
        #expect(folder.cache.open(revision) == nil)
        chmod("\(folder.path)/\(name)", 0o600)
        chmod(folder.path, 0o777)
        #expect(folder.cache.open(revision) == nil)
        let (index, _) = try #require(repository.current.index())
        #expect(!folder.cache.store(index, revision: CacheFolder.revision(2)))
        chmod(folder.path, 0o700)
        let moved = "\(folder.path)/elsewhere"
        rename("\(folder.path)/\(name)", moved)
        symlink(moved, "\(folder.path)/\(name)")
        #expect(folder.cache.open(revision) == nil)
    }

    @Test("only the indexes used last are kept, and drafts of the dead go with the oldest")
    func bounded() throws {
        let folder = try CacheFolder()
        _ = try filled(folder)
        try folder.write([0], "left.index.4242.new")
        var past = [timespec(tv_sec: 1000, tv_nsec: 0), timespec(tv_sec: 1000, tv_nsec: 0)]
        utimensat(AT_FDCWD, "\(folder.path)/left.index.4242.new", &past, 0)
        let (index, _) = try #require(repository.current.index())
        for number in 2..<40 { #expect(folder.cache.store(index, revision: CacheFolder.revision(number))) }
        #expect(folder.files.count == Limits.cachedIndexes)
        #expect(!folder.files.contains("left.index.4242.new"))
        #expect(folder.cache.open(CacheFolder.revision(39)) != nil)
    }
}
