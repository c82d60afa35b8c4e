// Which blobs may be taken out, and which must stay.

extension RecordedState {
    /// Why a blob must stay, in one sentence; nil when nothing on record keeps it.
    public func reasonToKeep(_ blob: Digest) -> String? {
        for hold in holds.values.sorted(by: { $0.name < $1.name }) where isCovered(blob, by: hold) {
            return "the hold \(hold.name) of \(hold.actor) keeps it: \(hold.reason)"
        }
        for (name, endpoint) in endpoints.sorted(by: { $0.key < $1.key }) {
            let served = [endpoint.current, endpoint.previous].compactMap(\.self)
            if let order = served.first(where: { $0.artefacts == blob }) {
                return "\(order.version) serves on \(name), or is what it would go back to"
            }
        }
        return nil
    }

    private func isCovered(_ blob: Digest, by hold: LegalHold) -> Bool {
        guard let scope = hold.scope else { return true }
        switch scope.kind {
        case .policy: return false
        case .dataset:
            return snapshots.values.contains { $0.dataset == scope.name && $0.outcome.digest == blob }
        case .model:
            return (versions[scope.name] ?? [:]).values.contains { version in
                version.artefacts == blob || version.datasets.values.contains(blob)
                    || version.run.flatMap { executions[$0]?.outcome?.log } == blob
            }
        case .endpoint:
            let record = endpoints[scope.name]
            return [record?.current, record?.previous].contains { $0?.artefacts == blob }
        }
    }
}
