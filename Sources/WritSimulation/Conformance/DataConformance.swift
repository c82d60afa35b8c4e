// The promises of a `DataSource`.
import WritBackends
import WritVocabulary

public struct DataConformance: Sendable {
    let data: any DataSource
    let order: SnapshotOrder
    /// An import that expects no digest.
    let imported: ImportOrder

    public init(data: any DataSource, order: SnapshotOrder, imported: ImportOrder) {
        self.data = data
        self.order = order
        self.imported = imported
    }

    public func run() async throws {
        let first = try await data.snapshot(order)
        try demand(try await data.snapshot(order) == first, "the same snapshot again has the same outcome")
        try demand(first.accepted == first.violations.isEmpty, "a refused snapshot says why, an accepted one nothing")
        try await importing()
    }

    private func importing() async throws {
        let first = try await data.importArtefacts(imported)
        let again = try await data.importArtefacts(imported)
        try demand(first == again, "the same files imported again have the same digest and size")
        var pinned = imported
        pinned.expected = first.artefacts
        let expected = try await data.importArtefacts(pinned)
        try demand(expected == first, "files that are the expected ones are imported as without an expectation")
        pinned.expected = Digest(of: Array("other files".utf8))
        do {
            _ = try await data.importArtefacts(pinned)
        } catch {
            let retry = FailureRecord(error).retry
            return try demand(retry == .terminal, "files of another digest are never asked for again")
        }
        throw ConformanceFailure(description: "files were imported that have another digest than expected")
    }
}
