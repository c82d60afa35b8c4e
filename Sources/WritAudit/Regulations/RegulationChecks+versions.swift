// Checks of versions: how they were made, what judged them, what is written down about them.
import WritVocabulary

extension RegulationChecks {
    var inventory: Told {
        guard !stories.isEmpty else { return Told.gap("no version is on record: nothing to list yet") }
        let models = Set(stories.map(\.record.id.model)).sorted()
        let text =
            "\(RegulationChecks.count(models.count, "model")) with "
            + "\(RegulationChecks.count(stories.count, "version")): \(RegulationChecks.listed(models.map(\.text)))"
        return Told(text, stories.map(\.entry))
    }

    var trainingTraced: Told {
        each(
            { $0.training != nil && $0.record.recipe != nil }, { [$0.training?.started ?? $0.entry, $0.entry] },
            held: { "code, parameters, environment and resources of \(RegulationChecks.count($0, "version"))" },
            lacking: { "\(RegulationChecks.count($0, "version")) without a training on record: \($1); document it" })
    }

    var dataTraced: Told {
        each(
            { story in !story.data.isEmpty && story.data.allSatisfy { $0.snapshot != nil } },
            { $0.data.compactMap(\.snapshot?.entry) },
            held: { "every input of \(RegulationChecks.count($0, "version")) is a snapshot by digest" },
            lacking: { "\(RegulationChecks.count($0, "version")) with data that no snapshot explains: \($1)" })
    }

    var dataChecked: Told {
        each(
            { story in
                !story.data.isEmpty && story.data.allSatisfy { $0.snapshot?.outcome.accepted == true }
            }, { $0.data.compactMap(\.snapshot?.entry) },
            held: { "the data of \(RegulationChecks.count($0, "version")) met the expectations declared for them" },
            lacking: {
                "\(RegulationChecks.count($0, "version")) on data that were not checked: \($1); declare expectations"
            })
    }

    var sandboxed: Told {
        each(
            { $0.training?.outcome != nil }, { [$0.training?.finished ?? $0.entry] },
            held: { count in
                let kinds = Set(stories.compactMap(\.training?.outcome?.sandbox.kind)).sorted()
                return "\(RegulationChecks.count(count, "version")) trained within \(RegulationChecks.listed(kinds))"
            },
            lacking: { "\(RegulationChecks.count($0, "version")) made outside any recorded sandbox: \($1)" })
    }

    var importsKnown: Told {
        let imported = stories.filter { $0.record.run == nil }
        guard !imported.isEmpty else { return Told("no version was made elsewhere", stories.map(\.entry)) }
        let names = RegulationChecks.listed(imported.map(\.record.id.text))
        return Told.gap(
            "\(RegulationChecks.count(imported.count, "version")) made elsewhere: \(names); document who made them and how",
            imported.map(\.entry))
    }

    var safeFormats: Told {
        each(
            { $0.record.formats.map(\.codeCarrying.isEmpty) ?? false }, { [$0.entry] },
            held: { "no file of \(RegulationChecks.count($0, "version")) can run code when it is loaded" },
            lacking: {
                "\(RegulationChecks.count($0, "version")) with files that carry code or were not looked at: \($1); "
                    + "store them in a safe format, or waive it in a Policy"
            })
    }

    var gatesDeclared: Told {
        each(
            { !$0.record.gates.isEmpty }, { [$0.judgement?.sequence ?? $0.entry] },
            held: { "gates stood before \(RegulationChecks.count($0, "version")) \($0 == 1 ? "was" : "were") judged" },
            lacking: { "\(RegulationChecks.count($0, "version")) judged by no gate: \($1); fill spec.evaluation.gates" }
        )
    }

    var evaluated: Told {
        each(
            {
                $0.evaluation?.outcome?.succeeded == true || ($0.record.evaluation != nil && !$0.record.metrics.isEmpty)
            },
            \.measured, held: { "\(RegulationChecks.count($0, "version")) with an evaluation on record" },
            lacking: {
                "\(RegulationChecks.count($0, "version")) without an evaluation: \($1); declare spec.evaluation"
            })
    }

    var gatesPassed: Told {
        let served = stories.filter { !$0.deployments.isEmpty }
        guard !served.isEmpty else { return Told("no version has served yet") }
        let failed = served.filter { story in
            story.record.gates.isEmpty || !story.record.gates.allSatisfy(\.passed)
        }
        guard failed.isEmpty else {
            let names = RegulationChecks.listed(failed.map(\.record.id.text))
            return Told.gap(
                "\(RegulationChecks.count(failed.count, "version")) served without having passed a gate: \(names)",
                failed.map(\.entry))
        }
        let entries = served.flatMap { [$0.judgement?.sequence, $0.entry].compactMap(\.self) }
        return Told("\(RegulationChecks.count(served.count, "version")) served, each after its gates passed", entries)
    }

    var evaluatedApart: Told {
        each(
            { story in
                guard let training = story.training, let evaluation = story.evaluation else { return false }
                let seen = Set(training.order.inputs.values.map(\.digest))
                return training.order.id != evaluation.order.id
                    && seen.isDisjoint(with: evaluation.order.inputs.values.map(\.digest))
            }, { ($0.training?.entries ?? []) + ($0.evaluation?.entries ?? []) },
            held: {
                "\(RegulationChecks.count($0, "version")) evaluated by another process, on data the training never had"
            },
            lacking: { "\(RegulationChecks.count($0, "version")) where that is not on record: \($1)" })
    }

    func cardField(_ field: RegulationCheck.CardField?) -> Told {
        guard let field else { return Told.gap("no such field of the model card") }
        return each(
            { field.value(of: $0.record.card)?.isEmpty == false }, { [$0.entry] },
            held: { "written down for \(RegulationChecks.count($0, "version"))" },
            lacking: {
                "not written down for \(RegulationChecks.count($0, "version")): \($1); fill spec.card.\(field.rawValue)"
            })
    }

    func attested(_ kind: AttestationKind?) -> Told {
        guard let kind else { return Told.gap("no such kind of statement") }
        switch kind {
        case .provenance, .tests, .signature: return attestedVersions(kind)
        case .approval, .summary: return attestedDeployments(kind)
        }
    }

    private func attestedVersions(_ kind: AttestationKind) -> Told {
        each(
            { $0.attested?.value.contains { $0.kind == kind } == true }, { [$0.attested?.sequence ?? $0.entry] },
            held: { "signed for \(RegulationChecks.count($0, "version"))" },
            lacking: {
                "not signed for \(RegulationChecks.count($0, "version")): \($1); give the controller a signing key"
            })
    }

    private func attestedDeployments(_ kind: AttestationKind) -> Told {
        // Each time it served: traffic that comes back to a deployment is attested again.
        let all = deployments.sorted { ($0.id, $0.start) < ($1.id, $1.start) }
        guard !all.isEmpty else { return Told("no version has served yet") }
        let made = all.map { served in
            (
                served,
                index.attestations(of: served).flatMap { $0.value.contains { $0.kind == kind } ? $0.sequence : nil }
            )
        }
        let without = made.filter { $0.1 == nil }
        guard without.isEmpty else {
            return Told.gap(
                "not signed for \(RegulationChecks.count(without.count, "deployment")): "
                    + RegulationChecks.listed(without.map(\.0.id.text)), without.map(\.0.start))
        }
        return Told("signed for \(RegulationChecks.count(made.count, "deployment"))", made.compactMap(\.1))
    }
}
