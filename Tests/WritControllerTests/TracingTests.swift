// The way to the tip as a value, and the units a change is judged as.
import Testing
import WritBackends
import WritVocabulary
@testable import WritController

struct TracingTests {
    private func id(_ index: Int) -> String { String(repeating: "\(index)", count: 40) }
    private func revision(_ index: Int) -> RevisionID { RevisionID(id(index))! }

    private func history(_ count: Int, approved: [Int] = [], by authenticity: Authenticity? = nil) -> RevisionHistory {
        let bob = Person("bob@example.com")!
        return RevisionHistory(
            steps: (1...count).map { .init(head: revision($0), tree: ContentID(id($0))!, commits: []) },
            approvals: approved.map { index in
                let statement = ApprovalStatement(
                    repository: "r", target: "main", base: revision(0), tree: ContentID(id(index))!, manifests: [:],
                    versions: [:], evidence: [:], meaning: "approved", person: bob, signedAt: Desk.start)
                return Approval(statement: statement, authenticity: authenticity ?? .signed(by: bob, key: "k"))
            })
    }

    private func trace(_ history: RevisionHistory) -> Tracing {
        Tracing(tip: revision(history.steps.count), base: revision(0), history: history, roots: TrustRoots())
    }

    /// The candidates in order while none is allowed.
    private func candidates(_ history: RevisionHistory) -> [RevisionID] {
        var (tracing, found) = (trace(history), [RevisionID]())
        while let candidate = tracing.candidate {
            found.append(candidate)
            tracing.pass(over: nil)
        }
        return found
    }

    @Test("approved ranges come first, then the one commit whose turn it is, then all there is; none twice")
    func order() {
        #expect(candidates(history(5)) == [revision(1), revision(5)])
        #expect(candidates(history(5, approved: [3])) == [revision(3), revision(1), revision(5)])
        #expect(candidates(history(5, approved: [5, 1])) == [revision(1), revision(5)])
        #expect(candidates(history(1, approved: [1])) == [revision(1)])
        #expect(candidates(history(5, approved: [3], by: .unsigned)) == [revision(1), revision(5)])
        #expect(candidates(history(5, approved: [3], by: .refused(reason: "no"))) == [revision(1), revision(5)])
    }

    @Test("what is accepted moves the base and leaves the next commit alone, without the approvals of the old base")
    func accepting() {
        var tracing = trace(history(4, approved: [2]))
        #expect(tracing.isFresh && tracing.range.map(\.head) == [revision(1), revision(2)])
        tracing.accept()
        #expect(tracing.base == revision(2) && !tracing.isFresh)
        #expect(tracing.candidate == revision(3) && tracing.range.map(\.head) == [revision(3)])
        tracing.accept()
        tracing.accept()
        #expect(tracing.candidate == nil && tracing.base == revision(4) && tracing.range.isEmpty)
    }

    @Test("a range that changes the rules waits for its turn, once")
    func postponing() {
        var tracing = trace(history(4, approved: [3]))
        #expect(tracing.isAheadOfItsTurn)
        tracing.postpone()
        #expect(tracing.candidate == revision(1) && !tracing.isAheadOfItsTurn)
        tracing.pass(over: nil)
        #expect(tracing.candidate == revision(3) && !tracing.isAheadOfItsTurn)
        tracing.postpone()
        #expect(tracing.candidate == revision(3))
    }

    @Test("an empty way has no candidate")
    func empty() {
        let tracing = Tracing(
            tip: revision(1), base: revision(1), history: RevisionHistory(steps: [], approvals: []), roots: TrustRoots()
        )
        #expect(tracing.candidate == nil && tracing.range.isEmpty)
    }

    @Test("of those who hold a change, the longest range is told")
    func held() {
        var tracing = trace(history(4, approved: [3]))
        for end in [3, 1, 4] {
            tracing.pass(over: review(revision(end)))
        }
        #expect(tracing.held?.review.unit.head == revision(4))
    }

    private func review(_ head: RevisionID) -> PolicyReview {
        let unit = ChangeUnit(
            target: "main", base: revision(0), head: head, tree: ContentID(id(1))!, commits: [], items: [])
        return PolicyReview(
            unit: unit, policies: [:], decision: PolicyDecision(verdict: .refused, rules: []), at: Desk.start)
    }
}

struct ChangeUnitTests {
    private let base = RevisionID(String(repeating: "a", count: 40))!
    private let head = RevisionID(String(repeating: "b", count: 40))!
    private let tree = ContentID(String(repeating: "c", count: 40))!
    private func path(_ text: String) -> RepositoryPath { RepositoryPath(text)! }

    @Test("a unit names what differs at the end and what any commit on the way touched")
    func touched() {
        let commit = CommitFacts(
            revision: head, author: "a", committedAt: Desk.start, subject: "s", changedPaths: [path("on/the/way.txt")],
            authenticity: .unsigned)
        let changes = SourceChanges(
            manifests: [path("a.yaml"): ManifestFile(blob: tree)], removedManifests: [path("b.yaml")],
            changedPaths: [path("a.yaml"), path("b.yaml"), path("code.py")])
        let unit = ChangeUnit(
            target: "main", base: base, tree: tree, commits: [commit], changes: changes,
            change: DesiredState.Change(revision: head), desired: DesiredState(), approvals: [])
        #expect(unit.items.map(\.path.text) == ["a.yaml", "b.yaml", "code.py", "on/the/way.txt"])
        #expect(unit.manifests == [path("a.yaml"): tree.text, path("b.yaml"): "removed"])
        #expect(unit.head == head && unit.tree == tree)
    }

    @Test("the keys that count are those the policies name after the change, and the operator's while they name none")
    func roots() throws {
        let signers = path("governance/signers")
        let governance = Governance(signers: "alice@example.com")
        var desired = DesiredState()
        #expect(desired.trustRoots(under: governance).operatorSigners == "alice@example.com")
        let id = try #require(ResourceID("Policy/rules"))
        let resource = Resource(
            metadata: Metadata(name: id.name), spec: .policy(Policy(repository: "r", signers: signers)),
            location: ManifestLocation(path: path("policy.yaml"), line: 1))
        var change = DesiredState.Change(revision: head)
        change.resources[id] = .some(resource)
        change.contents[signers] = .some(tree)
        let after = desired.trustRoots(under: governance, after: change)
        #expect(after == TrustRoots(signers: [tree]))
        _ = desired.apply(change)
        #expect(desired.trustRoots(under: governance) == after)
        var removal = DesiredState.Change(revision: base)
        removal.resources[id] = .some(nil)
        #expect(desired.trustRoots(under: governance, after: removal).operatorSigners == "alice@example.com")
        #expect(desired.policies(under: governance).map(\.name.text) == ["rules"])
    }
}
