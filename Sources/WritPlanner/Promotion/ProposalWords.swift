// The commit message of a proposal: what changes, why, and where it comes from.
import WritVocabulary

struct ProposalWords {
    let id: ProposalID
    let version: VersionRecord
    let from: Endpoint.Pin?
    var because: String?

    /// First line, body, trailers. The digest is in the commit itself. What was measured and what a process said stays
    /// on its line: it cannot add a trailer.
    var message: String {
        let trailers = ["Writ-Proposal: \(id)"] + (version.run.map { ["Writ-Run: \($0)"] } ?? [])
        return ([title, ""] + body + [""] + trailers).joined(separator: "\n") + "\n"
    }

    private var title: String {
        switch id.purpose {
        case .promotion: "Promote \(id.endpoint) to version \(id.version)"
        case .rollback: "Roll \(id.endpoint) back to version \(id.version)"
        }
    }

    private var body: [String] {
        let before = from.map { "version \($0.version)" } ?? "nothing"
        switch id.purpose {
        case .promotion:
            let passed = version.gates.isEmpty ? "has no gates to pass" : "passed its gates"
            let gates = version.gates.map { "- \(VisibleText.line($0.sentence))" }
            return ["\(version.id) \(passed) and takes the place of \(before)."] + (gates.isEmpty ? [] : [""] + gates)
        case .rollback:
            let reason = because.map { ": \(VisibleText.line($0))" } ?? ""
            return [
                "Writ took \(before) back\(reason).", "\(version.id) takes its place again; this makes Git say so.",
            ]
        }
    }
}
