// The approvals and reviews shown for a change, sorted into those that mean it and those that do not: the same for all
// rules of a policy.
import WritVocabulary

struct Ballot {
    /// People whose approval means this change, and the keys they gave it with.
    private(set) var signed: [Person: Set<String>] = [:]
    /// Why other approvals do not count, and in whose name they are.
    private(set) var void: [(person: Person?, sentence: String)] = []
    /// People whose review approves this head.
    private(set) var reviewed: Set<Person> = []
    private(set) var oddReviews: [(person: Person?, sentence: String)] = []

    init(_ policy: Policy, _ check: ApprovalCheck, at now: Timestamp) {
        for approval in check.unit.approvals {
            let person = approval.statement.person
            if let objection = check.objection(to: approval, in: policy.repository, at: now) {
                void.append((person, objection))
            } else if case .signed(_, let key) = approval.authenticity {
                signed[person, default: []].insert(key)
            }
        }
        for review in check.unit.reviews where review.approves { add(review, policy, check.unit) }
    }

    private mutating func add(_ review: ReviewFacts, _ policy: Policy, _ unit: ChangeUnit) {
        let account = PolicyWords.clean(review.account)
        guard let person = policy.accounts[review.account] else {
            return oddReviews.append(
                (nil, "the review of the account “\(account)” does not count: the policy does not say whose it is"))
        }
        guard review.head == unit.head else {
            var reason = "it is of head \(review.head.short), not \(unit.head.short)"
            if let landing = unit.landing, landing.reviewed == review.head, let objection = landing.objection {
                reason = PolicyWords.clean(objection, 300)
            }
            return oddReviews.append((person, "\(person)'s review does not count: \(reason)"))
        }
        reviewed.insert(person)
    }
}
