// The moment a plan is judged at: what it is made from knows it, approvals included.
import Testing
import WritBackends
import WritVocabulary
@testable import WritController

struct MomentTests {
    private static func history(_ ages: [TimeSpan], _ authenticity: Authenticity) throws -> RevisionHistory {
        let person = try #require(Desk.bob)
        let base = try #require(RevisionID(String(repeating: "1", count: 40)))
        let tree = try #require(ContentID(String(repeating: "2", count: 40)))
        let approvals = ages.map { age in
            Approval(
                statement: ApprovalStatement(
                    repository: "example.com/ml", target: "main", base: base, tree: tree, manifests: [:], versions: [:],
                    evidence: [:], meaning: "approved", person: person, signedAt: Desk.start + age),
                authenticity: authenticity)
        }
        return RevisionHistory(steps: [], approvals: approvals)
    }

    @Test("an approval given while nothing happened is not of the future")
    func later() throws {
        let signed = Authenticity.signed(by: try #require(Desk.bob), key: "k")
        let history = try Self.history([.minutes(600), .minutes(3)], signed)
        #expect(history.moment(after: Desk.start) == Desk.start + .minutes(600))
        #expect(history.moment(after: Desk.start + .minutes(700)) == Desk.start + .minutes(700))
    }

    @Test("what nobody known signed, and a date that is out of the way, move no clock")
    func unbelieved() throws {
        #expect(try Self.history([.minutes(60)], .unsigned).moment(after: Desk.start) == Desk.start)
        #expect(try Self.history([.minutes(60)], .refused(reason: "no")).moment(after: Desk.start) == Desk.start)
        let signed = Authenticity.signed(by: try #require(Desk.bob), key: "k")
        let far = TimeSpan(milliseconds: RevisionHistory.aheadMaximum.milliseconds + 1)
        #expect(try Self.history([far], signed).moment(after: Desk.start) == Desk.start)
    }
}
