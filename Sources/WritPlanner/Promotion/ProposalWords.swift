// The commit message of a proposal: what changes, why, and where it comes from.
import WritVocabulary

struct ProposalWords {
    let id: ProposalID
    let version: VersionRecord
    let from: Endpoint.Pin?
    var because: String?

    /// First line, body, trailers. The digest is in the commit itself.
    var message: String {
        let before = from.map { "version \($0.version)" } ?? "nothing"
        let title =
            switch id.purpose {
            case .promotion: "Promote \(id.endpoint) to version \(id.version)"
            case .rollback: "Roll \(id.endpoint) back to version \(id.version)"
            }
        let gates = version.gates.map { "- \($0.sentence)" }
        let body =
            switch id.purpose {
            case .promotion:
                ["\(version.id) passed its gates and takes the place of \(before)."]
                    + (gates.isEmpty ? [] : [""] + gates)
            case .rollback:
                ["\(before) was taken back: \(because ?? "it failed")."]
            }
        let trailers = ["Writ-Proposal: \(id)"] + (version.run.map { ["Writ-Run: \($0)"] } ?? [])
        return ([title, ""] + body + [""] + trailers).joined(separator: "\n") + "\n"
    }
}
