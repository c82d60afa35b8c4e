// The routing table on disk, as the controller left it.
import Foundation
import WritVocabulary

struct TableFile: Sendable {
    let path: String
    let bytesMax: Int

    /// The table, checked; nil when there is no file. The controller writes the file whole, so a bad one is a mistake.
    func read() throws(GatewayFailure) -> RoutingTable? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let bytes = contents() else {
            throw GatewayFailure(
                code: "table-unreadable",
                message: "The routing table \(path) cannot be read, or is larger than \(bytesMax) bytes. "
                    + "The last good one stays in force; check the file's owner and size.",
                retry: .stalled)
        }
        let table: RoutingTable
        do {
            table = try Canonical.decode(RoutingTable.self, from: bytes)
        } catch {
            throw GatewayFailure(
                code: "table-invalid",
                message:
                    "The routing table \(path) does not parse. The last good one stays in force; publish another.",
                retry: .terminal)
        }
        try TableCheck.check(table)
        return table
    }

    private func contents() -> Data? {
        guard let handle = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? handle.close() }
        guard let bytes = try? handle.read(upToCount: bytesMax + 1), bytes.count <= bytesMax else { return nil }
        return bytes
    }
}
