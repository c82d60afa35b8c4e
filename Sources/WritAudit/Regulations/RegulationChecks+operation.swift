// Checks of what serves: deployments, incidents, ways back, and the people who step in.
import WritVocabulary

extension RegulationChecks {
    var deploymentsRecorded: Told {
        let all = deployments
        guard !all.isEmpty else { return Told("no version has served yet") }
        let open = all.filter { $0.until == nil }.map { "\($0.endpoint) serves \($0.version)" }
        let now = open.isEmpty ? "nothing serves" : RegulationChecks.listed(open)
        return Told(
            "\(RegulationChecks.count(all.count, "deployment")) with start and end; \(now)", all.flatMap(\.entries))
    }

    var rollbacks: Told {
        let endpoints = Set(deployments.map(\.endpoint))
        let back = trail.rejections.filter { scope == nil || endpoints.contains($0.value.endpoint) }
        guard !back.isEmpty else { return Told("nothing had to be taken back so far") }
        let text = "\(RegulationChecks.count(back.count, "deployment")) taken back, each with its reason"
        return Told(text, back.map(\.sequence))
    }

    var retirements: Told {
        let removed = trail.counts["removed"] ?? 0
        let ended = deployments.filter { $0.until != nil }
        guard removed > 0 || !ended.isEmpty else { return Told("nothing was taken out of use so far") }
        return Told(
            "\(RegulationChecks.count(ended.count, "deployment")) ended and "
                + "\(RegulationChecks.count(removed, "resource")) removed, on record", ended.compactMap(\.end))
    }

    var incidents: Told {
        let versions = Set(stories.map(\.record.id))
        let found = trail.incidents.filter { versions.contains($0.value.version) }
        guard !found.isEmpty else { return Told("no incident is on record") }
        let names = RegulationChecks.listed(found.map { "\($0.value.version) at \($0.time)" })
        return Told(
            "\(RegulationChecks.count(found.count, "incident")) on record: \(names)", found.map(\.sequence))
    }

    /// Acts of people that stop, override or force something.
    private var acts: [(who: String, entry: Int64)] {
        let suspended = trail.suspensions.sorted { $0.key < $1.key }.flatMap(\.value)
            .map { (who: $0.value.actor, entry: $0.sequence) }
        let tips = trail.tipsAccepted.map { (who: $0.value.actor, entry: $0.sequence) }
        let glass = trail.allowed.compactMap { change in
            change.value.breakGlass.map { (who: $0.person.text, entry: change.sequence) }
        }
        return (suspended + tips + glass).sorted { $0.entry < $1.entry }
    }

    var oversightActs: Told {
        guard !acts.isEmpty else { return Told("nobody stopped or overrode anything so far") }
        let people = Set(acts.map(\.who)).sorted()
        return Told(
            "\(RegulationChecks.count(acts.count, "act")) of \(RegulationChecks.listed(people))", acts.map(\.entry))
    }

    var overseers: Told {
        let approvers = changes.compactMap(\.allowed).flatMap { $0.value.approvers.map(\.text) }
        let people = Set(approvers + acts.map(\.who)).sorted()
        guard !people.isEmpty else {
            return Told.gap("nobody approved or stopped anything on record: name roles and people in a Policy")
        }
        return Told(
            "people with a part in decisions: \(RegulationChecks.listed(people))",
            changes.compactMap(\.allowed?.sequence) + acts.map(\.entry))
    }
}
