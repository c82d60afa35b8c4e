// Each question's text as a person reads it; `WRIT_UPDATE_GOLDEN=1` writes them anew.
import Foundation
import Testing
import WritAudit
import WritVocabulary

struct ReportGoldenTests {
    typealias Story = AuditFixture

    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Goldens")

    static let names = ["trace", "request-misfit", "changes", "as-of", "blast-radius"]

    static func report(_ name: String) throws -> AuditReport {
        switch name {
        case "trace": try TraceTests.trace(495)
        case "request-misfit":
            try TraceTests.trace(RequestName(time: Story.at(400), table: 4, counter: 5, version: Story.two))
        case "changes":
            try ChangesQuestion(
                from: Story.start, to: Story.at(900), sample: .init(count: 2, seed: "2026Q1"),
                completeness: .init(
                    first: nil,
                    last: .init(size: Story.trail.size, root: "Yws+eMafCyqn6iF+hiMz0HoiQbof4bvmPh6yrjE1dW0="),
                    proof: [])
            ).answer(Story.trail, Story.material)
        case "as-of": try AsOfTests.asOf(570)
        default: try BlastRadiusTests.radius(.package, "numpy")
        }
    }

    @Test("reads as it did", arguments: names)
    func golden(name: String) throws {
        let text = try Self.report(name).text()
        let file = Self.folder.appending(path: "question-\(name).txt")
        if ProcessInfo.processInfo.environment["WRIT_UPDATE_GOLDEN"] == "1" {
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(text == (try String(contentsOf: file, encoding: .utf8)), "see \(file.lastPathComponent)")
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    }

    @Test("every cited entry is on record", arguments: names)
    func cited(name: String) throws {
        let report = try Self.report(name)
        #expect(report.cited.allSatisfy { (0..<report.basis.size).contains($0) })
        #expect(name == "request-misfit" || report.cited.count > 3)
    }
}
