// Ledger events as sentences for people.
import WritVocabulary

extension Event {
    /// One line: what happened, with the ids to look further. Holds text from outside; clean it before printing.
    public var sentence: String {
        switch self {
        case .controllerStarted(let version): return "controller \(version) started"
        case .revisionAccepted(let revision, _, let changed, let count):
            let names = changed.prefix(3).map(\.text).joined(separator: ", ")
            let list = count == 0 ? "nothing declared changed" : names + (count > 3 ? " and \(count - 3) more" : "")
            return "revision \(revision.short) accepted: \(list)"
        case .revisionRefused(let revision, let errors, let count, _):
            return
                "revision \(revision.short) refused, \(count) \(count == 1 ? "error" : "errors"): \(errors.first ?? "")"
        case .sourceFrozen(let tip, let accepted):
            return "source frozen: \(tip.short) does not descend from \(accepted.short)"
        case .tipAccepted(let tip, let actor, let reason): return "tip \(tip.short) accepted by \(actor): \(reason)"
        case .changeHeld(let change):
            let more = change.missingCount > 1 ? " (and \(change.missingCount - 1) more)" : ""
            return "\(change.head.short) \(change.verdict == .refused ? "refused" : "held") by policy: "
                + (change.missing.first ?? "") + more
        case .changeAllowed(let change): return change.allowedSentence
        case .rejected(let rejection):
            let now = rejection.instead.map { "\($0) serves again" } ?? "nothing served before it"
            return "\(rejection.version) taken back, \(now): \(rejection.reason)"
        case .proposalEnded(let id, let ending): return "proposal \(id) \(ending.rawValue)"
        case .requestReviewed(let review):
            let plan = review.plan.map { "plan \($0.short)" } ?? "no plan"
            return
                "pull request \(review.number) told of \(review.head.short), \(plan), \(review.outcome): \(review.text)"
        case .planned(let digest, let actions, let judgements):
            return "plan \(digest.short): \(actions) actions, \(judgements) judgements"
        case .judged(let judgement): return judgement.sentence
        case .intended(_, let action, let reason): return "\(action.words), because \(reason.message)"
        case .completed(let key, let result): return result.sentence(key)
        case .failed(let key, let failure): return "\(key) failed: \(failure.message)"
        case .executionFinished(let id, let purpose, _, let outcome):
            return "\(purpose.rawValue) \(id) ended: \(outcome.summary)"
        case .replicaExited(let replica, let ending): return "replica \(replica) ended: \(ending.summary)"
        case .conditionsChanged(let conditions):
            return "\(conditions.word), \(conditions.reason.code.rawValue): \(conditions.reason.message)"
        case .removed: return "no longer declared, nothing of it is left"
        case .suspended(let suspension):
            return "suspended by \(suspension.actor) until \(suspension.until.toSecond): \(suspension.reason)"
        case .resumed(let actor): return "resumed by \(actor)"
        case .adopted(let what): return "adopted \(what)"
        case .driftFound(let what): return "drift: \(what)"
        case .integrityFailed(let incident): return incident.sentence
        case .keyRotated(let rotation):
            return "the \(rotation.purpose.rawValue) key was changed by \(rotation.actor): \(rotation.reason)"
        case .expunged(let expunction):
            return "\(expunction.blobs.count) blobs taken out by \(expunction.actor): \(expunction.reason)"
        case .holdPlaced(let hold):
            return "hold \(hold.name) on \(hold.scope.map(\.text) ?? "everything") by \(hold.actor): \(hold.reason)"
        case .holdReleased(let name, let actor, let reason): return "hold \(name) released by \(actor): \(reason)"
        case .documentIssued(let document):
            return "\(document.kind.words) of \(document.about) issued by \(document.actor): \(document.digest.short)"
        case .clockWentBack(let step):
            return "the clock went back by \(step.behind): nothing is signed until it is right"
        }
    }
}

extension JudgedChange {
    fileprivate var allowedSentence: String {
        var words = "\(head.short) allowed by policy"
        if !approvers.isEmpty { words += ", approved by \(approvers.map(\.text).joined(separator: ", "))" }
        if let breakGlass {
            words += "; \(breakGlass.person) broke the glass until \(breakGlass.until.toSecond): \(breakGlass.reason)"
        }
        return words
    }
}

extension IntegrityIncident {
    fileprivate var sentence: String {
        let when = "intact at \(observation.intactAt.toSecond)"
        guard let fault = observation.fault else { return "\(replica) of \(version) is intact again" }
        return "\(replica) has other bytes than \(version): \(fault.path), \(fault.found); \(when)"
    }
}

extension Judgement {
    var sentence: String {
        let subject = run.map { "candidate of \($0)" } ?? "imported candidate \(artefacts.short)"
        guard !passed else {
            return "\(subject) passed \(results.count == 1 ? "its gate" : "its \(results.count) gates")"
        }
        return "\(subject) failed: " + results.filter { !$0.passed }.map(\.sentence).joined(separator: "; ")
    }
}

extension Action {
    /// `train run-…-1`, `route flights to 2 100%`.
    var words: String {
        switch self {
        case .propose(let order): return "\(verb) version \(order.to.version) for \(order.id.endpoint)"
        case .attest(.version(let facts)): return "\(verb) \(facts.version.id)"
        case .attest(.deployment(let facts)): return "\(verb) \(facts.version) on \(facts.endpoint)"
        case .snapshot(let order): return "\(verb) \(order.dataset)"
        case .execute(let order): return "\(verb) \(order.id)"
        case .cancel(let id): return "\(verb) \(id)"
        case .importArtefacts(let order): return "\(verb) files for \(order.model)"
        case .register(let order): return "\(verb) \(order.version.id)"
        case .startReplica(let order): return "\(verb) replica \(order.id) of \(order.version)"
        case .stopReplica(let order): return "\(verb) replica \(order.id)"
        case .publish(let change):
            let routes = change.routes.map { route in
                "\(route.endpoint) to " + route.targets.map { "\($0.version) \($0.weight)%" }.joined(separator: ", ")
            }
            return "\(verb) " + (routes + change.removed.map { "\($0) to nothing" }).joined(separator: "; ")
        }
    }
}

extension ActionResult {
    func sentence(_ key: ActionKey) -> String {
        switch self {
        case .snapshot(let outcome):
            let verdict = outcome.accepted ? "taken" : "refused, \(outcome.violationCount) violations"
            return "snapshot \(outcome.digest.short) \(verdict): \(outcome.rows) rows, \(outcome.size) bytes"
        case .started: return "\(key) done"
        case .cancelled: return "\(key) done"
        case .imported(let artefacts, let size): return "imported \(artefacts.short), \(size) bytes"
        case .registered(let version): return "version \(version.id) registered, artefacts \(version.artefacts.short)"
        case .stopped: return "\(key) done"
        case .proposed(let outcome):
            return "commit \(outcome.commit.short)" + (outcome.url.map { " proposed at \($0)" } ?? " pushed")
        case .published(let number): return "routing table \(number) published"
        case .attested(let made): return "signed: \(made.map(\.kind.rawValue).joined(separator: ", "))"
        }
    }
}

extension IssuedDocument.Kind {
    var words: String {
        switch self {
        case .modelCard: "model card"
        case .billOfMaterials: "bill of materials"
        case .dossier: "dossier"
        }
    }
}
