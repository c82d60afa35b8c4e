// What a change touches, taken apart as finely as rules tell things apart: path, resource, risk tier.
import WritVocabulary

struct PolicySubjects {
    /// A rule that covers the Endpoint of a file says nothing of the Policy in the same file, and one for low risk
    /// nothing of the high risk a dataset is used for as well: each must be covered.
    struct Subject: Hashable {
        /// nil for a file that is no manifest, or whose declarations are as before.
        let resource: ResourceID?
        /// nil where no model with a tier is concerned.
        let tier: String?
    }

    struct Entry {
        let path: RepositoryPath
        /// Sorted, never empty.
        let subjects: [Subject]
    }

    /// Sorted by path.
    let entries: [Entry]
    /// Endpoints some entry names.
    let endpoints: Set<ResourceName>
    /// What some commit touched.
    let touched: Set<RepositoryPath>

    init(_ unit: ChangeUnit, base: DesiredState, head: DesiredState) {
        let tiers = Tiers(sides: [base, head])
        var subjects: [RepositoryPath: Set<Subject>] = [:]
        for item in unit.items {
            subjects[item.path, default: []].formUnion(item.resources.flatMap(tiers.subjects))
        }
        // What a commit touched is judged even where whoever made the list of items forgot it.
        touched = Set(unit.commits.flatMap(\.changedPaths))
        for path in touched.union(unit.manifests.keys) where subjects[path] == nil {
            subjects[path] = []
        }
        entries = subjects.map { path, found in
            Entry(path: path, subjects: found.isEmpty ? [Subject(resource: nil, tier: nil)] : found.sorted())
        }.sorted { $0.path < $1.path }
        endpoints = Set(unit.items.flatMap(\.resources).filter { $0.kind == .endpoint }.map(\.name))
    }

    /// Base and head are both looked at: neither raising nor lowering a tier escapes the rules of the other.
    private struct Tiers {
        let sides: [DesiredState]

        func subjects(of resource: ResourceID) -> [Subject] {
            let tiers = Set(
                models(of: resource).flatMap { model in sides.compactMap { $0.model(model)?.card?.riskTier } })
            return tiers.isEmpty
                ? [Subject(resource: resource, tier: nil)] : tiers.map { Subject(resource: resource, tier: $0) }
        }

        private func models(of resource: ResourceID) -> Set<ResourceName> {
            switch resource.kind {
            case .model: [resource.name]
            case .endpoint: Set(sides.compactMap { $0.endpoint(resource.name)?.model })
            case .dataset: Set(sides.flatMap { $0.dependents(of: resource) }.filter { $0.kind == .model }.map(\.name))
            case .policy: []
            }
        }
    }
}

extension PolicySubjects.Subject: Comparable {
    static func < (a: PolicySubjects.Subject, b: PolicySubjects.Subject) -> Bool {
        (a.resource?.text ?? "", a.tier ?? "") < (b.resource?.text ?? "", b.tier ?? "")
    }

    /// `Model/flight-time of risk tier high`; nil for a file.
    var words: String? {
        resource.map { resource in tier.map { "\(resource) of risk tier \(PolicyWords.clean($0))" } ?? resource.text }
    }
}
