// Where a version comes from, in sentences.
import WritVocabulary

struct Lineage {
    let recorded: RecordedState

    /// The challenger's origin, each part beside the champion's, and whether their numbers may be compared.
    func sentences(_ new: VersionRecord, _ old: VersionRecord?, _ measured: ChampionMetrics?) -> [String] {
        var sentences = [origin(of: new)]
        if let old { sentences.append(origin(of: old)) }
        sentences += data(new, old)
        if let code = code(new, old) { sentences.append(code) }
        if let evaluation = evaluation(of: new) { sentences.append(evaluation) }
        if let old, let measured, !measured.isComparable {
            sentences.append(
                "version \(old.id.number) was evaluated on other data or by other code:"
                    + " its numbers are not strictly comparable")
        }
        return sentences
    }

    private func origin(of version: VersionRecord) -> String {
        let files = "files \(version.artefacts.short)"
        let subject = "version \(version.id.number)"
        guard let run = version.run else {
            return "\(subject) was imported at revision \(version.revision.short), \(files)"
        }
        return "\(subject) was trained by \(run) at revision \(version.revision.short), \(files)"
    }

    private func data(_ new: VersionRecord, _ old: VersionRecord?) -> [String] {
        new.datasets.sorted { $0.key < $1.key }.map { input, digest in
            var words = "version \(new.id.number) learnt from \(SpecTree.quoted(input)) \(digest.short)"
            if let old, old.run != nil, let before = old.datasets[input] {
                words +=
                    before == digest
                    ? ", as version \(old.id.number) did" : ", version \(old.id.number) from \(before.short)"
            }
            return words
        }
    }

    private func code(_ new: VersionRecord, _ old: VersionRecord?) -> String? {
        guard let tree = tree(new) else { return nil }
        var words = "its code is \(tree.short)"
        if let old, let before = self.tree(old) {
            words +=
                before == tree
                ? ", as that of version \(old.id.number)" : ", that of version \(old.id.number) \(before.short)"
        }
        return words
    }

    private func tree(_ version: VersionRecord) -> ContentID? {
        version.run.flatMap { recorded.executions[$0]?.order.codeTree }
    }

    private func evaluation(of version: VersionRecord) -> String? {
        guard let recipe = version.evaluation, let order = recorded.order(of: recipe) else { return nil }
        let inputs = order.inputs.sorted { $0.key < $1.key }.map {
            "\(SpecTree.quoted($0.key)) \($0.value.digest.short)"
        }
        return "it was evaluated by \(order.id) on \(inputs.joined(separator: ", "))"
    }
}
