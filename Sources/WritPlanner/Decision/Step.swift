// One thing found out about a resource; a finding is made of these.
import WritVocabulary

/// What one rule found about a resource.
struct Step {
    var standing: Finding.Standing
    var reason: Reason
    var blockedBy: ResourceID?
    var until: Timestamp?

    init(
        _ standing: Finding.Standing, _ code: Reason.Code, _ message: String, blockedBy: ResourceID? = nil,
        until: Timestamp? = nil
    ) {
        self.init(standing, Reason(code, message), blockedBy: blockedBy, until: until)
    }

    init(_ standing: Finding.Standing, _ reason: Reason, blockedBy: ResourceID? = nil, until: Timestamp? = nil) {
        self.standing = standing
        self.reason = reason
        self.blockedBy = blockedBy
        self.until = until
    }
}

/// Thrown where the rules of a resource can go no further in this plan.
struct Halt: Error {
    /// What is to be noted; nil when that was done already.
    let step: Step?

    static let noted = Halt(step: nil)

    init(_ step: Step) { self.step = step }

    private init(step: Step?) { self.step = step }

    init(
        _ standing: Finding.Standing, _ code: Reason.Code, _ message: String, blockedBy: ResourceID? = nil,
        until: Timestamp? = nil
    ) {
        step = Step(standing, code, message, blockedBy: blockedBy, until: until)
    }
}

extension Finding.Standing {
    /// Which step of a resource speaks for it: a person's duty before Writ's acts, acts before waits.
    var weight: Int {
        switch self {
        case .refused: 3
        case .acting: 2
        case .waiting: 1
        case .settled: 0
        }
    }
}
