// What an auditor asks, each one command: trace, changes, as-of, blast-radius, replay.
import ArgumentParser
import Foundation
import WritAudit
import WritLedger
import WritVocabulary

struct AuditTraceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace", abstract: "From a request to version, run, data, code, author and approvers.",
        discussion: """
            SUBJECT is the `x-writ-request-id` of an answer of the gateway; or an endpoint, together with --at.
            """)

    @Argument(help: "A request's id, or an endpoint's name.")
    var subject: String

    @Option(name: .long, help: "When, for an endpoint: 2026-11-24T10:00:00Z.")
    var at: String?

    @OptionGroup var report: ReportOption

    func run() async throws {
        let question =
            if let at {
                TraceQuestion(endpoint: try Typed.resourceName(subject), at: try Typed.time(at))
            } else {
                try TraceQuestion(request: subject)
            }
        try await report.answer { try question.answer($1, $0.material($1)) }
    }
}

struct AuditChangesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "changes", abstract: "Every change to production in a period, complete, with a sample to look at.",
        discussion: """
            From --from (included) to --to (not included). The consistency proof between the two sizes of the log \
            shows that no entry is missing. The sample is drawn by a seed: anybody can draw it again.
            """)

    @Option(name: .long, help: "The first moment that belongs to the period; else the beginning.")
    var from: String?

    @Option(name: .long, help: "The first moment that no longer belongs to it; else now.")
    var to: String?

    @Option(name: .long, help: "Draw so many changes.")
    var sample: Int?

    @Option(name: .long, help: "What the sample is drawn by; agree on it beforehand.")
    var seed: String?

    @OptionGroup var report: ReportOption

    func validate() throws {
        guard (sample == nil) == (seed == nil) else { throw ValidationError("--sample and --seed belong together.") }
    }

    func run() async throws {
        var question = ChangesQuestion(from: try from.map(Typed.time), to: try to.map(Typed.time))
        if let sample, let seed { question.sample = try ChangesQuestion.Sample(count: sample, seed: seed) }
        try await report.answer { [question] opened, trail in
            var question = question
            question.completeness = try opened.completeness(question.sizes(trail))
            return try question.answer(trail, opened.material(trail))
        }
    }
}

extension AuditLedger {
    /// The roots at two sizes, the proof that the first is the beginning of the second, and that one of what is signed.
    func completeness(_ sizes: (first: Int64, last: Int64)) throws -> ChangesQuestion.Completeness? {
        guard sizes.first <= sizes.last, sizes.last <= Int64(view.signedSize) else { return nil }
        func head(_ size: Int64) throws -> ChangesQuestion.Completeness.Checkpoint {
            .init(size: size, root: "\(try view.root(at: Int(size)))")
        }
        let proof = try view.consistency(from: Int(sizes.first), to: Int(sizes.last))
        let end = Int64(view.signedSize)
        return ChangesQuestion.Completeness(
            first: sizes.first == 0 ? nil : try head(sizes.first), last: try head(sizes.last),
            proof: proof.map { "\($0)" }, signed: sizes.last == end ? nil : try head(end),
            onward: sizes.last == end
                ? [] : try view.consistency(from: Int(sizes.last), to: view.signedSize).map { "\($0)" })
    }
}

struct AuditAsOfCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "as-of", abstract: "What was declared, what served, and which rules and keys held, at a moment.")

    @Argument(help: "A time, such as 2026-11-24T10:00:00Z, or a number of entries.")
    var moment: String

    @OptionGroup var report: ReportOption

    func run() async throws {
        let moment = try Typed.moment(moment)
        try await report.answer(upTo: moment) { opened, trail in
            try AsOfQuestion(moment, goesOn: trail.size < opened.view.size).answer(trail, opened.material(trail))
        }
    }
}

struct AuditBlastRadiusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "blast-radius",
        abstract: "What a key, a dataset, a commit or a package touched, and what it rests on.",
        discussion: """
            KIND is \(LineageNode.Kind.allCases.map(\.rawValue).joined(separator: ", ")). Digests and commits may be \
            shortened to twelve digits; a package is named as its lock file does: numpy or numpy==1.26.4.
            """)

    @Argument(help: "What the name names.", completion: .list(LineageNode.Kind.allCases.map(\.rawValue)))
    var kind: String

    @Argument(help: "Its name.")
    var name: String

    @OptionGroup var report: ReportOption

    func run() async throws {
        guard let kind = LineageNode.Kind(rawValue: kind) else {
            throw ValidationError(
                "“\(kind)” is not one of \(LineageNode.Kind.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        let question = BlastRadiusQuestion(try LineageSubject(kind, name))
        try await report.answer { try question.answer($1, $0.material($1)) }
    }
}
