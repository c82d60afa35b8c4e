// A plan of a change in one line.
import WritVocabulary

/// `1 model trains, 1 endpoint moves 7 → 8, 1 approval missing`: for a first line, a title or a commit status.
public struct ChangeSummary: Sendable {
    private let plan: ChangePlan

    public init(_ plan: ChangePlan) { self.plan = plan }

    /// Without a full stop. Holds nothing that others wrote.
    public var sentence: String {
        var parts = trainings + moves + warnings
        if parts.isEmpty, !plan.resources.isEmpty {
            parts.append(
                plan.resources.count == 1
                    ? "1 resource changes, and nothing trains or moves"
                    : "\(plan.resources.count) resources change, and nothing trains or moves")
        }
        parts += policy
        return parts.isEmpty ? "nothing changes for any resource" : parts.joined(separator: ", ")
    }

    private var trainings: [String] {
        var (train, known, imported, stuck) = (0, 0, 0, 0)
        for training in plan.trainings {
            switch training.course {
            case .train(trials: 0): stuck += 1
            case .train: train += 1
            case .known: known += 1
            case .importFiles: imported += 1
            }
        }
        let evaluated = Set(plan.evaluations.map(\.model)).subtracting(plan.trainings.map(\.model)).count
        return [
            counted(train, "model trains", "models train"),
            counted(known, "model was trained before", "models were trained before"),
            counted(stuck, "model cannot train", "models cannot train"),
            counted(imported, "model is imported", "models are imported"),
            counted(evaluated, "evaluation changes", "evaluations change"),
        ].compactMap(\.self)
    }

    private var moves: [String] {
        let groups: [(ChangePlan.EndpointMove.Course, [ChangePlan.EndpointMove])] = ChangePlan.EndpointMove.Course
            .allCases.map { course in (course, plan.moves.filter { $0.course == course }) }
        return groups.filter { !$0.1.isEmpty }.map { course, moves in
            guard moves.count == 1 else { return "\(moves.count) endpoints \(course.verb(isPlural: true))" }
            let numbers = [.moves, .goesBack].contains(course) ? " \(moves[0].numbers)" : ""
            return "1 endpoint \(course.verb(isPlural: false))\(numbers)"
        }
    }

    private var warnings: [String] {
        let policies = plan.resources.count { $0.resource.kind == .policy && $0.kind != .deleted }
        let gates = plan.evaluations.reduce(0) { $0 + $1.removedGates.count }
        let loosened = plan.evaluations.reduce(0) { $0 + $1.loosened.count }
        return [
            counted(plan.moves.count(where: \.isBlocked), "move cannot be followed", "moves cannot be followed"),
            counted(plan.moves.count(where: \.waits), "move waits", "moves wait"),
            counted(gates, "gate is removed", "gates are removed"),
            counted(loosened, "gate is loosened", "gates are loosened"),
            counted(policies, "policy changes", "policies change"),
            counted(plan.deletions.count, "resource is deleted", "resources are deleted"),
        ].compactMap(\.self)
    }

    private var policy: [String] {
        guard let decision = plan.decision else { return [] }
        let missing = PolicyDecision.Lack.Kind.allCases.compactMap { kind -> String? in
            let count = kind == .approval ? decision.approvalsMissing : decision.lacks.count { $0.kind == kind }
            return count == 0 ? nil : "\(Words.count(count, kind.noun)) missing"
        }
        switch decision.verdict {
        case .allowed: return decision.breakGlass == nil ? [] : ["allowed in an emergency"]
        case .waiting: return missing
        case .refused: return missing + ["refused by policy"]
        }
    }

    private func counted(_ count: Int, _ one: String, _ many: String) -> String? {
        count == 0 ? nil : count == 1 ? "1 \(one)" : "\(count) \(many)"
    }
}

extension PolicyDecision.Lack.Kind {
    fileprivate var noun: String {
        switch self {
        case .signature: "signature"
        case .author: "entitled author"
        case .approval: "approval"
        case .evidence: "piece of evidence"
        case .window: "open window"
        case .engine: "engine's consent"
        case .rule: "rule"
        }
    }
}

extension ChangePlan.EvaluationChange {
    var reasons: [String] { why.split(separator: "; ").map(String.init) }
    var loosened: [String] { reasons.filter { $0.hasSuffix(GateDifference.looser) } }
    /// Whether less judges a version than before.
    var isWeaker: Bool { gates.isEmpty || !removedGates.isEmpty || !loosened.isEmpty }
}

extension ChangePlan.EndpointMove {
    var isBlocked: Bool { steps.last?.hasSuffix(MoveSteps.blocked) == true }
    var waits: Bool { steps.first?.hasPrefix(MoveSteps.waiting) == true }

    enum Course: CaseIterable {
        case moves, goesBack, starts, restarts, scales, stops

        func verb(isPlural: Bool) -> String {
            switch self {
            case .moves: isPlural ? "move" : "moves"
            case .goesBack: isPlural ? "go back" : "goes back"
            case .starts: isPlural ? "start" : "starts"
            case .restarts: isPlural ? "restart" : "restarts"
            case .scales: isPlural ? "scale" : "scales"
            case .stops: isPlural ? "stop" : "stops"
            }
        }
    }

    var course: Course {
        guard let to else { return .stops }
        guard let from else { return .starts }
        if from == to { return isRestart ? .restarts : .scales }
        return from.model == to.model && to.number < from.number ? .goesBack : .moves
    }

    /// `7 → 8`; with the models where they differ.
    var numbers: String {
        switch (from, to) {
        case (let from?, let to?) where from == to: "version \(to.number)"
        case (let from?, let to?) where from.model == to.model: "\(from.number) → \(to.number)"
        case (let from?, let to?): "\(from) → \(to)"
        case (nil, let to?): "none → \(to.number)"
        case (let from?, nil): "\(from.number) → none"
        case (nil, nil): "none"
        }
    }
}
