// A repository of many small manifests and random commits to it, in memory.
import WritVocabulary

@testable import WritManifests

struct PartialRepository {
    /// One revision: manifests by path, and the paths that exist besides.
    struct Snapshot: Equatable {
        var files: [String: String] = [:]
        var paths: Set<String> = ["data", "code", "code/requirements.lock"]
    }

    var current = Snapshot()
    private var random: SplitMix

    init(seed: UInt64, size: Int) {
        random = SplitMix(seed: seed)
        for number in 0..<size { add(number) }
    }

    private mutating func add(_ number: Int) {
        let folder = "manifests/team-\(number % 5)"
        switch number % 4 {
        case 0:
            current.files["\(folder)/data-\(number).yaml"] = dataset("data-\(number)", "data/rows-\(number).csv")
            current.paths.insert("data/rows-\(number).csv")
        case 1, 2:
            current.files["\(folder)/model-\(number).yaml"] = model("model-\(number)", "data-\(number / 4 * 4)")
        default:
            current.files["\(folder)/endpoint-\(number).yaml"] = endpoint("endpoint-\(number)", "model-\(number - 1)")
        }
    }

    // MARK: - Manifests

    private func head(_ kind: String, _ name: String) -> String {
        "apiVersion: writ.dev/v1\nkind: \(kind)\nmetadata: {name: \(name)}\n"
    }

    private func dataset(_ name: String, _ path: String) -> String {
        head("Dataset", name) + "spec:\n  source: {path: \(path)}\n  format: csv\n"
    }

    private func model(_ name: String, _ data: String) -> String {
        head("Model", name) + "spec:\n  training:\n    code: {path: code}\n    command: [python, train.py]\n"
            + "    environment: {python: \"3.11\", requirements: code/requirements.lock}\n    datasets: {rows: \(data)}\n"
    }

    private func endpoint(_ name: String, _ model: String) -> String {
        head("Endpoint", name) + "spec:\n  model: \(model)\n  version: 1\n  runtime:\n    command: [python, serve.py]\n"
            + "    code: {path: code}\n    environment: {python: \"3.11\", requirements: code/requirements.lock}\n"
    }

    // MARK: - Commits

    /// One to three changes, about one in three of them wrong in some way.
    mutating func commit() {
        for _ in 0...random.below(3) { edit() }
    }

    private mutating func edit() {
        let names = current.files.keys.sorted()
        guard !names.isEmpty else { return add(random.below(40)) }
        let name = names[random.below(names.count)]
        let text = current.files[name] ?? ""
        let number = random.below(60)
        switch random.below(13) {
        case 0: current.files[name] = nil
        case 1: add(number)
        case 2: current.files[name] = text + "---\n" + dataset("data-\(number)", "data")
        case 3: current.files["manifests/copy-\(number).yaml"] = text
        case 4: current.files[name] = text.replacing("data-", with: "dta-")
        case 5: current.files[name] = text + "  oops: 1\n"
        case 6: current.files[name] = text + "# a remark\n"
        case 7: current.paths = current.paths.filter { _ in random.below(30) > 0 }
        case 8: current.paths.insert("data/rows-\(number).csv")
        case 9:
            current.files[name] = nil
            current.files["manifests/moved-\(number).yaml"] = text
        case 10: current.files[name] = "# nothing is declared here\n"
        case 11: current.files["manifests/e\u{301}-\(number).yaml"] = model("model-e-\(number)", "data-\(number)")
        default: current.files[name] = text.replacing("train.py", with: "learn-\(number).py")
        }
    }
}

extension PartialRepository.Snapshot {
    func blob(_ path: String) -> ContentID? { files[path].map { Repository.blob($0) } }

    /// What Git would say differs from an older revision.
    func changes(from old: Self) -> ManifestChanges {
        var changes = ManifestChanges()
        for (path, text) in files where old.files[path] != text {
            changes.files[repositoryPath(path)] = .init(blob: Repository.blob(text), bytes: Array(text.utf8))
        }
        changes.removed = Set(old.files.keys.filter { files[$0] == nil }.map(repositoryPath))
        let paths = paths.symmetricDifference(old.paths).map(repositoryPath)
        changes.changedPaths = Set(paths).union(changes.files.keys).union(changes.removed)
        return changes
    }

    func contents(of needed: [RepositoryPath]) -> [RepositoryPath: ContentID] {
        let existing = needed.filter { paths.contains($0.text) }
        return Dictionary(uniqueKeysWithValues: existing.map { ($0, Repository.blob($0.text)) })
    }
}
