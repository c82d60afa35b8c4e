// Writes an index down: manifests to the bytes of a file. Pure.
import WritVocabulary

/// One accepted manifest file and what it declares.
struct KnownManifest {
    var path: RepositoryPath
    var blob: ContentID
    var declared: [(id: ResourceID, declaration: ManifestIndex.Declaration)]
}

/// The bytes of one index file while they are put together.
struct IndexImage {
    private struct Entry {
        let id: ResourceID
        let code: UInt8
        let file: UInt32
        let declaration: ManifestIndex.Declaration
    }

    private let manifests: [KnownManifest]
    private let entries: [Entry]
    private let positions: [ResourceID: UInt32]
    private let paths: [RepositoryPath]
    private let pathPositions: [RepositoryPath: UInt32]
    private var texts: [UInt8] = []

    /// The file's bytes; nil for what the form has no room for, which is then not kept.
    static func encode(_ manifests: [KnownManifest], scope: [UInt8], revision: RevisionID) -> [UInt8]? {
        var image = IndexImage(manifests)
        guard let sections = image.sections() else { return nil }
        return assemble(sections, scope: scope, revision: revision)
    }

    /// The same sections one after the other, for memory: no checksums, no gaps.
    static func body(_ manifests: [KnownManifest]) -> (bytes: [UInt8], sections: [StoredIndex.Span])? {
        var image = IndexImage(manifests)
        guard let sections = image.sections() else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(sections.reduce(0) { $0 + $1.count })
        var spans: [StoredIndex.Span] = []
        for (section, content) in zip(IndexFormat.Section.allCases, sections) {
            spans.append(StoredIndex.Span(offset: bytes.count, count: content.count / section.recordBytes))
            bytes += content
        }
        return (bytes, spans)
    }

    private init(_ manifests: [KnownManifest]) {
        let sorted = manifests.sorted { $0.path < $1.path }
        var entries: [Entry] = []
        entries.reserveCapacity(sorted.count)
        for (file, manifest) in sorted.enumerated() {
            for (id, declaration) in manifest.declared {
                entries.append(
                    Entry(
                        id: id, code: IndexFormat.code(of: id.kind), file: UInt32(file), declaration: declaration))
            }
        }
        entries.sort { $0.code != $1.code ? $0.code < $1.code : $0.id.name < $1.id.name }
        var used: Set<RepositoryPath> = []
        for entry in entries {
            for case .path(let path) in entry.declaration.mentions.lazy.map(\.target) { used.insert(path) }
        }
        self.manifests = sorted
        self.entries = entries
        positions = Dictionary(entries.enumerated().map { ($1.id, UInt32($0)) }) { first, _ in first }
        paths = used.sorted()
        pathPositions = Dictionary(uniqueKeysWithValues: paths.enumerated().map { ($1, UInt32($0)) })
    }

    private mutating func sections() -> [[UInt8]]? {
        guard let (mentions, referring, using) = mentions() else { return nil }
        let referrers = Numbers(referring, targets: entries.count)
        let users = Numbers(using, targets: paths.count)
        guard let resources = resources(referrers), let files = files() else { return nil }
        let pathRecords = pathRecords(users)
        guard texts.count <= UInt32.max else { return nil }
        return [files.records, resources, mentions, pathRecords, files.declared, referrers.bytes, users.bytes, texts]
    }

    // MARK: - Sections

    /// The mentions, and by whom each resource and path is named: pairs of target and who names it.
    private func mentions() -> (records: [UInt8], referring: [(UInt32, UInt32)], using: [(UInt32, UInt32)])? {
        var records: [UInt8] = []
        var referring: [(UInt32, UInt32)] = []
        var using: [(UInt32, UInt32)] = []
        for (index, entry) in entries.enumerated() {
            for mention in entry.declaration.mentions {
                guard let (target, form) = target(of: mention) else { return nil }
                if form == .path {
                    using.append((target, UInt32(index)))
                } else {
                    referring.append((target, UInt32(index)))
                }
                records.append(number: target)
                records.append(number: mention.line)
                records.append(number: mention.column)
                records.append(number: form.rawValue)
            }
        }
        return (records, referring, using)
    }

    private func target(of mention: Mention) -> (UInt32, IndexFormat.TargetForm)? {
        switch mention.target {
        case .path(let path): return pathPositions[path].map { ($0, .path) }
        case .resource(let id, let orders):
            // Everything an accepted manifest names is declared.
            return positions[id].map { ($0, orders ? .resource : .resourceThatNothingWaitsFor) }
        }
    }

    private mutating func resources(_ referrers: Numbers) -> [UInt8]? {
        var records: [UInt8] = []
        records.reserveCapacity(entries.count * 32)
        var mention: UInt32 = 0
        for (index, entry) in entries.enumerated() {
            let named = entry.declaration.mentions.count
            let name = append(entry.id.name.text)
            guard let count = UInt16(exactly: named), let length = UInt8(exactly: name.length) else { return nil }
            records.append(number: name.offset)
            records.append(number: entry.file)
            records.append(number: entry.declaration.line)
            records.append(number: entry.declaration.column)
            records.append(number: mention)
            records.append(number: referrers.starts[index])
            records.append(number: referrers.count(of: index))
            records.append(number: count)
            records.append(number: length)
            records.append(number: entry.code)
            mention += UInt32(named)
        }
        return records
    }

    private mutating func files() -> (records: [UInt8], declared: [UInt8])? {
        var records: [UInt8] = []
        var declared: [UInt8] = []
        records.reserveCapacity(manifests.count * 32)
        var first: UInt32 = 0
        for manifest in manifests {
            let path = append(manifest.path.text)
            guard let blob = Hex.decode(manifest.blob.text), let count = UInt16(exactly: manifest.declared.count),
                let length = UInt16(exactly: path.length)
            else { return nil }
            records.append(number: path.offset)
            records.append(number: length)
            records.append(number: count)
            records.append(contentsOf: blob)
            records.append(number: first)
            for (id, _) in manifest.declared { declared.append(number: positions[id] ?? 0) }
            first += UInt32(count)
        }
        return (records, declared)
    }

    private mutating func pathRecords(_ users: Numbers) -> [UInt8] {
        var records: [UInt8] = []
        records.reserveCapacity(paths.count * 16)
        for (index, path) in paths.enumerated() {
            let text = append(path.text)
            records.append(number: text.offset)
            records.append(number: UInt32(text.length))
            records.append(number: users.starts[index])
            records.append(number: users.count(of: index))
        }
        return records
    }

    private mutating func append(_ text: String) -> (offset: UInt32, length: Int) {
        let offset = UInt32(truncatingIfNeeded: texts.count)
        texts.append(contentsOf: text.utf8)
        return (offset, text.utf8.count)
    }

    // MARK: - The file

    private static func assemble(_ sections: [[UInt8]], scope: [UInt8], revision: RevisionID) -> [UInt8]? {
        guard let id = Hex.decode(revision.text), scope.count == IndexFormat.digestBytes else { return nil }
        let block = IndexFormat.blockBytes
        var head = IndexFormat.magic
        head.append(number: IndexFormat.version)
        head.append(number: UInt32(block))
        head += scope + id
        var body: [UInt8] = []
        for (section, bytes) in zip(IndexFormat.Section.allCases, sections) {
            head.append(number: UInt64(body.count))
            head.append(number: UInt64(bytes.count / section.recordBytes))
            body += bytes
            body += [UInt8](repeating: 0, count: (block - bytes.count % block) % block)
        }
        head.append(number: UInt64(body.count))
        for start in stride(from: 0, to: body.count, by: block) {
            head.append(number: IndexFormat.sum(of: Array(body[start..<start + block])))
        }
        head += Hex.decode(Digest(of: head).hex) ?? []
        return head + body
    }
}

extension IndexImage {
    /// For each target the numbers of those that name it, one list after the other.
    fileprivate struct Numbers {
        /// Where a target's list begins, and after the last where it ends.
        var starts: [UInt32]
        var bytes: [UInt8] = []

        init(_ pairs: [(target: UInt32, from: UInt32)], targets: Int) {
            starts = [UInt32](repeating: 0, count: targets + 1)
            for pair in pairs { starts[Int(pair.target) + 1] += 1 }
            for index in 0..<targets { starts[index + 1] += starts[index] }
            var next = starts
            var ordered = [UInt32](repeating: 0, count: pairs.count)
            for pair in pairs {
                ordered[Int(next[Int(pair.target)])] = pair.from
                next[Int(pair.target)] += 1
            }
            bytes.reserveCapacity(pairs.count * 4)
            for number in ordered { bytes.append(number: number) }
        }

        func count(of target: Int) -> UInt32 { starts[target + 1] - starts[target] }
    }
}

extension ManifestIndex {
    /// All accepted manifests, in no order.
    var manifests: [KnownManifest] {
        let newer = files.map { path, file in
            KnownManifest(
                path: path, blob: file.blob, declared: file.ids.compactMap { id in declarations[id].map { (id, $0) } })
        }
        return newer + (settled?.manifests ?? []).filter { !replaced.contains($0.path) }
    }
}
