// Backends that do not answer: what depends on them says so, and since when; everything else goes on.
import WritLedger
import WritVocabulary

extension ControllerMachine {
    /// Notes who answered. What depends on a backend that fell silent, or is heard again, is planned again.
    mutating func listen(_ answered: Set<WatchedBackend>, at now: Timestamp) {
        for backend in WatchedBackend.allCases {
            // One that was not heard in this life is silent from its first look on.
            if answered.contains(backend) || heard[backend] == nil { heard[backend] = now }
        }
        let quiet = Set(
            WatchedBackend.allCases.filter { backend in
                // The gateway's absence has a reason of its own.
                backend != .gateway && (heard[backend] ?? now) + limits.silenceTold <= now
            })
        for backend in quiet.symmetricDifference(silent).sorted(by: { $0.rawValue < $1.rawValue }) {
            let words = quiet.contains(backend) ? "does not answer" : "answers again"
            queue.add(dependents(on: backend), because: .measurement("the \(backend.rawValue) backend \(words)"))
        }
        silent = quiet
    }

    /// A finding with what of it was not seen just now: what is said is as it was when its backend was last heard.
    func dated(_ finding: Finding) -> Finding {
        let doubts = silent.sorted { $0.rawValue < $1.rawValue }.compactMap { backend -> String? in
            guard let at = heard[backend], dependents(on: backend).contains(finding.resource) else { return nil }
            return "the \(backend.rawValue) backend was last heard at \(at)"
        }
        if doubts.isEmpty { return finding }
        var dated = finding
        dated.reason = Reason(
            finding.reason.code, ([finding.reason.message] + doubts).joined(separator: "; "))
        return dated
    }

    /// The resources whose plan depends on what a backend shows.
    private func dependents(on backend: WatchedBackend) -> Set<ResourceID> {
        switch backend {
        case .trainer: Set(log.state.unfinished.keys)
        case .serving, .gateway: Set(log.state.endpoints.keys.map { ResourceID(.endpoint, $0) })
        case .data: fileUsers.values.reduce(into: []) { $0.formUnion($1) }
        }
    }
}
