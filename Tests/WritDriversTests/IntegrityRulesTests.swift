// When files are read again, and how a reading in slices comes to the answer of a whole one.
import CDispatch
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite struct IntegrityRulesTests {
    private let folder: DataFolder
    private let model: String

    init() throws {
        folder = try DataFolder()
        model = try folder.folder("model")
    }

    private func manifest(_ files: [String: String]) throws -> ArtefactManifest {
        for (path, text) in files { try folder.file("model/\(path)", text) }
        return ArtefactManifest(
            files: files.map {
                .init(path: $0, digest: Digest(of: Array($1.utf8)), size: Int64($1.utf8.count))
            })
    }

    private func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    private func watch(confirmed: Bool, sweptAt: Int64? = nil, _ manifest: ArtefactManifest) throws -> IntegrityWatch {
        var watch = IntegrityWatch(
            IntegrityRecord(observation: .init(intactAt: time(100)), isConfirmed: confirmed), interval: .seconds(60),
            now: time(100))
        if let sweptAt {
            let sweep = try IntegritySweep(
                model, manifest, modes: nil, limits: ServingLimits(), now: time(sweptAt))
            let isNews = watch.finished(.intact, of: sweep, now: time(sweptAt))
            #expect(isNews)
        }
        return watch
    }

    @Test("files are read again after every interval, and at once where a clock went back")
    func schedule() throws {
        let manifest = try manifest(["a": "1"])
        let listed = try ModelFolder(model, limit: 10)
        let watch = try watch(confirmed: true, sweptAt: 200, manifest)
        #expect(watch.record.observation.intactAt == time(200))
        #expect(watch.need(listed, answers: true, now: time(259)) == .none)
        #expect(watch.need(listed, answers: true, now: time(260)) == .due)
        #expect(watch.need(listed, answers: true, now: time(199)) == .due)
    }

    @Test("a replica a controller finds is read at once, one that never answered not yet")
    func first() throws {
        let listed = try ModelFolder(model, limit: 10)
        let manifest = try manifest(["a": "1"])
        #expect(try watch(confirmed: true, manifest).need(listed, answers: false, now: time(100)) == .urgent)
        #expect(try watch(confirmed: false, manifest).need(listed, answers: false, now: time(999)) == .none)
        #expect(try watch(confirmed: false, manifest).need(listed, answers: true, now: time(100)) == .urgent)
    }

    @Test("whatever changes about a file is a reason to read it now, though its size and times were put back")
    func stamps() throws {
        let manifest = try manifest(["a": "1"])
        let watch = try watch(confirmed: true, sweptAt: 200, manifest)
        var facts = stat()
        #expect(stat("\(model)/a", &facts) == 0)
        try Data("2".utf8).write(to: URL(fileURLWithPath: "\(model)/a"))
        let times = [facts.st_atim, facts.st_mtim]
        #expect(utimensat(AT_FDCWD, "\(model)/a", times, 0) == 0)
        #expect(watch.need(try ModelFolder(model, limit: 10), answers: true, now: time(201)) == .urgent)
    }

    @Test("read in the smallest slices, the answer is that of a whole reading", arguments: [nil, "b/c"])
    func slices(altered: String?) throws {
        let text = String(repeating: "x", count: 5000)
        let manifest = try manifest(["a": text, "b/c": text, "d": ""])
        if let altered { try folder.file("model/\(altered)", String(repeating: "y", count: 5000)) }
        var limits = ServingLimits()
        limits.sweepChunkBytes = 512
        var sweep = try IntegritySweep(model, manifest, modes: nil, limits: limits, now: time(0))
        var outcome = IntegritySweep.Outcome.unfinished
        var slices = 0
        while outcome == .unfinished, slices < 100 {
            outcome = sweep.advance(until: .now)
            slices += 1
        }
        let expected: IntegritySweep.Outcome =
            altered.map {
                .fault(path: $0, found: "its digest is \(Digest(of: Array(repeating: UInt8(ascii: "y"), count: 5000)))")
            } ?? .intact
        #expect(outcome == expected)
        #expect(slices >= 10)
        var whole = try IntegritySweep(model, manifest, modes: nil, limits: limits, now: time(0))
        #expect(whole.advance(until: nil) == expected)
    }

    @Test("a file that is rewritten while it is read is never taken for the old one, nor read for ever")
    func changing() throws {
        let manifest = try manifest(["a": String(repeating: "x", count: 5000)])
        var limits = ServingLimits()
        limits.sweepChunkBytes = 512
        var sweep = try IntegritySweep(model, manifest, modes: nil, limits: limits, now: time(0))
        var outcome = sweep.advance(until: .now)
        for number in 1...limits.sweepRestarts + 1 {
            #expect(outcome == .unfinished)
            let times = [timespec(), timespec(tv_sec: number, tv_nsec: 0)]
            #expect(utimensat(AT_FDCWD, "\(model)/a", times, 0) == 0)
            outcome = sweep.advance(until: .now)
        }
        #expect(outcome == .fault(path: "a", found: "it changes while it is read"))
    }

    @Test("of several differences the first path is told")
    func firstPath() throws {
        let manifest = try manifest(["a/b": "1", "c": "2"])
        let modes = FileModes(try ModelFolder(model, limit: 10), manifest)
        #expect(unlink("\(model)/c") == 0)
        try folder.file("model/a/0", "x")
        let difference = try ModelFolder(model, limit: 10).difference(from: manifest, modes: modes)
        #expect(difference?.path == "a/0")
    }
}
