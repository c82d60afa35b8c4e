// The records of a data directory for whoever does not write them: no lock, and no controller needed.
import Foundation
import GRDB
import WritVocabulary

/// Reads recorded state and entries beside a running controller, or without one.
public struct RecordsReader: Sendable {
    public let data: String
    public let ledger: LedgerReader

    public init(data: String, verifier: NoteVerifier) {
        self.data = data
        ledger = LedgerReader(directory: Records.ledgerPath(in: data), verifier: verifier)
    }

    /// What all entries add up to: from the projection as far as it fits the ledger, from the ledger beyond.
    public func state() throws -> RecordedState { try observation().recorded }

    /// The same, with the ledger's root over exactly these entries.
    public func observation() throws -> ObservationRecord {
        let projected = projected()
        let view = try ledger.view()
        var state = RecordedState()
        if let projected, try fits(projected.position, view) { state = projected.state }
        try view.forEachEntry(in: Int(state.next)..<view.size) { entry, _ in
            state.apply(entry)
            return true
        }
        return ObservationRecord(recorded: state, root: Hex.encode(try view.root(at: Int(state.next)).bytes))
    }

    private func fits(_ position: Projection.Position, _ view: LedgerView) throws -> Bool {
        try position.size <= view.size && view.root(at: position.size) == position.root
    }

    /// A projection that cannot be read is no failure here: the ledger says the same, only slower.
    private func projected() -> (position: Projection.Position, state: RecordedState)? {
        let path = Records.projectionPath(in: data)
        guard Disk.exists(path), let projection = try? Projection(reading: path) else { return nil }
        return try? projection.state()
    }
}
