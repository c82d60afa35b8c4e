// Snapshots of rows about people: salted, and without a value in the record.
import Foundation
import WritBackends
import WritVocabulary

extension LocalDataSource {
    /// Reads the file twice: what it is salted with depends on all of it.
    func keepSalted(_ file: consuming OpenFile, _ order: SnapshotOrder) async throws -> SnapshotOutcome {
        let path = file.path
        let plain = try await read(file, order, limit: limits.snapshotBytes, into: nil)
        let header = SaltedContent.header(secret: try salts.secret(of: order.dataset), content: plain.digest)
        let writer = try blobs.writer()
        do {
            try header.withUnsafeBytes { try writer.write($0) }
            var outcome = try await read(folders.open(path), order, limit: limits.snapshotBytes, into: writer)
            guard outcome.size == plain.size else { throw BackendFailure.fileChanged(path) }
            outcome.violations = outcome.violations.map { withheld($0, order) }
            return outcome
        } catch {
            writer.abandon()
            throw error
        }
    }

    func checkPrivacy(_ order: SnapshotOrder) throws {
        if case .file = order.source { return }
        guard order.personal == true else { return }
        throw BackendFailure(
            code: "personal-source",
            message: "\(order.dataset) is personal, and only a file of this machine can be kept salted.",
            retry: .terminal)
    }

    /// Where, but not what.
    private func withheld(
        _ violation: SnapshotOutcome.Violation, _ order: SnapshotOrder
    ) -> SnapshotOutcome.Violation {
        let column = violation.column.flatMap { name in order.columns.first { $0.name == name }?.name }
        return SnapshotOutcome.Violation(
            row: violation.row, column: column, message: "is not as declared; the value is withheld: rows are personal")
    }
}
