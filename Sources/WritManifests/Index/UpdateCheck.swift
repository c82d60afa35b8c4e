// What files say together: duplicate names, missing references, rings, missing paths.
import WritVocabulary

/// The repository as it would be after an update: changed files over the accepted index. Nothing is copied.
struct UpdateCheck {
    let index: ManifestIndex
    let decoded: [RepositoryPath: DecodedManifest]
    let removed: Set<RepositoryPath>
    /// What changed files declare, in order of place. Those that could be named are listed even where they are wrong.
    private let declared: [ResourceID: [Place]]

    private struct Place {
        let path: RepositoryPath
        let document: DecodedManifest.Document
    }

    init(index: ManifestIndex, decoded: [RepositoryPath: DecodedManifest], removed: Set<RepositoryPath>) {
        self.index = index
        self.decoded = decoded
        self.removed = removed
        var declared: [ResourceID: [Place]] = [:]
        for (path, manifest) in decoded.sorted(by: { $0.key < $1.key }) {
            for document in manifest.documents {
                if let id = document.id { declared[id, default: []].append(Place(path: path, document: document)) }
            }
        }
        self.declared = declared
    }

    /// What is wrong between files, whatever the paths they name hold. In no order.
    func problems() -> [Diagnostic] { duplicates() + missingReferences() + rings() }

    /// Whether the accepted declaration of a resource lies in a file that stays as it is.
    private func kept(_ id: ResourceID) -> ManifestIndex.Declaration? {
        guard let declaration = index.declarations[id], decoded[declaration.path] == nil, !removed.contains(declaration.path)
        else { return nil }
        return declaration
    }

    private func isDeclared(_ id: ResourceID) -> Bool { declared[id] != nil || kept(id) != nil }

    /// Resources of changed and removed files that nobody declares any more.
    private var vanished: [ResourceID] {
        Set(decoded.keys).union(removed).flatMap { index.files[$0]?.ids ?? [] }.filter { !isDeclared($0) }.sorted()
    }
}

// MARK: - Names

extension UpdateCheck {
    /// Every place that declares a name declared elsewhere too, so that a report does not depend on what changed last.
    private func duplicates() -> [Diagnostic] {
        var found: [Diagnostic] = []
        for (id, places) in declared {
            var all = places.map { Spot(path: $0.path, line: $0.document.line, column: $0.document.column) }
            if let kept = kept(id) { all.append(Spot(path: kept.path, line: kept.line, column: kept.column)) }
            guard all.count > 1 else { continue }
            all.sort { ($0.path, $0.line) < ($1.path, $1.line) }
            for (index, spot) in all.enumerated() {
                let other = all[index == 0 ? 1 : 0]
                found.append(
                    diagnostic(
                        spot, "duplicate-resource", "\(id) is declared more than once",
                        hint: "it is declared at \(other.path):\(other.line) too; rename or remove one"))
            }
        }
        return found
    }

    private func missingReferences() -> [Diagnostic] {
        // Where a name could not be read, it may be the missing one.
        guard !decoded.values.contains(where: \.hidesNames) else { return [] }
        var missing: [(spot: Spot, from: ResourceID, to: ResourceID)] = []
        for (id, places) in declared {
            for place in places {
                for mention in place.document.mentions {
                    guard case .resource(let other, _) = mention.target, !isDeclared(other) else { continue }
                    missing.append((Spot(path: place.path, mention), id, other))
                }
            }
        }
        for target in vanished {
            for referrer in index.referrers[target] ?? [] {
                guard let kept = kept(referrer) else { continue }
                for mention in kept.mentions {
                    guard case .resource(target, _) = mention.target else { continue }
                    missing.append((Spot(path: kept.path, mention), referrer, target))
                }
            }
        }
        var suggestions: [ResourceID: String] = [:]
        for target in Set(missing.map(\.to)).sorted().prefix(Limits.referenceSuggestions) { suggestions[target] = suggestion(for: target) }
        return missing.map { spot, from, to in
            diagnostic(
                spot, "missing-reference", "\(from) names \(to), which is not declared",
                hint: suggestions[to] ?? "declare it or correct the name")
        }
    }

    private func suggestion(for id: ResourceID) -> String? {
        let accepted = index.declarations.keys.lazy.filter { $0.kind == id.kind && kept($0) != nil }
        let new = declared.keys.lazy.filter { $0.kind == id.kind }
        let names = (accepted.map(\.name.text) + new.map(\.name.text)).sorted()
        return Suggestion.hint(for: id.name.text, among: names)
    }

    private func rings() -> [Diagnostic] {
        let rings = CycleSearch.cycles(from: declared.keys.sorted()) { id in
            let mentions = declared[id]?.first?.document.mentions ?? kept(id)?.mentions ?? []
            return mentions.compactMap { mention in
                if case .resource(let other, orders: true) = mention.target { other } else { nil }
            }
        }
        return rings.compactMap { ring in
            guard let id = ring.first, let place = declared[id]?.first else { return nil }
            let names = (ring + [id]).map(\.text).joined(separator: " → ")
            let spot = Spot(path: place.path, line: place.document.line, column: place.document.column)
            return diagnostic(spot, "cycle", "resources wait for one another: \(names)", hint: "remove one of these references")
        }
    }
}

// MARK: - Paths

extension UpdateCheck {
    /// All paths that changed resources name, and those others name that lie at or above a changed path.
    func pathsNeeded(changed: Set<RepositoryPath> = []) -> [RepositoryPath] {
        var needed: Set<RepositoryPath> = []
        for places in declared.values {
            for mention in places.flatMap(\.document.mentions) {
                if case .path(let path) = mention.target { needed.insert(path) }
            }
        }
        for path in changed {
            for path in path.selfAndAncestors where index.pathUsers[path]?.contains(where: { kept($0) != nil }) == true {
                needed.insert(path)
            }
        }
        return needed.sorted()
    }

    func missingPaths(_ missing: Set<RepositoryPath>) -> [Diagnostic] {
        guard !missing.isEmpty else { return [] }
        var found: [Diagnostic] = []
        func add(_ mentions: [Mention], in path: RepositoryPath) {
            for mention in mentions {
                guard case .path(let named) = mention.target, missing.contains(named) else { continue }
                found.append(
                    diagnostic(
                        Spot(path: path, mention), "missing-path",
                        "the repository has no “\(SafeText.shown(named.text, limit: 200))” at this revision",
                        hint: "paths begin at the repository's root; commit the file or correct the path"))
            }
        }
        for place in declared.values.joined() { add(place.document.mentions, in: place.path) }
        for user in Set(missing.flatMap { index.pathUsers[$0] ?? [] }).sorted() {
            if let kept = kept(user) { add(kept.mentions, in: kept.path) }
        }
        return found
    }
}

// MARK: - Places

extension UpdateCheck {
    private struct Spot {
        let path: RepositoryPath
        let line: UInt32
        let column: UInt32

        init(path: RepositoryPath, line: UInt32, column: UInt32) {
            self.path = path
            self.line = line
            self.column = column
        }

        init(path: RepositoryPath, _ mention: Mention) { self.init(path: path, line: mention.line, column: mention.column) }
    }

    private func diagnostic(_ spot: Spot, _ code: String, _ message: String, hint: String) -> Diagnostic {
        let bare = Diagnostic(
            path: spot.path.text, line: Int(spot.line), column: Int(spot.column), code: code, message: message, hint: hint)
        return decoded[spot.path].map { bare.adding(source: $0.source) } ?? bare
    }
}
