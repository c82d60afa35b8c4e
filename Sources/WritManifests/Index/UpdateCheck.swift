// What files say together: duplicate names, missing references, rings, missing paths.
import WritVocabulary

/// The repository as it would be after an update: changed files over the accepted ones. Nothing is copied.
struct UpdateCheck<Known: KnownManifests> {
    let known: Known
    let decoded: [RepositoryPath: DecodedManifest]
    let removed: Set<RepositoryPath>
    /// What changed files declare, in no order. Those that could be named are listed even where they are wrong.
    private let places: [Place]
    /// Resource to the first of its places, in order of path and line.
    private let first: [ResourceID: Int]
    /// Resources with more than one.
    private let repeated: Set<ResourceID>

    private struct Place {
        let id: ResourceID
        let path: RepositoryPath
        let line: UInt32
        let column: UInt32
        let mentions: [Mention]
    }

    init(_ known: Known, decoded: [RepositoryPath: DecodedManifest], removed: Set<RepositoryPath>) {
        self.known = known
        self.decoded = decoded
        self.removed = removed
        var places: [Place] = []
        var first = [ResourceID: Int](minimumCapacity: decoded.count)
        var repeated: Set<ResourceID> = []
        places.reserveCapacity(decoded.count)
        for (path, manifest) in decoded {
            let documents = manifest.documents
            // By index: a copy of a document would count every text of its resource.
            for index in documents.indices {
                guard let id = documents[index].id else { continue }
                if let other = first[id] {
                    repeated.insert(id)
                    if path < places[other].path { first[id] = places.count }
                } else {
                    first[id] = places.count
                }
                places.append(
                    Place(
                        id: id, path: path, line: documents[index].line, column: documents[index].column,
                        mentions: documents[index].mentions))
            }
        }
        self.places = places
        self.first = first
        self.repeated = repeated
    }

    /// What is wrong between files, whatever the paths they name hold. In no order.
    func problems() -> [Diagnostic] { duplicates() + missingReferences() + rings() }

    /// Whether the accepted declaration of a resource lies in a file that stays as it is.
    private func kept(_ id: ResourceID) -> ManifestIndex.Declaration? {
        guard let declaration = known.declaration(of: id), decoded[declaration.path] == nil,
            !removed.contains(declaration.path)
        else { return nil }
        return declaration
    }

    private func isDeclared(_ id: ResourceID) -> Bool { first[id] != nil || kept(id) != nil }

    /// What changed and removed files declared before.
    private var replaced: [ResourceID] {
        decoded.keys.flatMap { known.declared(in: $0) }
            + removed.filter { decoded[$0] == nil }.flatMap { known.declared(in: $0) }
    }

    /// Resources of changed and removed files that nobody declares any more.
    private var vanished: [ResourceID] { replaced.filter { !isDeclared($0) }.sorted() }
}

// MARK: - Names

extension UpdateCheck {
    /// Every place that declares a name declared elsewhere too, so that a report does not depend on what changed last.
    private func duplicates() -> [Diagnostic] {
        var found: [Diagnostic] = []
        let several = Dictionary(grouping: places.lazy.filter { repeated.contains($0.id) }, by: \.id)
        for (id, place) in first {
            let kept = kept(id)
            guard kept != nil || repeated.contains(id) else { continue }
            var all = (several[id] ?? [places[place]]).map { Spot(path: $0.path, line: $0.line, column: $0.column) }
            if let kept { all.append(Spot(path: kept.path, line: kept.line, column: kept.column)) }
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
        for place in places {
            for mention in place.mentions {
                guard case .resource(let other, _) = mention.target, !isDeclared(other) else { continue }
                missing.append((Spot(path: place.path, mention), place.id, other))
            }
        }
        for target in vanished {
            for referrer in known.referrers(of: target) {
                guard let kept = kept(referrer) else { continue }
                for mention in kept.mentions {
                    guard case .resource(target, _) = mention.target else { continue }
                    missing.append((Spot(path: kept.path, mention), referrer, target))
                }
            }
        }
        var suggestions: [ResourceID: String] = [:]
        for target in Set(missing.map(\.to)).sorted().prefix(Limits.referenceSuggestions) {
            suggestions[target] = suggestion(for: target)
        }
        return missing.map { spot, from, to in
            diagnostic(
                spot, "missing-reference", "\(from) names \(to), which is not declared",
                hint: suggestions[to] ?? "declare it or correct the name")
        }
    }

    private func suggestion(for id: ResourceID) -> String? {
        let replaced = Set(self.replaced)
        let accepted = known.ids(of: id.kind).lazy.filter { !replaced.contains($0) }
        let new = first.keys.lazy.filter { $0.kind == id.kind }
        let names = (accepted.map(\.name.text) + new.map(\.name.text)).sorted()
        return Suggestion.hint(for: id.name.text, among: names)
    }

    private func rings() -> [Diagnostic] {
        // Who waits for nobody is in no ring, nor is who waits only for such: nearly all are settled without a search.
        let starts = places.lazy.filter { $0.mentions.contains(where: waitsForOneThatWaits) }.map(\.id)
        let rings = CycleSearch.cycles(from: starts.sorted(), references: references)
        return rings.compactMap { ring in
            guard let id = ring.first, let place = first[id].map({ places[$0] }) else { return nil }
            let names = (ring + [id]).map(\.text).joined(separator: " → ")
            let spot = Spot(path: place.path, line: place.line, column: place.column)
            return diagnostic(
                spot, "cycle", "resources wait for one another: \(names)", hint: "remove one of these references")
        }
    }
}

// MARK: - References

extension UpdateCheck {
    /// The resources a resource waits for.
    private func references(_ id: ResourceID) -> [ResourceID] {
        mentions(of: id).compactMap { mention in
            if case .resource(let other, orders: true) = mention.target { other } else { nil }
        }
    }

    private func waitsForOneThatWaits(_ mention: Mention) -> Bool {
        guard case .resource(let other, orders: true) = mention.target else { return false }
        return mentions(of: other).contains { mention in
            if case .resource(_, orders: true) = mention.target { true } else { false }
        }
    }

    private func mentions(of id: ResourceID) -> [Mention] {
        first[id].map { places[$0].mentions } ?? kept(id)?.mentions ?? []
    }
}

// MARK: - Paths

extension UpdateCheck {
    /// All paths that changed resources name, and those others name that lie at or above a changed path.
    func pathsNeeded(changed: Set<RepositoryPath> = []) -> [RepositoryPath] {
        var needed: Set<RepositoryPath> = []
        for place in places {
            for mention in place.mentions {
                if case .path(let path) = mention.target { needed.insert(path) }
            }
        }
        for path in changed {
            for path in path.selfAndAncestors where known.hasUser(of: path, where: { kept($0) != nil }) {
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
        for place in places { add(place.mentions, in: place.path) }
        for user in Set(missing.flatMap { known.users(of: $0) }).sorted() {
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

        init(path: RepositoryPath, _ mention: Mention) {
            self.init(path: path, line: mention.line, column: mention.column)
        }
    }

    private func diagnostic(_ spot: Spot, _ code: String, _ message: String, hint: String) -> Diagnostic {
        let bare = Diagnostic(
            path: spot.path.text, line: Int(spot.line), column: Int(spot.column), code: code, message: message,
            hint: hint)
        return decoded[spot.path].map { bare.adding(source: $0.source) } ?? bare
    }
}
