// Fields with values they may not have, and the message and hint a user reads.
import Testing
import WritVocabulary

@testable import WritManifests

struct EndpointRefusalTests {
    @Test("a wrong field of an Endpoint says where, what and what to do", arguments: cases)
    func message(refusal: FieldRefusal) {
        let found = decode(refusal.text).diagnostics
        #expect(found.map(FieldRefusal.line) == refusal.expected)
    }

    static let cases: [FieldRefusal] = [
        FieldRefusal(
            .endpoint, "  replicas: 2", "  replcas: 2",
            [
                "14:3 `replcas` is not a field of `spec` | did you mean `replicas`?"
            ]),
        FieldRefusal(
            .endpoint, "  replicas: 2", "  zzz: 2",
            [
                "14:3 `zzz` is not a field of `spec` | its fields are `model`, `version`, `digest`, `runtime`,"
                    + " `replicas`, `resources`, `rollout`, `promotion`"
            ]),
        FieldRefusal(
            .endpoint, "  replicas: 2", "  replicas: two",
            [
                "14:13 `spec.replicas` must be a whole number from 0 to 64, but is “two”"
            ]),
        FieldRefusal(
            .endpoint, "  replicas: 2", "  replicas: 2.5",
            [
                "14:13 `spec.replicas` must be a whole number from 0 to 64, but is the number 2.5"
            ]),
        FieldRefusal(
            .endpoint, "  replicas: 2", "  replicas: 65",
            [
                "14:13 `spec.replicas` must be a whole number from 0 to 64, but is the number 65"
            ]),
        FieldRefusal(
            .endpoint, "  replicas: 2", "  replicas: -1",
            [
                "14:13 `spec.replicas` must be a whole number from 0 to 64, but is the number -1"
            ]),
        FieldRefusal(
            .endpoint, "  replicas: 2", "  replicas:",
            [
                "14:3 `spec.replicas` must be a whole number from 0 to 64, but is empty | give it a value or leave it out"
            ]),
        FieldRefusal(
            .endpoint, "  replicas: 2", "  replicas: 99999999999999999999",
            [
                "14:13 `spec.replicas` must be a whole number from 0 to 64, but is the number 99999999999999999999"
            ]),
        FieldRefusal(
            .endpoint, "  replicas: 2", "  replicas: [2]",
            [
                "14:3 `spec.replicas` must be a whole number from 0 to 64, but is a list"
            ]),
        FieldRefusal(
            .endpoint, "  model: flight-time\n", "",
            [
                "5:1 `spec` needs `model` | `model` is the name of a Model"
            ]),
        FieldRefusal(
            .endpoint, "model: flight-time", "model: Flight_Time",
            [
                "6:10 `spec.model` must be a name of `a-z`, `0-9` and `-`, at most 63 characters, but is “Flight_Time”"
            ]),
        FieldRefusal(
            .endpoint, "model: flight-time", "model: 7",
            [
                "6:10 `spec.model` must be a name of `a-z`, `0-9` and `-`, at most 63 characters, but is the number 7 |"
                    + " put it in quotes: \"7\""
            ]),
        FieldRefusal(
            .endpoint, "model: flight-time", "model: {name: x}",
            [
                "6:3 `spec.model` must be a name of `a-z`, `0-9` and `-`, at most 63 characters, but is a mapping"
            ]),
        FieldRefusal(
            .endpoint, "  version: 3\n", "",
            [
                "7:11 `digest` in `spec` needs `version` beside it"
            ]),
        FieldRefusal(
            .endpoint, "version: 3", "version: 0",
            [
                "7:12 `spec.version` must be a whole number from 1 to 2147483647, but is the number 0"
            ]),
        FieldRefusal(
            .endpoint, "sha256:0123456789", "sha256:0123",
            [
                "8:11 `spec.digest` must be a digest: `sha256:` and 64 lower-case hexadecimal digits, but is"
                    + " “sha256:0123abcdef0123456789abcdef0123456789abcdef0123456789a…”"
            ]),
        FieldRefusal(
            .endpoint, "    command: [python, serve.py]\n", "",
            [
                "9:3 `spec.runtime` needs exactly one of `command`, `preset`, but none is given",
                "10:5 `code` in `spec.runtime` needs `command` beside it",
            ]),
        FieldRefusal(
            .endpoint, "command: [python, serve.py]", "command: [python, serve.py]\n    preset: mlserver",
            [
                "9:3 `spec.runtime` needs exactly one of `command`, `preset`, but 2 are given",
                "11:13 `preset` in `spec.runtime` needs `implementation`, `artefact` beside it",
            ]),
        FieldRefusal(
            .endpoint, "command: [python, serve.py]", "command: python serve.py",
            [
                "10:14 `spec.runtime.command` must be a list, but is “python serve.py” | put it in brackets: `[…]`"
            ]),
        FieldRefusal(
            .endpoint, "command: [python, serve.py]", "command: []",
            [
                "10:5 `spec.runtime.command` must have at least 1 entry, but has 0"
            ]),
        FieldRefusal(
            .endpoint, "command: [python, serve.py]", "command: [python, 8080]",
            [
                "10:23 `spec.runtime.command[1]` must be text, but is the number 8080 | put it in quotes: \"8080\""
            ]),
        FieldRefusal(
            .endpoint, "path: models/flight-time}", "path: /models/flight-time}",
            [
                "11:18 `spec.runtime.code.path` must be a relative path, but is “/models/flight-time” | write it without"
                    + " `/` at either end, and without `.` and `..`"
            ]),
        // A combining mark after the slash makes one character of the two for Swift, but not for a file system.
        FieldRefusal(
            .endpoint, "code: {path: models/flight-time}", "code: {path: ../\u{301}secrets}",
            [
                "11:18 `spec.runtime.code.path` must be a relative path, but is “../\u{301}secrets” | write it without"
                    + " `/` at either end, and without `.` and `..`"
            ]),
        FieldRefusal(
            .endpoint, "path: models/flight-time}", "path: ../secrets}",
            [
                "11:18 `spec.runtime.code.path` must be a relative path, but is “../secrets” | write it without `/` at"
                    + " either end, and without `.` and `..`"
            ]),
        FieldRefusal(
            .endpoint, "\"3.11\"", "3.11",
            [
                "12:27 `spec.runtime.environment.python` must be a Python version in quotes, such as \"3.11\", but is the"
                    + " number 3.11 | put it in quotes: \"3.11\""
            ]),
        FieldRefusal(
            .endpoint, "\"3.11\"", "\"3\"",
            [
                "12:27 `spec.runtime.environment.python` must be a Python version in quotes, such as \"3.11\", but is “3”"
            ]),
        FieldRefusal(
            .endpoint, "60s", "60",
            [
                "13:37 `spec.runtime.health.timeout` must be a length of time from 1s to 1h, but is the number 60 | write"
                    + " it with a unit: `250ms`, `30s`, `10m`, `2h` or `7d`"
            ]),
        FieldRefusal(
            .endpoint, "60s", "sixty",
            [
                "13:37 `spec.runtime.health.timeout` must be a length of time from 1s to 1h, but is “sixty” | write it"
                    + " with a unit: `250ms`, `30s`, `10m`, `2h` or `7d`"
            ]),
        FieldRefusal(
            .endpoint, "60s", "2d",
            [
                "13:37 `spec.runtime.health.timeout` must be a length of time from 1s to 1h, but is “2d”"
            ]),
        FieldRefusal(
            .endpoint, "/ready", "ready",
            [
                "13:20 `spec.runtime.health.path` must be a path that begins with `/`, of printable ASCII without spaces, but is “ready”"
            ]),
        FieldRefusal(
            .endpoint, "blueGreen", "bluegreen",
            [
                "15:23 `spec.rollout.strategy` must be one of `blueGreen`, `recreate`, but is “bluegreen” | did you mean `blueGreen`?"
            ]),
        FieldRefusal(
            .endpoint, "promotion: manual", "promotion: merge",
            [
                "16:14 `spec.promotion` must be one of `manual`, `propose`, `auto`, but is “merge”"
            ]),
        FieldRefusal(
            .endpoint, "  name: flights", "  name: Flights",
            [
                "4:9 `metadata.name` must be a name of `a-z`, `0-9` and `-`, at most 63 characters, but is “Flights”"
            ]),
        FieldRefusal(
            .endpoint, "  name: flights\n", "  owner: 5\n",
            [
                "3:1 `metadata` needs `name` | `name` is a name of `a-z`, `0-9` and `-`, at most 63 characters",
                "4:10 `metadata.owner` must be one line of text, but is the number 5 | put it in quotes: \"5\"",
            ]),
        FieldRefusal(
            .endpoint, "metadata:\n  name: flights", "metadata: flights",
            [
                "3:11 `metadata` must be a mapping, but is “flights”"
            ]),
    ]
}

/// A sound manifest with one edit, and what is then said: `line:column message | hint`.
struct FieldRefusal: CustomTestStringConvertible, Sendable {
    enum Base: Sendable { case dataset, model, endpoint, policy }

    let text: String
    let expected: [String]
    let testDescription: String

    init(_ base: Base, _ sound: String, _ edited: String, _ expected: [String]) {
        let manifest =
            switch base {
            case .dataset: Fixtures.dataset
            case .model: Fixtures.model
            case .endpoint: Fixtures.endpoint
            case .policy: Fixtures.policy
            }
        precondition(manifest.contains(sound), "the fixture has no “\(sound)”")
        text = manifest.replacing(sound, with: edited)
        testDescription = edited
        self.expected = expected
    }

    static func line(_ diagnostic: Diagnostic) -> String {
        "\(diagnostic.line):\(diagnostic.column) \(diagnostic.message)" + (diagnostic.hint.map { " | \($0)" } ?? "")
    }
}
