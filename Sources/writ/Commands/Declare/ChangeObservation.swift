// What a plan of a change knows of the world: a file, a data directory, or nothing.
import ArgumentParser
import Foundation
import WritServer
import WritVocabulary

struct ObservationOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "What `writ observe` printed, in place of a data directory; `-` reads it.", valueName: "file"),
        completion: .file(extensions: ["json"]))
    var observation: String?

    @OptionGroup var data: DataOption
}

/// What was observed, and how a plan names it.
struct ChangeObservation: Sendable {
    var record: ObservationRecord
    var basis: ChangePlan.Basis

    static let bytesMaximum = 256 << 20

    /// nil when there is nothing to observe: no file, and no data directory to be found.
    static func read(_ option: ObservationOption) async throws -> ChangeObservation? {
        if let file = option.observation {
            guard option.data.data == nil else {
                throw ValidationError("Give --observation or --data, not both.")
            }
            return try read(file: file)
        }
        let isNamed = option.data.data != nil || option.data.config != nil
        guard isNamed || (try? option.data.directory()) != nil else { return nil }
        return try await observe(option.data)
    }

    /// What the ledger says now. The same from a running controller and from its directory: what is recorded, and not
    /// what passes from one moment to the next.
    static func observe(_ data: DataOption) async throws -> ChangeObservation {
        let directory = try data.directory()
        let record = try await Terminal.withProgress("reading the ledger in \(directory)") {
            try DirectorySource(data: directory).observation
        }
        return try ChangeObservation(record)
    }

    private init(_ record: ObservationRecord) throws {
        self.record = record
        basis = try record.basis
    }

    private static func read(file: String) throws -> ChangeObservation {
        let name = file == "-" ? "/dev/stdin" : file
        guard let handle = FileHandle(forReadingAtPath: name) else {
            throw CommandFailure("\(file) cannot be read", hint: "`writ observe > \(file)` writes it", code: .unknown)
        }
        defer { try? handle.close() }
        let bytes = try handle.read(upToCount: bytesMaximum) ?? Data()
        guard bytes.count < bytesMaximum, let record = try? Canonical.decode(ObservationRecord.self, from: bytes),
            record.format == 1
        else {
            throw CommandFailure(
                "\(file) is not an observation this program understands", hint: "write it anew with `writ observe`",
                code: .unknown)
        }
        return try ChangeObservation(record)
    }
}
