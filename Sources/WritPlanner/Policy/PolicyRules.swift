// A policy asks for nothing to be done: once its revision is accepted, it judges what comes after.
import WritVocabulary

struct PolicyRules {
    let situation: Situation
    let name: ResourceName

    func plan(into draft: inout Draft) {
        let id = ResourceID(.policy, name)
        guard case .policy(let policy)? = situation.desired.resources[id]?.spec else {
            return draft.note(Step(.settled, .notDeclared, "it is no longer declared"), for: id)
        }
        let rules = policy.rules.count == 1 ? "1 rule judges" : "\(policy.rules.count) rules judge"
        draft.note(Step(.settled, .inForce, "\(rules) what follows this revision\(waivers(policy))"), for: id)
        for waiver in policy.waivers.sorted(by: { ($0.until, $0.subject) < ($1.until, $1.subject) }) {
            guard waiver.until <= situation.now else {
                draft.wake(id, at: waiver.until)
                continue
            }
            let ended = "the waiver for \(waiver.subject) ended on \(PolicyWords.time(waiver.until))"
            draft.remark(Reason(.inForce, "\(ended); take it out or renew it"), on: id)
        }
    }

    private func waivers(_ policy: Policy) -> String {
        switch policy.waivers.count(where: { $0.until > situation.now }) {
        case 0: ""
        case 1: "; 1 waiver stands"
        case let count: "; \(count) waivers stand"
        }
    }
}
