// What an action is about, in a word or two.
import WritVocabulary

extension Action {
    /// `run-1f2e3d4c5b6a-1`, `version 3`, `table 7`.
    var subject: String {
        switch self {
        case .snapshot(let order): order.source.words
        case .execute(let order): order.id.text
        case .cancel(let id): id.text
        case .importArtefacts(let order): order.source.words
        case .register(let order): "version \(order.version.id.number)"
        case .startReplica(let order): order.id.text
        case .stopReplica(let order): order.id.text
        case .publish(let change): "table \(change.number)"
        case .propose(let order): "version \(order.to.version)"
        case .attest(.version(let facts)): "version \(facts.version.id.number)"
        case .attest(.deployment(let facts)): facts.deployment.text
        }
    }
}

extension Action {
    /// What is said of an offer that came to nothing.
    var undone: String {
        if case .attest = self { "\(subject) could not be attested" } else { "\(subject) could not be proposed" }
    }
}

extension SnapshotOrder.Source {
    fileprivate var words: String {
        switch self {
        case .content(let content): "content \(content.short)"
        case .file(let path): path
        case .blob(let digest): "blob \(digest.short)"
        case .artefact(let manifest, let path): "\(path) of \(manifest.short)"
        }
    }
}

extension ImportOrder.Source {
    fileprivate var words: String {
        switch self {
        case .content(let content, let name): "\(name) (\(content.short))"
        case .file(let path, _): path
        }
    }
}
