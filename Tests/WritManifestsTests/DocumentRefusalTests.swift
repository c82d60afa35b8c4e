// Documents that are no manifest, and what a user sees then.
import Testing
import WritVocabulary

@testable import WritManifests

struct DocumentRefusalTests {
    @Test("a document that is no manifest is shown with what it lacks", arguments: cases)
    func message(refusal: Refusal) {
        #expect(rendered(refusal.text) == refusal.expected)
        #expect(decode(refusal.text).resources.isEmpty || !decode(refusal.text).diagnostics.isEmpty)
    }

    static let head = """
        apiVersion: writ.dev/v1
        kind: Endpoint
        metadata: {name: flights}
        spec:
          model: flight-time
          runtime: {command: [./serve]}

        """

    static let cases: [Refusal] = [
        Refusal(
            "text after doc",
            "a\n--- b\n...\nc\n",
            """
            error: the manifest must be a mapping with `apiVersion`, `kind`, `metadata` and `spec`, but is “a”
             --> models/flights.yaml:1:1
              |
            1 | a
              | ^

            error: the manifest must be a mapping with `apiVersion`, `kind`, `metadata` and `spec`, but is “b”
             --> models/flights.yaml:2:5
              |
            2 | --- b
              |     ^

            error: this is not YAML: a new document must begin with `---`
             --> models/flights.yaml:4:1
              |
            4 | c
              | ^
              = hint: put `---` on a line of its own
            """),
        Refusal(
            "junk",
            "just text\n",
            """
            error: the manifest must be a mapping with `apiVersion`, `kind`, `metadata` and `spec`, but is “just text”
             --> models/flights.yaml:1:1
              |
            1 | just text
              | ^^^^^^^^^
            """),
        Refusal(
            "list",
            "- a\n- b\n",
            """
            error: the manifest must be a mapping with `apiVersion`, `kind`, `metadata` and `spec`, but is a list
             --> models/flights.yaml:1:1
              |
            1 | - a
              | ^^^
            """),
        Refusal(
            "nokind",
            "metadata: {name: a}\n",
            """
            error: the manifest needs `kind`
             --> models/flights.yaml:1:1
              |
            1 | metadata: {name: a}
              | ^^^^^^^^
              = hint: `kind` is one of `Dataset`, `Model`, `Endpoint`, `Policy`
            """),
        Refusal(
            "unknown kind",
            head.replacing("kind: Endpoint", with: "kind: Endpiont"),
            """
            error: “Endpiont” is not a kind of resource; a kind is one of `Dataset`, `Model`, `Endpoint`, `Policy`
             --> models/flights.yaml:2:7
              |
            2 | kind: Endpiont
              |       ^^^^^^^^
              = hint: did you mean `Endpoint`?
            """),
        Refusal(
            "kind list",
            head.replacing("kind: Endpoint", with: "kind: [Endpoint]"),
            """
            error: `kind` must be one of `Dataset`, `Model`, `Endpoint`, `Policy`, but is a list
             --> models/flights.yaml:2:1
              |
            2 | kind: [Endpoint]
              | ^^^^
            """),
        Refusal(
            "kind empty",
            "apiVersion: writ.dev/v1\nkind:\nmetadata: {name: flights}\nspec:\n  model: flight-time\n  runtime: {command: [./serve]}\n",
            """
            error: `kind` must be one of `Dataset`, `Model`, `Endpoint`, `Policy`, but is empty
             --> models/flights.yaml:2:1
              |
            2 | kind:
              | ^^^^
              = hint: give it a value or leave it out
            """),
        Refusal(
            "version",
            head.replacing("writ.dev/v1", with: "writ.dev/v2"),
            """
            error: `apiVersion` must be `writ.dev/v1`, but is “writ.dev/v2”
             --> models/flights.yaml:1:13
              |
            1 | apiVersion: writ.dev/v2
              |             ^^^^^^^^^^^
              = hint: did you mean `writ.dev/v1`?
            """),
    ]
}
