// Who is asked before a change is judged: policy engines, and the forge for its reviews.
import WritBackends
import WritVocabulary

/// The ports behind a ``Consultation``. What does not answer has not allowed anything.
public struct Consultants: Sendable {
    public var engines: any PolicyEngines
    public var forge: (any Forge)?
    /// Where what landed is compared with what was reviewed; without it only reviews of commits on the branch count.
    public var source: (any HistorySource & ReferenceSource)?

    public init(
        engines: any PolicyEngines = NoPolicyEngines(), forge: (any Forge)? = nil,
        source: (any HistorySource & ReferenceSource)? = nil
    ) {
        self.engines = engines
        self.forge = forge
        self.source = source
    }

    func answer(_ consultation: Consultation) async -> Consultation.Answers {
        var answers = Consultation.Answers()
        for engine in consultation.engines {
            answers.engines[engine] = await engines.decide(engine, input: consultation.input)
        }
        if let forge, let arrival = consultation.arrival {
            // Without the forge's answer no review counts; what is missing is then said, and asked for again.
            let search = ReviewSearch(arrival: arrival, forge: forge, source: source)
            if case .success(let found) = await attempt({ try await search.run() }) { answers.reviews = found }
        }
        return answers
    }
}
