// The simulated forge's mishaps: late, lost, half and refused calls, and what repeating makes of them.
import Testing
import WritBackends
import WritSimulation
import WritVocabulary

@testable import WritDrivers

struct ForgeMishapTests {
    let draft = PullRequestDraft(source: "writ/x", target: "main", title: "x", text: "text")

    private func forge(_ script: [SimulatedForge.Mishap?]) -> SimulatedForge {
        let forge = SimulatedForge()
        forge.people { $0.push(ForgeKind.revision("x"), to: "writ/x") }
        forge.script(script)
        return forge
    }

    @Test(
        "whatever happens to the calls, repeating them ends with one request and its text",
        arguments: SimulatedForge.Mishap.allCases)
    func opening(mishap: SimulatedForge.Mishap) async throws {
        let forge = forge([mishap, mishap])
        for _ in 0..<2 { await #expect(throws: BackendFailure.self) { _ = try await forge.open(draft) } }
        let made = try await forge.open(draft)
        #expect(forge.people { $0.requests.count } == 1)
        #expect(forge.people { $0.requests[made.number]?.text } == "text")
    }

    @Test("what is lost has happened, what is late happens with the next call, what is refused never does")
    func effects() async throws {
        let lost = forge([.lost])
        await #expect(throws: BackendFailure.self) { _ = try await lost.open(draft) }
        #expect(lost.people { $0.requests.count } == 1)
        let late = forge([.late])
        await #expect(throws: BackendFailure.self) { _ = try await late.open(draft) }
        #expect(late.people { $0.requests.count } == 0)
        _ = try await late.request(1)
        #expect(late.people { $0.requests.count } == 1)
        let refused = forge([.refused])
        await #expect(throws: BackendFailure.self) { _ = try await refused.open(draft) }
        _ = try await refused.request(1)
        #expect(refused.people { $0.requests.count } == 0)
        let half = forge([.half])
        await #expect(throws: BackendFailure.self) { _ = try await half.open(draft) }
        #expect(half.people { $0.requests[1]?.text } == "")
    }

    @Test("a comment that lands late beside the repeated one is made one again")
    func comments() async throws {
        let forge = forge([])
        let number = try await forge.open(draft).number
        forge.script([.late, .lost])
        for _ in 0..<2 {
            await #expect(throws: BackendFailure.self) { try await forge.comment("<m> a", marker: "<m>", on: number) }
        }
        try await forge.comment("<m> b", marker: "<m>", on: number)
        #expect(forge.people { $0.requests[number]?.comments.map(\.text) } == ["<m> b"])
    }
}
