// The laws of what Writ asks of Git, and of what it takes back.
import WritVocabulary

struct ProposalChecks {
    let desired: DesiredState
    let recorded: RecordedState

    // MARK: One at a time

    /// When the plan is done, each endpoint has at most one open proposal.
    func check(together orders: [ProposalOrder]) -> [String] {
        let byEndpoint = Dictionary(grouping: orders, by: \.id.endpoint)
        return byEndpoint.flatMap { endpoint, orders -> [String] in
            guard orders.count == 1, let order = orders.first else {
                return ["\(endpoint) has \(orders.count) proposals in one plan"]
            }
            let left = recorded.proposals.filter {
                $0.key.endpoint == endpoint && $0.key != order.id && $0.value.ending == nil
                    && !order.supersedes.contains($0.key)
            }
            return left.keys.map { "\(order.id) leaves \($0) open beside it" }
                + order.supersedes.filter { $0.endpoint != endpoint || $0 == order.id }.map {
                    "\(order.id) takes the place of \($0)"
                }
        }
    }

    // MARK: What is proposed

    func check(_ order: ProposalOrder) -> [String] {
        let id = order.id
        guard let endpoint = desired.endpoint(id.endpoint) else { return ["\(id) is for an endpoint nobody declares"] }
        var broken: [String] = []
        if order.from != endpoint.pin { broken.append("\(id) is made from another pin than Git has") }
        if order.to.version != id.version { broken.append("\(id) moves the pin to version \(order.to.version)") }
        if order.to.version == endpoint.pin?.version { broken.append("\(id) proposes what is pinned") }
        if order.delivery == .commit, endpoint.promotion != .auto {
            broken.append("\(id) is committed and \(id.endpoint) is not automatic")
        }
        guard let version = recorded.versions[endpoint.model]?[order.to.version] else {
            return broken + ["\(id) proposes a version that is not registered"]
        }
        if order.to.digest != version.artefacts { broken.append("\(id) does not name the digest of its version") }
        if let gate = version.gates.first(where: { !$0.passed }) {
            broken.append("\(id) proposes what did not pass: \(gate.sentence)")
        }
        return broken
            + (id.purpose == .promotion ? check(promotion: id, version, endpoint) : check(rollback: id, version))
    }

    private func check(promotion id: ProposalID, _ version: VersionRecord, _ endpoint: Endpoint) -> [String] {
        var broken: [String] = []
        if endpoint.promotion == .manual { broken.append("\(id) promotes and \(id.endpoint) is promoted by hand") }
        let rejections = recorded.endpoints[id.endpoint]?.rejections.values.map(\.rejection) ?? []
        if rejections.contains(where: { $0.version == version.id }) {
            broken.append("\(id) promotes what was taken back")
        }
        if let known = recorded.proposals[id], known.order.to.digest == version.artefacts,
            known.ending == .declined || known.ending == .merged
        {
            broken.append("\(id) was \(known.ending == .merged ? "merged" : "declined") before")
        }
        return broken
    }

    private func check(rollback id: ProposalID, _ version: VersionRecord) -> [String] {
        guard let record = recorded.endpoints[id.endpoint] else { return ["\(id) goes back and nothing served before"] }
        return refuges(record).contains { $0.version == version.id } ? [] : ["\(id) goes back to what did not serve"]
    }

    // MARK: What is taken back

    /// Nothing is given up that nothing can replace, and nothing of it is started by the same plan.
    func check(_ rejection: Rejection, in plan: Plan) -> [String] {
        let words = "version \(rejection.version.number) of \(rejection.endpoint) is taken back"
        var broken: [String] = []
        let record = recorded.endpoints[rejection.endpoint] ?? .init()
        if record.rejections[rejection.deployment] != nil { broken.append("\(words) a second time") }
        if rejection.revision != plan.revision { broken.append("\(words) at another revision than was planned") }
        if desired.endpoint(rejection.endpoint)?.pin?.version != rejection.version.number {
            broken.append("\(words) and Git does not pin it")
        }
        let refuge = refuges(record).first { $0.id.deployment != rejection.deployment }
        if refuge == nil || refuge?.version != rejection.instead {
            broken.append("\(words) and nothing can take its place")
        }
        let isStarted = plan.actions.contains { planned in
            if case .startReplica(let order) = planned.action {
                order.id.deployment == rejection.deployment
            } else {
                false
            }
        }
        if isStarted { broken.append("\(words) and started") }
        return broken
    }

    /// What was taken back is not started again while something else can serve.
    func check(start order: ReplicaOrder) -> [String] {
        guard let record = recorded.endpoints[order.endpoint], record.rejections[order.id.deployment] != nil,
            refuges(record).contains(where: { $0.id.deployment != order.id.deployment })
        else { return [] }
        return ["\(order.id) starts what was taken back"]
    }

    /// What serves or served last, and was not taken back.
    private func refuges(_ record: RecordedState.EndpointRecord) -> [ReplicaOrder] {
        [record.current, record.previous].compactMap(\.self).filter { record.rejections[$0.id.deployment] == nil }
    }
}
