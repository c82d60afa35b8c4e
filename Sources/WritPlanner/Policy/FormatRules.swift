// Whether loading a version's files can run code that is in them, and who answers for it where it can.
import WritVocabulary

/// A waiver counts for the rules of its own policy, as roles do, and only from the policies in force before the change:
/// no change lets itself through.
struct FormatRules {
    let match: RuleMatch
    let now: Timestamp
    /// What stands around replicas; nil where it is not known.
    let walls: String?

    func findings(on record: VersionRecord) -> [EvidenceRules.Finding] {
        guard let formats = record.formats else {
            let words = "what the files of \(record.id) are was not looked at when it was registered"
            return [.lacking("\(words); train or import it again and move to the version that gives")]
        }
        let dangerous = formats.codeCarrying
        guard !dangerous.isEmpty else {
            let names = formats.counts.keys.sorted()
            return [.shown("its files run no code when they are loaded (\(PolicyWords.list(names, "and")))")]
        }
        let waivers = WaiverRules([(match.name, match.policy)], at: now)
        return dangerous.map { finding($0, formats, record.id, waivers) }
    }

    private func finding(
        _ format: ArtefactFormat, _ formats: ArtefactFindings, _ version: VersionID, _ waivers: WaiverRules
    ) -> EvidenceRules.Finding {
        let what = "\(words(format, formats)) of \(version)"
        guard let (policy, waiver) = waivers.last(for: format, of: version) else {
            return .barred(
                "\(what) can run code when it is loaded and no waiver lets it through; convert it to safetensors or ONNX,"
                    + " or first bring a waiver with an end into \(match.name)")
        }
        let until = PolicyWords.time(waiver.until)
        guard !waivers.isOver(waiver) else {
            return .barred(
                "\(what) can run code when it is loaded and its waiver in \(policy) ended on \(until); convert it to"
                    + " safetensors or ONNX, or first renew the waiver")
        }
        let days = PolicyJudge.Limits.waiverDays
        guard waiver.until <= now + TimeSpan(milliseconds: days * 86_400_000) else {
            return .barred(
                "\(what) can run code when it is loaded and its waiver in \(policy) ends on \(until), more than \(days)"
                    + " days ahead; first let it end sooner")
        }
        // Whoever wrote the waiver answered for code behind walls.
        if let walls, !EvidenceRules.isWall(walls) {
            return .barred(
                "\(what) can run code when it is loaded and its waiver in \(policy) counts only behind the sandbox's"
                    + " walls, which this controller does not put around replicas (\(PolicyWords.clean(walls))); first"
                    + " set local.sandbox to required in the operator's file, or convert it to safetensors or ONNX")
        }
        let kind = walls.map { " (\(PolicyWords.clean($0)))" } ?? ""
        return .shown(
            "\(what) is let through until \(until) by a waiver of \(policy) (“\(PolicyWords.clean(waiver.reason))”),"
                + " and is loaded only in the sandbox\(kind)")
    }

    /// `model.pkl, pickle (calls os.system), and 2 more files`.
    private func words(_ format: ArtefactFormat, _ formats: ArtefactFindings) -> String {
        let count = formats.counts[format.rawValue] ?? 0
        guard let file = formats.files.first(where: { $0.format == format }) else {
            return PolicyWords.counted(count, "\(format.rawValue) file")
        }
        let detail = file.detail.map { " (\(PolicyWords.clean($0, 200)))" } ?? ""
        let more = count > 1 ? " and \(PolicyWords.counted(count - 1, "more \(format.rawValue) file"))" : ""
        return "\(PolicyWords.clean(file.path, 200)), \(format.rawValue)\(detail)\(more),"
    }
}
