// Files trained elsewhere, brought in as they are.
import WritVocabulary

struct ImportRules {
    let situation: Situation
    let name: ResourceName
    let imported: Model.Import

    private var id: ResourceID { ResourceID(.model, name) }

    /// The imported files; halts until they are in the blob store.
    func candidate(into draft: inout Draft) throws -> Candidate {
        let order = try order()
        guard let record = situation.recorded.imports[order.key] else {
            let reason = Reason(.importDeclared, "its files were not imported yet")
            draft.propose(.importArtefacts(order), for: id, because: reason, in: situation)
            throw Halt.noted
        }
        if let expected = imported.digest, expected != record.artefacts {
            throw Halt(
                .refused, .digestDiffers,
                "the imported files are \(record.artefacts), the manifest says \(expected); correct one of them")
        }
        return Candidate(
            artefacts: record.artefacts, run: nil, recipe: nil, revision: try situation.revision(), datasets: [:],
            metrics: [:])
    }

    func order() throws -> ImportOrder { ImportOrder(model: name, source: try source(), expected: imported.digest) }

    private func source() throws -> ImportOrder.Source {
        switch imported.source {
        case .path(let path):
            let name = path.components.last.map(String.init) ?? path.text
            return .content(try situation.content(of: path), name: name)
        case .file(let path):
            return .file(path, try situation.file(path))
        }
    }
}
