// The index of one revision, left on disk and searched there.
import Glibc
import WritVocabulary

/// Answers what a check asks about a revision by binary search, at the cost of a few blocks for each answer.
///
/// Nothing in the file is trusted: what lies outside its table, or is no name, is damage. After the last question ask
/// ``isDamaged``; if it is so, no answer counts.
public final class StoredIndex: Sendable {
    /// nil for an index that is not on disk.
    public let revision: RevisionID?
    private let blocks: BlockFile
    private let sections: [Span]

    struct Span {
        var offset: Int
        var count: Int
    }

    public var isDamaged: Bool { blocks.isDamaged }
    /// How many blocks of 4 KiB were read.
    public var blocksRead: Int { blocks.readCount }
    /// How many resources it holds.
    public var count: Int { sections[IndexFormat.Section.resources.rawValue].count }

    /// An index in memory.
    convenience init(_ bytes: [UInt8], sections: [Span]) {
        self.init(revision: nil, blocks: BlockFile(memory: bytes), sections: sections)
    }

    private init(revision: RevisionID?, blocks: BlockFile, sections: [Span]) {
        self.revision = revision
        self.blocks = blocks
        self.sections = sections
    }

    /// Takes an open file over; nil, and the file is closed, when it is not the index of this revision and scope.
    static func open(_ file: Int32, bytes: Int, scope: [UInt8], revision: RevisionID) -> StoredIndex? {
        let index = read(file, bytes: bytes, scope: scope, revision: revision)
        if index == nil { close(file) }
        return index
    }

    private static func read(_ file: Int32, bytes: Int, scope: [UInt8], revision: RevisionID) -> StoredIndex? {
        let fixed = IndexFormat.fixedHeadBytes
        guard let head = BlockFile.read(file, at: 0, fixed),
            head.starts(with: IndexFormat.magic), head.number(at: 8) == IndexFormat.version,
            head.number(at: 12) == UInt32(IndexFormat.blockBytes),
            Array(head[16..<48]) == scope, Hex.encode(head[48..<68]) == revision.text
        else { return nil }
        let body: UInt64 = head.number(at: fixed - 8)
        guard body <= UInt64(Limits.cachedIndexBytes), Int(body).isMultiple(of: IndexFormat.blockBytes) else {
            return nil
        }
        let sumBytes = Int(body) / IndexFormat.blockBytes * IndexFormat.sumBytes
        let start = fixed + sumBytes + IndexFormat.digestBytes
        guard bytes == start + Int(body), let rest = BlockFile.read(file, at: fixed, sumBytes + IndexFormat.digestBytes)
        else { return nil }
        let sums = rest.prefix(sumBytes)
        guard Digest(of: head + sums).hex == Hex.encode(rest.suffix(IndexFormat.digestBytes)),
            let sections = sections(head, body: Int(body))
        else { return nil }
        let numbers = stride(from: 0, to: sumBytes, by: IndexFormat.sumBytes).map {
            sums.number(at: $0, as: UInt64.self)
        }
        return StoredIndex(
            revision: revision, blocks: BlockFile(file: file, start: start, sums: numbers), sections: sections)
    }

    private static func sections(_ head: [UInt8], body: Int) -> [Span]? {
        var sections: [Span] = []
        for section in IndexFormat.Section.allCases {
            let place = 68 + section.rawValue * 16
            let (offset, count): (UInt64, UInt64) = (head.number(at: place), head.number(at: place + 8))
            guard offset <= UInt64(body), Int(offset).isMultiple(of: IndexFormat.blockBytes),
                count <= UInt64(body - Int(offset)) / UInt64(section.recordBytes)
            else { return nil }
            sections.append(Span(offset: Int(offset), count: Int(count)))
        }
        return sections
    }
}

// MARK: - Records

extension StoredIndex {
    struct FileRecord {
        var path: RepositoryPath
        var blob: ContentID
        var declared: Range<Int>
    }

    struct ResourceRecord {
        var id: ResourceID
        var file: Int
        var line: UInt32
        var column: UInt32
        var mentions: Range<Int>
        var referrers: Range<Int>
    }

    private func record(_ section: IndexFormat.Section, _ index: Int) -> ArraySlice<UInt8>? {
        let place = sections[section.rawValue]
        guard (0..<place.count).contains(index) else { return blocks.damaged() }
        return blocks.bytes(place.offset + index * section.recordBytes, section.recordBytes)
    }

    private func text(_ offset: UInt32, _ length: Int) -> ArraySlice<UInt8>? {
        let place = sections[IndexFormat.Section.texts.rawValue]
        guard Int(offset) + length <= place.count else { return blocks.damaged() }
        return blocks.bytes(place.offset + Int(offset), length)
    }

    private func range(_ start: UInt32, _ count: Int, in section: IndexFormat.Section) -> Range<Int>? {
        guard Int(start) + count <= sections[section.rawValue].count else { return blocks.damaged() }
        return Int(start)..<Int(start) + count
    }

    /// Where a manifest file is among all, in order of path.
    func fileNumber(at path: RepositoryPath) -> Int? { position(of: path, in: .files) }

    /// The same of the file that declares a resource.
    func fileNumber(declaring id: ResourceID) -> Int? { position(of: id).flatMap(resource(at:))?.file }

    func file(at index: Int) -> FileRecord? {
        guard let record = record(.files, index),
            let text = text(record.number(at: 0), Int(record.number(at: 4, as: UInt16.self))),
            let declared = range(record.number(at: 28), Int(record.number(at: 6, as: UInt16.self)), in: .declared)
        else { return nil }
        guard let path = RepositoryPath(String(decoding: text, as: UTF8.self)),
            let blob = ContentID(Hex.encode(record.dropFirst(8).prefix(20)))
        else { return blocks.damaged() }
        return FileRecord(path: path, blob: blob, declared: declared)
    }

    func resource(at index: Int) -> ResourceRecord? {
        guard let record = record(.resources, index),
            let text = text(record.number(at: 0), Int(record.number(at: 30, as: UInt8.self))),
            let mentions = range(record.number(at: 16), Int(record.number(at: 28, as: UInt16.self)), in: .mentions),
            let referrers = range(record.number(at: 20), Int(record.number(at: 24, as: UInt32.self)), in: .referrers)
        else { return nil }
        guard let kind = IndexFormat.kind(of: record.number(at: 31)),
            let name = ResourceName(String(decoding: text, as: UTF8.self))
        else { return blocks.damaged() }
        return ResourceRecord(
            id: ResourceID(kind, name), file: Int(record.number(at: 4, as: UInt32.self)), line: record.number(at: 8),
            column: record.number(at: 12), mentions: mentions, referrers: referrers)
    }

    private func mention(at index: Int) -> Mention? {
        guard let record = record(.mentions, index) else { return nil }
        let target = Int(record.number(at: 0, as: UInt32.self))
        let (line, column): (UInt32, UInt32) = (record.number(at: 4), record.number(at: 8))
        switch IndexFormat.TargetForm(rawValue: record.number(at: 12)) {
        case .path:
            return usedPath(at: target).map { Mention(target: .path($0.path), line: line, column: column) }
        case .resource:
            return resource(at: target).map {
                Mention(target: .resource($0.id, orders: true), line: line, column: column)
            }
        case .resourceThatNothingWaitsFor:
            return resource(at: target).map {
                Mention(target: .resource($0.id, orders: false), line: line, column: column)
            }
        case nil: return blocks.damaged()
        }
    }

    private func usedPath(at index: Int) -> (path: RepositoryPath, users: Range<Int>)? {
        guard let record = record(.paths, index),
            let text = text(record.number(at: 0), Int(record.number(at: 4, as: UInt32.self))),
            let users = range(record.number(at: 8), Int(record.number(at: 12, as: UInt32.self)), in: .users)
        else { return nil }
        guard let path = RepositoryPath(String(decoding: text, as: UTF8.self)) else { return blocks.damaged() }
        return (path, users)
    }

    private func ids(_ range: Range<Int>, of section: IndexFormat.Section) -> [ResourceID] {
        range.compactMap { record(section, $0).flatMap { resource(at: Int($0.number(at: 0, as: UInt32.self)))?.id } }
    }

    private func declaration(_ resource: ResourceRecord) -> ManifestIndex.Declaration? {
        guard let file = file(at: resource.file) else { return nil }
        return ManifestIndex.Declaration(
            path: file.path, line: resource.line, column: resource.column,
            mentions: resource.mentions.compactMap(mention(at:)))
    }
}

// MARK: - Searching

extension StoredIndex {
    /// The first of the records whose text and kind are not before what is sought, by their bytes.
    private func search(
        _ section: IndexFormat.Section, _ order: (ArraySlice<UInt8>) -> Int?
    ) -> Int? {
        var (low, high) = (0, sections[section.rawValue].count)
        while low < high {
            let middle = (low + high) / 2
            guard let record = record(section, middle), let order = order(record) else { return nil }
            if order < 0 { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func position(of path: RepositoryPath, in section: IndexFormat.Section) -> Int? {
        let sought = Array(path.text.utf8)
        func order(_ record: ArraySlice<UInt8>) -> Int? {
            let length =
                section == .files
                ? Int(record.number(at: 4, as: UInt16.self)) : Int(record.number(at: 4, as: UInt32.self))
            return text(record.number(at: 0), length).map { StoredIndex.order($0, sought) }
        }
        return exact(section, order)
    }

    private func position(of id: ResourceID) -> Int? {
        let sought = Array(id.name.text.utf8)
        let code = IndexFormat.code(of: id.kind)
        return exact(.resources) { record in
            let kind: UInt8 = record.number(at: 31)
            guard kind == code else { return kind < code ? -1 : 1 }
            return text(record.number(at: 0), Int(record.number(at: 30, as: UInt8.self))).map {
                StoredIndex.order($0, sought)
            }
        }
    }

    private func exact(_ section: IndexFormat.Section, _ order: (ArraySlice<UInt8>) -> Int?) -> Int? {
        guard let found = search(section, order), found < sections[section.rawValue].count,
            let record = record(section, found), order(record) == 0
        else { return nil }
        return found
    }

    private static func order(_ a: ArraySlice<UInt8>, _ b: [UInt8]) -> Int {
        a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                let shared = min(a.count, b.count)
                if shared > 0, let x = a.baseAddress, let y = b.baseAddress {
                    let order = Int(memcmp(x, y, shared))
                    if order != 0 { return order }
                }
                return a.count - b.count
            }
        }
    }
}

// MARK: - Answers

extension StoredIndex: KnownManifests {
    func declaration(of id: ResourceID) -> ManifestIndex.Declaration? {
        position(of: id).flatMap(resource(at:)).flatMap(declaration)
    }

    func blob(of path: RepositoryPath) -> ContentID? { position(of: path, in: .files).flatMap(file(at:))?.blob }

    func declared(in path: RepositoryPath) -> [ResourceID] {
        position(of: path, in: .files).flatMap(file(at:)).map { ids($0.declared, of: .declared) } ?? []
    }

    func referrers(of id: ResourceID) -> Set<ResourceID> {
        position(of: id).flatMap(resource(at:)).map { Set(ids($0.referrers, of: .referrers)) } ?? []
    }

    func users(of path: RepositoryPath) -> Set<ResourceID> {
        position(of: path, in: .paths).flatMap(usedPath(at:)).map { Set(ids($0.users, of: .users)) } ?? []
    }

    func hasUser(of path: RepositoryPath, where isMeant: (ResourceID) -> Bool) -> Bool {
        guard let users = position(of: path, in: .paths).flatMap(usedPath(at:))?.users else { return false }
        return users.contains { ids($0..<$0 + 1, of: .users).contains(where: isMeant) }
    }

    func ids(of kind: Kind) -> [ResourceID] {
        let code = Int(IndexFormat.code(of: kind))
        func first(_ code: Int) -> Int? {
            search(.resources) { Int($0.number(at: 31, as: UInt8.self)) < code ? -1 : 1 }
        }
        guard let from = first(code), let to = first(code + 1), from <= to else { return [] }
        return (from..<to).compactMap { resource(at: $0)?.id }
    }

    /// Everything, for writing it down again with what has changed since.
    var manifests: [KnownManifest] {
        (0..<sections[IndexFormat.Section.files.rawValue].count).compactMap { index in
            guard let file = file(at: index) else { return nil }
            let declared: [(id: ResourceID, declaration: ManifestIndex.Declaration)] = file.declared.compactMap {
                place in
                guard let number = record(.declared, place),
                    let resource = resource(at: Int(number.number(at: 0, as: UInt32.self)))
                else { return nil }
                return (
                    resource.id,
                    ManifestIndex.Declaration(
                        path: file.path, line: resource.line, column: resource.column,
                        mentions: resource.mentions.compactMap(mention(at:)))
                )
            }
            return KnownManifest(path: file.path, blob: file.blob, declared: declared)
        }
    }
}
