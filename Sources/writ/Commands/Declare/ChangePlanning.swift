// `writ plan --from … --to …` and `writ apply`: the same plan from the same three inputs.
import ArgumentParser
import Foundation
import WritManifests
import WritPlanner
import WritServer
import WritSource
import WritVocabulary

/// A plan of a change and all it was made from.
struct ChangePlanning {
    var plan: ChangePlan
    var revisions: ChangeRevisions
    private var reading: ChangeReading
    private var declared: DeclaredChange

    /// Throws what is wrong with the head's manifests as a `ManifestRefusal`.
    static func make(
        _ revisions: ChangeRevisions, target: String, observation: ChangeObservation?, usesCache: Bool
    ) async throws -> ChangePlanning {
        let reading = ChangeReading(
            source: revisions.source,
            cache: usesCache ? ChangeProgram.cache(manifestFolder: revisions.folder) : nil)
        let declared = try await reading.read(from: revisions.base, to: revisions.head)
        let decision = try await ChangeJudging(source: revisions.source, target: target).decision(
            on: declared, from: revisions.base, observation?.record.recorded)
        let plan = try ChangePlanner().plan(
            base: declared.base, change: declared.change, observation: observation?.record,
            basis: observation?.basis ?? .assumed, decision: decision)
        return ChangePlanning(plan: plan, revisions: revisions, reading: reading, declared: declared)
    }

    /// Stores what the next plan will ask for. After the answer was given: nobody waits for it.
    func keep() { reading.keep(declared) }
}

/// The file `writ plan --format json` prints and `writ apply` takes.
struct ChangeFile: Codable {
    var format = 1
    /// The branch the change is for.
    var target: String
    /// The manifest folder; nil is the whole repository.
    var manifests: RepositoryPath?
    /// What was asked for as the head: when it names another commit by now, the plan is out of date.
    var to: String
    var plan: ChangePlan
    /// The digest of the plan: of base, head, observation and all that follows from them.
    var digest: Digest
    /// The digest of everything above, in canonical form without this line.
    var check: Digest?

    static let bytesMaximum = 64 << 20

    init(_ planning: ChangePlanning, target: String, to: String) throws {
        self.target = target
        manifests = planning.revisions.folder
        self.to = to
        plan = planning.plan
        digest = try planning.plan.digest
        check = try Digest(canonical: self)
    }

    static func read(_ file: String) throws -> ChangeFile {
        guard let handle = FileHandle(forReadingAtPath: file == "-" ? "/dev/stdin" : file) else {
            throw CommandFailure("\(file) cannot be read", code: .unknown)
        }
        defer { try? handle.close() }
        let bytes = try handle.read(upToCount: bytesMaximum) ?? Data()
        guard bytes.count < bytesMaximum, let read = try? Canonical.decode(ChangeFile.self, from: bytes),
            read.format == 1, read.plan.format == 1, BranchName(read.target) != nil
        else {
            throw CommandFailure(
                "\(file) is not a plan this program understands",
                hint: "make it with `writ plan --from … --to … --format json`", code: .unknown)
        }
        var unchecked = read
        unchecked.check = nil
        guard try read.plan.digest == read.digest, try Digest(canonical: unchecked) == read.check else {
            throw CommandFailure(
                "\(file) was changed after it was made: its digest is another", hint: "plan again", code: .notSo)
        }
        return read
    }
}
