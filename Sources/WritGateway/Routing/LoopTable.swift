// A routing table made ready for one event loop: names as keys, replicas with their pools, figures at hand.
import WritVocabulary

struct LoopTable {
    let number: Int64
    let routes: [String: LoopRoute]
}

/// Confined to its loop; the turn of the round robin is all that changes.
final class LoopRoute {
    let targets: [LoopTarget]
    private var turn = 0

    init(targets: [LoopTarget]) { self.targets = targets }

    func nextTurn() -> Int {
        turn = (turn + 1) & 0xFFFF
        return turn
    }
}

final class LoopTarget {
    let version: VersionID
    let weight: Int
    let replicas: [Replica]
    /// The field that tells the client who answered, line end included.
    let versionLine: [UInt8]
    /// How the field with a request's id ends for this version.
    let requestLineTail: [UInt8]
    let series: VersionSeries

    init(version: VersionID, weight: Int, replicas: [Replica], series: VersionSeries) {
        self.version = version
        self.weight = weight
        self.replicas = replicas
        self.series = series
        versionLine = Array("x-writ-version: \(version)\r\n".utf8)
        requestLineTail = Array("-\(version)\r\n".utf8)
    }
}
