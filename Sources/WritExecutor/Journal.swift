// How far a plan got, written so that a crash at any point leaves enough to go on.
import WritLedger
import WritVocabulary

/// Drafts the journal's entries. The journal is the ledger itself: an intent is durable before its act begins, and the
/// outcome closes it. An intent that is still open after a restart is performed again under the same key.
public enum Journal {
    /// The entry that must be durable before the action is performed.
    public static func intent(_ planned: PlannedAction, cause: Cause, at now: Timestamp) -> EntryDraft {
        EntryDraft(
            time: now, cause: cause, subject: planned.resource,
            event: .intended(planned.key, planned.action, planned.reason))
    }

    public static func outcome(_ performed: Performed, cause: Cause, at now: Timestamp) -> EntryDraft {
        let event: Event =
            switch performed.result {
            case .success(let result): .completed(performed.planned.key, result)
            case .failure(let failure): .failed(performed.planned.key, failure)
            }
        return EntryDraft(time: now, cause: cause, subject: performed.planned.resource, event: event)
    }

    /// The acts whose outcome is not known, oldest first: what a restarted controller performs before it plans
    /// anything new.
    public static func unfinished(_ recorded: RecordedState) -> [PlannedAction] {
        recorded.openIntents.values
            .sorted { $0.sequence < $1.sequence }
            .compactMap { intent in
                guard let resource = intent.resource else { return nil }
                return PlannedAction(
                    resource: resource, action: intent.action, reason: Reason(.retrying, "its outcome was not recorded")
                )
            }
    }
}
