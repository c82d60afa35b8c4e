// The folder of stored indexes: found, opened, written whole, kept few.
import Glibc
import WritVocabulary

/// Indexes of accepted revisions in a folder of the user's own.
///
/// A revision's id names its content, so what is stored for it is never out of date; `rules` names the program that
/// read it, so another program's reading is never taken for this one's. Whatever is wrong with the folder or a file is
/// the same as its not being there.
public struct IndexCache: Sendable {
    private let folder: String
    private let manifestFolder: RepositoryPath?
    private let scope: [UInt8]

    /// `folder` is absolute and made when needed; `manifestFolder` is nil for a whole repository.
    public init(folder: String, rules: String, manifestFolder: RepositoryPath?) {
        self.folder = folder
        self.manifestFolder = manifestFolder
        scope = IndexFormat.scope(rules: rules, folder: manifestFolder)
    }

    private var prefix: String { Hex.encode(scope.prefix(8)) + "-" }
    private func name(of revision: RevisionID) -> String { "\(prefix)\(revision.text).index" }

    /// The revisions there are indexes of, the last used first.
    public func revisions() -> [RevisionID] {
        guard isPrivate else { return [] }
        return entries().filter { $0.name.hasPrefix(prefix) }.compactMap { entry in
            RevisionID(String(entry.name.dropFirst(prefix.count).dropLast(".index".count)))
        }
    }

    /// The index of a revision, marked as used now; nil when there is none that can be believed.
    public func open(_ revision: RevisionID) -> StoredIndex? {
        guard isPrivate else { return nil }
        let file = Glibc.open("\(folder)/\(name(of: revision))", O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { return nil }
        var facts = stat()
        guard fstat(file, &facts) == 0, IndexCache.isOwn(facts, S_IFREG) else {
            close(file)
            return nil
        }
        futimens(file, nil)
        return StoredIndex.open(file, bytes: Int(facts.st_size), scope: scope, revision: revision)
    }

    /// Keeps the index of a revision whose manifests were accepted. Whether it could.
    @discardableResult
    public func store(_ index: ManifestIndex, revision: RevisionID) -> Bool {
        store(index.manifests, revision: revision)
    }

    /// See ``store(_:revision:)-(ManifestIndex,_)``.
    @discardableResult
    public func store(_ index: PartialIndex, revision: RevisionID) -> Bool {
        let manifests = index.known.manifests
        return !index.isDamaged && store(manifests, revision: revision)
    }

    /// Takes a damaged index away.
    public func remove(_ revision: RevisionID) { unlink("\(folder)/\(name(of: revision))") }

    func store(_ manifests: [KnownManifest], revision: RevisionID) -> Bool {
        guard let bytes = IndexImage.encode(manifests, scope: scope, revision: revision),
            bytes.count <= Limits.cachedIndexBytes, makeFolder(), isPrivate
        else { return false }
        let written = write(bytes, as: name(of: revision))
        prune()
        return written
    }

    // MARK: - Files

    /// Under another name first, so that nobody ever sees half of it. Not synced: what a crash tears fails its
    /// checksum.
    private func write(_ bytes: [UInt8], as name: String) -> Bool {
        let draft = "\(folder)/\(name).\(getpid()).new"
        unlink(draft)
        let file = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { return false }
        var done = 0
        while done < bytes.count {
            let wrote = bytes[done...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if wrote < 0, errno == EINTR { continue }
            guard wrote > 0 else { break }
            done += wrote
        }
        close(file)
        if done == bytes.count, rename(draft, "\(folder)/\(name)") == 0 { return true }
        unlink(draft)
        return false
    }

    /// Takes away what was not used for longest, until few enough are left.
    private func prune() {
        var total = 0
        for (index, entry) in entries().enumerated() {
            total += entry.bytes
            if index >= Limits.cachedIndexes || total > Limits.cachedBytes { unlink("\(folder)/\(entry.name)") }
        }
    }

    private struct Entry {
        var name: String
        var bytes: Int
        var used: (seconds: Int, nanoseconds: Int)
    }

    /// The indexes of all programs and folders, drafts included, the last used first.
    private func entries() -> [Entry] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var found: [Entry] = []
        while found.count < Limits.cacheEntriesSeen, let next = readdir(listing) {
            let name = withUnsafeBytes(of: &next.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard name.hasSuffix(".index") || name.hasSuffix(".new") else { continue }
            var facts = stat()
            guard lstat("\(folder)/\(name)", &facts) == 0 else { continue }
            let used = facts.st_mtim
            found.append(Entry(name: name, bytes: Int(facts.st_size), used: (used.tv_sec, used.tv_nsec)))
        }
        return found.sorted { a, b in a.used != b.used ? a.used > b.used : a.name < b.name }
    }

    private func makeFolder() -> Bool {
        var path = ""
        for part in folder.split(separator: "/") {
            path += "/\(part)"
            if mkdir(path, 0o700) != 0, errno != EEXIST { return false }
        }
        return true
    }

    /// Whether nobody else may write there: what others can write, they can make say anything.
    private var isPrivate: Bool {
        var facts = stat()
        return lstat(folder, &facts) == 0 && IndexCache.isOwn(facts, S_IFDIR)
    }

    private static func isOwn(_ facts: stat, _ form: mode_t) -> Bool {
        facts.st_mode & S_IFMT == form && facts.st_uid == geteuid() && facts.st_mode & 0o022 == 0
    }
}
