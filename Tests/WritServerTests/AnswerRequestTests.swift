// Questions and their addresses.
import Testing
import WritVocabulary

@testable import WritServer

struct AnswerRequestTests {
    static let all: [AnswerRequest] = [
        .resources(nil, nil), .resources(.model, nil), .resources(.model, Story.model.name), .describe(Story.endpoint),
        .describe(Story.january), .describe(Story.model), .why(Story.march), .history(nil, before: nil, limit: 20),
        .history(Story.model, before: 20, limit: 1000), .versions(nil), .versions(Story.model.name),
        .version(Story.version),
        .runs(nil), .runs(Story.model), .run(Story.goodRun), .source,
    ]

    @Test("an address is read back as the question it was made from", arguments: all)
    func roundTrip(request: AnswerRequest) {
        let parts = request.address.split(separator: "?", maxSplits: 1)
        var query: [String: String] = [:]
        for pair in parts.dropFirst().joined().split(separator: "&") {
            let sides = pair.split(separator: "=")
            query[String(sides[0])] = String(sides[1])
        }
        #expect(AnswerRequest(path: String(parts[0]), query: query) == request)
    }

    @Test(
        "an address that asks nothing is refused",
        arguments: [
            "/", "/v1/answers", "/v1/answers/", "/v1/answers/why", "/v1/answers/why/Model",
            "/v1/answers/why/Model/UPPER",
            "/v1/answers/why/Model/../x", "/v1/answers/version/flight-time/0", "/v1/answers/run/run-1",
            "/v1/answers/resources/Model/a/b", "/v2/answers/source", "/v1/answers/source/",
        ])
    func refused(path: String) {
        #expect(AnswerRequest(path: path, query: [:]) == nil)
    }
}
