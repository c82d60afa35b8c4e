// How much is missing: one sentence may ask for several approvals, and another only says why one does not count.
import WritVocabulary

extension PolicyDecision.Lack {
    /// Whether it only explains why something that was given does not count.
    public var isExplanation: Bool {
        kind == .approval && demanded == nil && PolicyDecision.Lack.explaining.contains(where: message.contains)
    }

    private static let explaining = [" does not count", " do not count", " is void: "]

    /// How many approvals are missing, and of whom: `1` and `of risk` of `1 of 2 approvals of risk, by …`.
    fileprivate var demanded: (count: Int, role: Substring)? {
        let words = message.split(separator: " ", maxSplits: 4)
        guard kind == .approval, words.count > 3, words[1] == "of", let given = Int(words[0]),
            let wanted = Int(words[2]), ["approval", "approvals"].contains(words[3].prefix(while: \.isLetter))
        else { return nil }
        let isAnybody = words[3].contains { !$0.isLetter }
        return (wanted - given, isAnybody ? "" : words.dropFirst(4).first?.prefix { $0 != "," && $0 != ":" } ?? "")
    }
}

extension PolicyDecision {
    /// Things somebody has to do something about.
    var missingCount: Int { lacks.count { !$0.isExplanation } }

    /// Approvals that will do: two rules that ask the same people ask them once.
    var approvalsMissing: Int {
        var most: [Substring: Int] = [:]
        for demand in lacks.compactMap(\.demanded) { most[demand.role] = max(most[demand.role] ?? 0, demand.count) }
        let others = lacks.count { $0.kind == .approval && $0.demanded == nil && !$0.isExplanation }
        return most.values.reduce(others, +)
    }
}
