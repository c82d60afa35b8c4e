// When a plan is judged, by what it is made from alone.
import WritBackends
import WritVocabulary

extension RevisionHistory {
    /// An approval further ahead of everything else on record moves no clock: its date is its signer's word.
    static let aheadMaximum = TimeSpan.minutes(90 * 24 * 60)

    /// `earliest`, or the date of the last approval after it: while nothing happens, the records stand still, and an
    /// approval given meanwhile is not of the future.
    public func moment(after earliest: Timestamp) -> Timestamp {
        approvals.filter { $0.authenticity.person != nil && $0.statement.signedAt <= earliest + Self.aheadMaximum }
            .map(\.statement.signedAt).reduce(earliest, max)
    }
}
