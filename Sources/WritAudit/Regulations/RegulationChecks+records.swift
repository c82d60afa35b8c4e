// Checks of the records themselves and of the changes they hold.
import WritVocabulary

extension RegulationChecks {
    var ledgerIntact: Told {
        guard let standing = context.ledger else {
            return Told.gap("not looked at here: run `writ audit verify`")
        }
        return standing.intact ? Told(standing.sentence) : Told.gap("\(standing.sentence): see `writ audit verify`")
    }

    var eventsRecorded: Told {
        guard let first = trail.firstTime, let last = trail.state.lastTime else {
            return Told.gap("the ledger is empty: nothing was recorded")
        }
        let text = "\(RegulationChecks.count(Int(trail.size), "entry", "entries")) from \(first) to \(last)"
        return Told(text, [0, trail.size - 1])
    }

    var recordsUnbroken: [Told] {
        var told: [Told] = []
        if trail.clockSteps.isEmpty {
            told.append(Told("the clock never went back", trail.size > 0 ? [0, trail.size - 1] : []))
        } else {
            let count = RegulationChecks.count(trail.clockSteps.count, "time")
            told.append(Told("the clock went back \(count), each on record", trail.clockSteps.map(\.sequence)))
        }
        if !trail.drift.isEmpty {
            let count = RegulationChecks.count(trail.drift.count, "effect")
            told.append(
                Told.gap(
                    "\(count) nobody intended on record was found: find out where it came from",
                    trail.drift.map(\.sequence)))
        }
        return told
    }

    var refusalsRecorded: Told {
        let entries = trail.refused.map(\.sequence) + trail.held.map(\.sequence) + trail.frozen.map(\.sequence)
        guard !entries.isEmpty else { return Told("no revision was refused or held so far") }
        let text =
            "\(RegulationChecks.count(trail.refused.count, "revision")) refused, "
            + "\(RegulationChecks.count(trail.held.count, "change")) held, "
            + "the branch frozen \(RegulationChecks.count(trail.frozen.count, "time"))"
        return Told(text, entries)
    }

    var keysManaged: Told {
        guard !trail.rotations.isEmpty else { return Told("no key was changed so far: the first ones sign") }
        let text = "\(RegulationChecks.count(trail.rotations.count, "key change")) on record, under old and new key"
        return Told(text, trail.rotations.map(\.sequence))
    }

    func retention(_ name: String) -> [Told] {
        guard let rules = context.retention, let kept, let now = context.now else {
            return [Told.gap("no retention rules are given: name them, then see `writ audit retention --check`")]
        }
        guard let known = rules.classes.first(where: { $0.name == name }) else {
            return [Told.gap("the retention rules have no class “\(name)”: add one")]
        }
        let standing = kept.standing(of: known, now: now, hasBlob: context.hasBlob)
        return [Told(standing.sentence, standing.entries, isGap: !standing.missing.isEmpty)]
    }

    // MARK: - Changes

    private var judged: [Located<JudgedChange>] { changes.compactMap(\.allowed) }

    var rulesInForce: Told {
        guard !changes.isEmpty else { return Told.gap("no change is on record") }
        let without = changes.filter { $0.allowed == nil }
        guard without.isEmpty else {
            let count = "\(without.count) of \(RegulationChecks.count(changes.count, "change"))"
            return Told.gap(
                "\(count) followed no policy: \(revisions(without.map(\.revision))); "
                    + "the first revision of all is the operator's own", without.map(\.accepted.sequence))
        }
        return Told("policies judged all of \(RegulationChecks.count(changes.count, "change"))", judged.map(\.sequence))
    }

    private func revisions(_ revisions: [RevisionID]) -> String { RegulationChecks.listed(revisions.map(\.short)) }

    var everyChangeApproved: Told {
        guard !changes.isEmpty else { return Told.gap("no change is on record") }
        let without = changes.filter { $0.allowed?.value.approvers.isEmpty ?? true }
        guard without.isEmpty else {
            let count = "\(without.count) of \(RegulationChecks.count(changes.count, "change"))"
            return Told.gap(
                "\(count) without an approval: \(revisions(without.map(\.revision))); "
                    + "demand one in a Policy, and have these looked at now", without.flatMap(\.decided))
        }
        return Told("each of \(RegulationChecks.count(changes.count, "change")) was approved", judged.map(\.sequence))
    }

    var authorsNeverApprove: Told {
        guard !judged.isEmpty else { return Told.gap("no policy judged a change: there is nothing to compare") }
        let alone = judged.filter { Set($0.value.approvers).subtracting($0.value.authors).isEmpty }
        guard alone.isEmpty else {
            let count = "\(alone.count) of \(RegulationChecks.count(judged.count, "change"))"
            return Told.gap(
                "\(count) approved by nobody but its author: \(revisions(alone.map(\.value.head))); have it looked at by"
                    + " somebody else", alone.map(\.sequence))
        }
        return Told("somebody other than the author approved each", judged.map(\.sequence))
    }

    var changesSigned: Told {
        guard !judged.isEmpty else { return Told.gap("no policy judged a change: signatures were not looked at") }
        let unsigned = judged.filter(\.value.authors.isEmpty)
        guard unsigned.isEmpty else {
            return Told.gap(
                "\(RegulationChecks.count(unsigned.count, "change")) without a signature that counts: "
                    + revisions(unsigned.map(\.value.head)), unsigned.map(\.sequence))
        }
        return Told("each judged change has a signer by name", judged.map(\.sequence))
    }

    var emergencies: [Told] {
        let glass = judged.filter { $0.value.breakGlass != nil }
        guard !glass.isEmpty else { return [Told("no emergency was declared")] }
        return glass.prefix(DocumentLimits.listed).compactMap { change in
            guard let emergency = change.value.breakGlass else { return nil }
            let text = "\(emergency.person) at \(emergency.revision.short): \(emergency.reason)"
            return change.value.approvers.isEmpty
                ? Told.gap("\(text); have it approved after all", [change.sequence]) : Told(text, [change.sequence])
        }
    }
}
