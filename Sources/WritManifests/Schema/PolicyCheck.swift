// What the parts of one policy demand of each other: roles that exist, demands that can be met, names that differ.
import WritVocabulary

/// Looks at the nodes, so that one wrong part does not hide what is wrong in another.
struct PolicyCheck {
    /// The roles that could be read.
    let roles: [String: [Person]]
    let policy: NodeIndex

    func run(_ reader: inout Reader) {
        guard let rules = reader.tree.value("rules", in: policy), reader.tree[rules].kind == .sequence else { return }
        let declared = declaredRoles(reader)
        var names: Set<String> = []
        for rule in reader.tree.children(of: rules) {
            checkName(of: rule, among: &names, &reader)
            for role in mentionedRoles(in: rule, reader) where !declared.contains(reader.tree.text(of: role)) {
                unknownRole(role, declared, &reader)
            }
            for demand in entries("approvals", of: rule, reader) { checkCount(of: demand, in: rule, &reader) }
        }
    }

    /// By their keys: a role whose people are wrong exists all the same.
    private func declaredRoles(_ reader: Reader) -> Set<String> {
        guard let roles = reader.tree.value("roles", in: policy), reader.tree[roles].kind == .mapping else { return [] }
        return Set(reader.tree.keys(of: roles).map { reader.tree.text(of: $0) })
    }

    private func entries(_ field: String, of node: NodeIndex, _ reader: Reader) -> [NodeIndex] {
        guard let list = reader.tree.value(field, in: node), reader.tree[list].kind == .sequence else { return [] }
        return Array(reader.tree.children(of: list))
    }

    // MARK: Names

    private func checkName(of rule: NodeIndex, among names: inout Set<String>, _ reader: inout Reader) {
        guard let name = reader.tree.value("name", in: rule).map(reader.tree.text), !names.insert(name).inserted else {
            return
        }
        reader.contradiction("name", in: rule, "a rule above is called “\(SafeText.shown(name))” already")
    }

    // MARK: Roles

    /// Scalars that are valid names; anything else has been reported.
    private func mentionedRoles(in rule: NodeIndex, _ reader: Reader) -> [NodeIndex] {
        let holders =
            entries("approvals", of: rule, reader) + [reader.tree.value("breakGlass", in: rule)].compactMap(\.self)
        let roles = entries("authors", of: rule, reader) + holders.compactMap { reader.tree.value("role", in: $0) }
        return roles.filter { role in
            reader.scalar(role) == .text && reader.tree.withValue(of: role) { TextRule.name.allows($0) }
        }
    }

    private func unknownRole(_ node: NodeIndex, _ declared: Set<String>, _ reader: inout Reader) {
        let written = reader.tree.text(of: node)
        let nearest = Suggestion.nearest(to: written, among: declared.sorted())
        // A role whose own name is wrong has been reported; who means it need not hear of it again.
        if let nearest, !ResourceName.isValid(nearest) { return }
        let hint =
            nearest.map { "did you mean `\($0)`?" } ?? "declare it under `roles`, with the people who have it"
        reader.report(at: node, "unknown-role", hint: hint) {
            "\($0.location(of: node)): this policy has no role “\(SafeText.shown(written))”"
        }
    }

    // MARK: Counts

    private func checkCount(of demand: NodeIndex, in rule: NodeIndex, _ reader: inout Reader) {
        guard let count = reader.tree.value("count", in: demand), case .integer(let wanted) = reader.scalar(count),
            (1...Limits.approvals).contains(wanted),
            let name = reader.tree.value("role", in: demand).map(reader.tree.text), let role = roles[name]
        else { return }
        let people = Set(role)
        guard people.count == role.count else { return }
        if wanted > Int64(people.count) {
            let found = people.count == 1 ? "only one person has" : "only \(people.count) people have"
            reader.contradiction(
                "count", in: demand, "\(wanted) must approve, but \(found) the role “\(name)”",
                hint: "ask for fewer, or add people to the role")
        } else if wanted == Int64(people.count), let authors = authors(of: rule, reader), authors.isSubset(of: people) {
            reader.contradiction(
                "count", in: demand,
                "all \(people.count) who have the role “\(name)” must approve, but the author is one of them and does "
                    + "not count", hint: "ask for fewer, or add people to the role")
        }
    }

    /// Everybody who may author; nil where that is not limited or not known.
    private func authors(of rule: NodeIndex, _ reader: Reader) -> Set<Person>? {
        let names = entries("authors", of: rule, reader).map(reader.tree.text)
        let people = names.compactMap { roles[$0] }
        return names.isEmpty || people.count < names.count ? nil : Set(people.joined())
    }
}
