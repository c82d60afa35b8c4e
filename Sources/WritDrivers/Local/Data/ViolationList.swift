// What is wrong with a dataset: counted exactly, listed up to a limit.
import WritVocabulary

/// Findings about the file as a whole come before those about rows, each in the order they were made.
struct ViolationList {
    private let limit: Int
    private(set) var count: Int64 = 0
    private var aboutFile: [SnapshotOutcome.Violation] = []
    private var aboutRows: [SnapshotOutcome.Violation] = []

    init(limit: Int) { self.limit = limit }

    /// The message is made only when it will be listed.
    mutating func add(row: Int64?, column: String? = nil, _ message: @autoclosure () -> String) {
        count += 1
        if row == nil, aboutFile.count < limit {
            aboutFile.append(.init(row: nil, column: column, message: message()))
        }
        if let row, aboutRows.count < limit {
            aboutRows.append(.init(row: row, column: column, message: message()))
        }
    }

    /// At most `limit`; where both kinds abound, half of the places stay for rows.
    var listed: [SnapshotOutcome.Violation] {
        let rows = min(aboutRows.count, max(limit / 2, limit - aboutFile.count))
        return Array(aboutFile.prefix(limit - rows) + aboutRows.prefix(rows))
    }
}
