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
        draft.note(Step(.settled, .inForce, "\(rules) what follows this revision"), for: id)
    }
}
