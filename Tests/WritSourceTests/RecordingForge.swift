// A forge in memory that keeps the port's promises and remembers what it was asked.
import WritBackends
import WritVocabulary

@testable import WritSource

actor RecordingForge: Forge {
    private(set) var requests: [PullRequest] = []
    private(set) var texts: [Int: String] = [:]
    private(set) var comments: [Int: [String]] = [:]
    private(set) var calls: [String] = []
    /// The call, counted from 1, that fails after it took effect: its answer is lost.
    private var answerLost: Int?
    private let heads: @Sendable (String) async throws -> RevisionID

    nonisolated var textMaximum: Int { 1000 }

    init(heads: @escaping @Sendable (String) async throws -> RevisionID) { self.heads = heads }

    func loseAnswer(of call: Int) { answerLost = calls.count + call }

    private func called(_ name: String) throws {
        calls.append(name)
        if calls.count == answerLost {
            throw BackendFailure(code: "forge-silent", message: "the forge did not answer", retry: .transient)
        }
    }

    func openRequests(into target: String, limit: Int) async throws -> [PullRequest] {
        try called("list")
        return requests.filter { $0.phase == .open && $0.target == target }
    }

    func request(_ number: Int) async throws -> PullRequest? { requests.first { $0.number == number } }

    func requests(landedWith revision: RevisionID) async throws -> [PullRequest] { [] }

    func open(_ draft: PullRequestDraft) async throws -> PullRequest {
        if let index = requests.firstIndex(where: { $0.phase == .open && $0.source == draft.source }) {
            requests[index].title = draft.title
        } else {
            let number = requests.count + 1
            requests.append(
                PullRequest(
                    number: number, phase: .open, source: draft.source, target: draft.target,
                    head: try await heads(draft.source), title: draft.title,
                    url: "https://forge.example.com/pulls/\(number)", account: "writ"))
        }
        let request = requests.last { $0.phase == .open && $0.source == draft.source }!
        texts[request.number] = draft.text
        try called("open \(draft.source)")
        return request
    }

    func close(_ number: Int) async throws {
        requests[number - 1].phase = .closed
        try called("close \(number)")
    }

    func comment(_ text: String, marker: String, on number: Int) async throws {
        comments[number, default: []].removeAll { $0.contains(marker) }
        comments[number, default: []].append(text)
        try called("comment \(number)")
    }

    func setStatus(_ status: CommitStatus, of revision: RevisionID) async throws {}
    func reviews(of number: Int) async throws -> [ReviewFacts] { [] }
    nonisolated func headReference(of number: Int) -> String { "refs/pull/\(number)/head" }
}
