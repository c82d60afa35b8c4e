// What the tests of witnesses share: logs with quick leaves, keys, requests, and the second implementation in Python.
import Foundation
import WritVocabulary

@testable import WritLedger

/// A log of leaves `rec 0`, `rec 1`, … as its files and its heads, without a writer's pace.
struct QuickLog {
    let signer: NoteSigner
    let count: Int
    private let leaves: [TreeHash]

    init(_ count: Int, signer: NoteSigner = Fixture.signer) {
        self.count = count
        self.signer = signer
        leaves = NaiveTree.leaves(count)
    }

    func head(_ size: Int, with other: NoteSigner? = nil) throws -> SignedCheckpoint {
        let signer = other ?? signer
        return try SignedCheckpoint(
            signing: Checkpoint(origin: signer.verifier.name, size: size, root: NaiveTree.root(leaves[..<size])),
            with: signer)
    }

    func request(_ old: Int, _ size: Int) throws -> AddCheckpointRequest {
        let path = try TreeShape.consistency(old, to: size) { level, index in
            NaiveTree.root(leaves[index << level..<(index + 1) << level])
        }
        return AddCheckpointRequest(old: old, proof: path, checkpoint: try head(size).bytes)
    }

    /// Writes tiles, bundles and checkpoint.
    func write(to folder: String) throws {
        try Disk.makeFolder("\(folder)/tmp")
        let tiles = TileFolder(directory: folder)
        var (builder, bundle) = (TreeBuilder(), [UInt8]())
        for index in 0..<count {
            builder.append(leaves[index])
            TileFile.append(Array("rec \(index)".utf8), to: &bundle)
            let width = index % 256 + 1
            guard width == 256 || index == count - 1 else { continue }
            try tiles.write(bundle, as: Tile(.entries, index: index / 256, width: width))
            bundle = []
        }
        for tile in builder.takeFullTiles() + builder.partialTiles {
            try tiles.write(TileFile.encode(tile.hashes), as: tile.tile)
        }
        let head = Checkpoint(origin: signer.verifier.name, size: count, root: builder.root)
        let signed = try SignedCheckpoint(signing: head, with: signer)
        try Disk.replace("\(folder)/checkpoint", with: signed.bytes, via: "\(folder)/tmp/checkpoint")
    }
}

enum WitnessFixture {
    static let key = CosignerKey(name: "witness.example/w1", seed: [UInt8](repeating: 41, count: 32))!
    static let other = CosignerKey(name: "witness.example/w2", seed: [UInt8](repeating: 42, count: 32))!
    static let third = CosignerKey(name: "witness.example/w3", seed: [UInt8](repeating: 43, count: 32))!
    static let successor = NoteSigner(name: Fixture.origin, seed: [UInt8](repeating: 44, count: 32))!
    static let now = Timestamp(milliseconds: 1_700_000_000_500)

    static func store(_ folder: TemporaryFolder, logs: [NoteVerifier] = [Fixture.verifier]) throws -> WitnessStore {
        try WitnessStore(folder: "\(folder.path)/witness", key: key, logs: try WitnessLogs(logs))
    }

    static func policy(_ lines: String) throws -> WitnessPolicy { try WitnessPolicy(Array(lines.utf8)) }
}

/// `Tests/Verifiers/tlog.py`, run as its own process.
enum SecondImplementation {
    static let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Verifiers/tlog.py").path

    /// Whether it agrees, and what it says.
    static func run(_ arguments: [String]) throws -> (holds: Bool, text: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = ["-B", script] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        defer { if process.isRunning { process.terminate() } }
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus == 0, text)
    }
}
