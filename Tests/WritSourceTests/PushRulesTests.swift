// What Writ may push at all, whoever asks.
import Testing
import WritVocabulary

@testable import WritSource

struct PushRulesTests {
    static let old = RevisionID(String(repeating: "1", count: 40))!
    static let new = RevisionID(String(repeating: "2", count: 40))!

    @Test("the branch moves forward, own branches come and go, what is kept is never deleted")
    func allowed() throws {
        let fine: [ReferenceUpdate] = [
            .advance(.main, from: Self.old, to: Self.new), .own(.proposal, from: nil, to: Self.new),
            .own(.proposal, from: Self.old, to: Self.new), .own(.proposal, from: Self.old, to: nil),
            .kept("refs/notes/writ", from: nil, to: Self.new),
            .kept("refs/writ/approvals", from: Self.old, to: Self.new),
        ]
        for update in fine { try update.check(target: .main) }
    }

    @Test("everything else is refused before anybody is asked")
    func refused() {
        let wrong: [ReferenceUpdate] = [
            .own(.main, from: Self.old, to: nil), .own(BranchName("release")!, from: nil, to: Self.new),
            .own(BranchName("writ")!, from: nil, to: Self.new), .own(.main, from: nil, to: Self.new),
            .kept("refs/tags/v1", from: nil, to: Self.new), .kept("refs/heads/other", from: Self.old, to: Self.new),
            .own(.proposal, from: Self.old, to: Self.old),
        ]
        for update in wrong {
            #expect(throws: SourceFailure.self, "\(update)") { try update.check(target: .main) }
        }
    }

    @Test("a followed branch below writ/ is the target, not Writ's own")
    func nestedTarget() {
        #expect(throws: SourceFailure.self) {
            try ReferenceUpdate.own(.proposal, from: Self.old, to: nil).check(target: .proposal)
        }
    }

    @Test("what a server has decides: done before, raced, or still to push")
    func sorting() {
        let updates: [ReferenceUpdate] = [
            .advance(.main, from: Self.old, to: Self.new), .own(.proposal, from: nil, to: Self.new),
            .kept("refs/notes/writ", from: Self.old, to: Self.new),
        ]
        var answer = PushAnswer()
        let waiting = PushOperation.sort(
            updates,
            heads: ["refs/heads/main": ObjectID(Self.old), "refs/heads/writ/promotion/flights-8": ObjectID(Self.new)],
            into: &answer)
        #expect(waiting == [updates[0]])
        #expect(
            answer.outcomes == [
                "refs/heads/writ/promotion/flights-8": .done, "refs/notes/writ": .raced(present: nil),
            ])
    }

    @Test("a server's words are bounded, in one line, without secrets")
    func words() {
        var account = ServerAccount(expected: ["refs/heads/main": ObjectID(Self.old)])
        let said = "no pushes on\u{1B}[31m fridays\r\ntoken hunter2 " + String(repeating: "x", count: 5000) + "\n"
        Array(said.utf8).withUnsafeBytes { account.hear($0) }
        account.note("refs/heads/main", "pre-receive hook declined")
        account.note("refs/notes/writ", nil)
        let shown = account.refusals(secrets: ["hunter2"])
        #expect(shown.keys.sorted() == ["refs/heads/main"])
        let text = shown["refs/heads/main", default: ""]
        #expect(text.hasPrefix("pre-receive hook declined: no pushes on[31m fridays / token … xxx"), "\(text)")
        #expect(text.count <= SourceLimits.messageCharactersMaximum + 1)
        #expect(account.answered == ["refs/heads/main", "refs/notes/writ"])
    }
}
