// Who is asked before a change is judged: policy engines, and the forge for its reviews.
import WritBackends
import WritVocabulary

/// The ports behind a ``Consultation``. What does not answer has not allowed anything.
public struct Consultants: Sendable {
    public var engines: any PolicyEngines
    public var forge: (any Forge)?

    public init(engines: any PolicyEngines = NoPolicyEngines(), forge: (any Forge)? = nil) {
        self.engines = engines
        self.forge = forge
    }

    func answer(_ consultation: Consultation) async -> Consultation.Answers {
        var answers = Consultation.Answers()
        for engine in consultation.engines {
            answers.engines[engine] = await engines.decide(engine, input: consultation.input)
        }
        if let forge, !consultation.commits.isEmpty {
            // Without the forge's answer no review counts; what is missing is then said, and asked for again.
            let found = await attempt { try await reviews(of: consultation.commits, forge) }
            if case .success(let reviews) = found { answers.reviews = reviews }
        }
        return answers
    }

    /// Reviews of the pull requests the commits say they come from, where the request's head is one of them.
    private func reviews(of commits: [CommitFacts], _ forge: any Forge) async throws -> [ReviewFacts] {
        let heads = Set(commits.map(\.revision))
        var found: [ReviewFacts] = []
        for number in Consultants.numbers(in: commits.map(\.subject)) {
            guard let request = try await forge.request(number), heads.contains(request.head) else { continue }
            found += try await forge.reviews(of: number)
        }
        return found
    }

    /// Numbers of requests the subjects mention, as forges write them: `#12` and `!12`. At most 20, in order.
    static func numbers(in subjects: [String]) -> [Int] {
        var found: Set<Int> = []
        for subject in subjects {
            for part in subject.split(whereSeparator: { !$0.isNumber && $0 != "#" && $0 != "!" }) {
                guard let sign = part.first, sign == "#" || sign == "!", let number = Int(part.dropFirst()) else {
                    continue
                }
                found.insert(number)
            }
        }
        return Array(found.sorted().prefix(20))
    }
}
