// What is refused while YAML is read, and what a user sees then.
import Testing
import WritVocabulary

@testable import WritManifests

struct EventRefusalTests {
    @Test("what YAML would allow and Writ does not is shown where it stands", arguments: cases)
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
            "anchor",
            head + "  rollout: &r {drain: 5s}\n",
            """
            error: anchors are not allowed: a manifest says everything where it stands
             --> models/flights.yaml:7:12
              |
            7 |   rollout: &r {drain: 5s}
              |            ^^^^
              = hint: remove the `&…`
            """),
        Refusal(
            "alias",
            head + "  rollout: *r\n",
            """
            error: aliases are not allowed: a manifest says everything where it stands
             --> models/flights.yaml:7:12
              |
            7 |   rollout: *r
              |            ^^
              = hint: write the value out
            """),
        Refusal(
            "tag",
            head + "  replicas: !!int 2\n",
            """
            error: tags are not allowed: the schema says what type a value has
             --> models/flights.yaml:7:13
              |
            7 |   replicas: !!int 2
              |             ^^^^^^^
              = hint: remove the `!…`
            """),
        Refusal(
            "tagged mapping",
            head + "  rollout: !x {drain: 5s}\n",
            """
            error: tags are not allowed: the schema says what type a value has
             --> models/flights.yaml:7:12
              |
            7 |   rollout: !x {drain: 5s}
              |            ^^^^
              = hint: remove the `!…`
            """),
        Refusal(
            "%TAG",
            "%TAG !e! tag:e.org,2026:\n---\n" + head,
            """
            error: %TAG is not allowed: tags have no meaning here
             --> models/flights.yaml:1:1
              |
            1 | %TAG !e! tag:e.org,2026:
              | ^^^^^^^^^^^^^^^^^^^^^^^^
              = hint: remove the line
            """),
        Refusal(
            "merge",
            head + "  <<: {replicas: 2}\n",
            """
            error: merge keys are not allowed: a manifest says everything where it stands
             --> models/flights.yaml:7:3
              |
            7 |   <<: {replicas: 2}
              |   ^^
              = hint: write the fields out
            """),
        Refusal(
            "dup",
            head + "  replicas: 1\n  replicas: 2\n",
            """
            error: the key `replicas` stands here a second time
             --> models/flights.yaml:8:3
              |
            8 |   replicas: 2
              |   ^^^^^^^^
              = hint: it is set on line 7 already; keep one
            """),
        Refusal(
            "complex",
            head + "  ? [a]\n  : b\n",
            """
            error: a key must be text, not a list or a mapping
             --> models/flights.yaml:7:5
              |
            7 |   ? [a]
              |     ^
              = hint: name the entry with plain text
            """),
        Refusal(
            "nul",
            head + "  owner: a\0b\n",
            """
            error: the character U+0000 is not allowed in a manifest
             --> models/flights.yaml:7:11
              |
            7 |   owner: a�b
              |           ^
              = hint: remove the character
            """),
        Refusal(
            "esc nul",
            head + "  replicas: \"a\\0b\"\n",
            """
            error: the character U+0000 is not allowed in a manifest
             --> models/flights.yaml:7:13
              |
            7 |   replicas: "a\\0b"
              |             ^^^^^^
              = hint: remove the character
            """),
        Refusal(
            "bidi",
            head + "  # ‮evil\n",
            """
            error: the character U+202E changes the direction of text, so that a reviewer reads something else
             --> models/flights.yaml:7:5
              |
            7 |   # �evil
              |     ^
              = hint: remove the character
            """),
        Refusal(
            "cr",
            head + "  # comment\r  replicas: 9\n",
            """
            error: a carriage return stands here without a line feed
             --> models/flights.yaml:7:12
              |
            7 |   # comment�  replicas: 9
              |            ^
              = hint: end lines with a line feed
            """),
        Refusal(
            "nel",
            head + "  # ab\n",
            """
            error: the character U+0085 is not allowed in a manifest
             --> models/flights.yaml:7:6
              |
            7 |   # a�b
              |      ^
              = hint: remove the character
            """),
        Refusal(
            "bom inside",
            head + "  # a﻿b\n",
            """
            error: the character U+FEFF is not allowed in a manifest
             --> models/flights.yaml:7:6
              |
            7 |   # a�b
              |      ^
              = hint: remove the character
            """),
        Refusal(
            "tab indent",
            head + "\treplicas: 2\n",
            """
            error: this is not YAML: this character cannot begin a value
             --> models/flights.yaml:7:1
              |
            7 |  replicas: 2
              | ^
              = hint: indent with spaces, not tabs, and put quotes around text that begins with a tab, `@`, `` ` `` or `%`
            """),
        Refusal(
            "unclosed",
            head + "  rollout: {drain: 5s\n",
            """
            error: this is not YAML: the mapping is not closed
             --> models/flights.yaml:7:12
              |
            7 |   rollout: {drain: 5s
              |            ^
              = hint: separate entries by `,` and end with `}`
            """),
        Refusal(
            "unclosed quote",
            head + "  digest: \"sha\n",
            """
            error: this is not YAML: the file ends inside a quoted text
             --> models/flights.yaml:7:11
              |
            7 |   digest: "sha
              |           ^
              = hint: close the quote
            """),
        Refusal(
            "colon",
            head + "  replicas: 2: 3\n",
            """
            error: this is not YAML: a `key: value` cannot stand here
             --> models/flights.yaml:7:14
              |
            7 |   replicas: 2: 3
              |              ^
              = hint: indent it like its neighbours, or put quotes around text that contains `: `
            """),
        Refusal(
            "bad indent",
            head + "   replicas: 2\n",
            """
            error: this is not YAML: a key was expected here; the mapping begins on line 5
             --> models/flights.yaml:7:4
              |
            7 |    replicas: 2
              |    ^
              = hint: check the indentation, and close quotes and brackets opened above
            """),
        Refusal(
            "bad escape",
            head + "  digest: \"\\q\"\n",
            """
            error: this is not YAML: this escape is unknown
             --> models/flights.yaml:7:12
              |
            7 |   digest: "\\q"
              |            ^
              = hint: write `\\\\` for a backslash, or use single quotes
            """),
        Refusal(
            "block seq",
            head + "  x: - 1\n",
            """
            error: this is not YAML: a list entry cannot stand here
             --> models/flights.yaml:7:6
              |
            7 |   x: - 1
              |      ^
              = hint: put the list on the lines below its key
            """),
        Refusal(
            "yaml 2.0",
            "%YAML 2.0\n---\n" + head,
            """
            error: this is not YAML: this version of YAML is unknown
             --> models/flights.yaml:1:1
              |
            1 | %YAML 2.0
              | ^
              = hint: remove the %YAML line
            """),
        Refusal(
            "at",
            head + "  x: @a\n",
            """
            error: this is not YAML: this character cannot begin a value
             --> models/flights.yaml:7:6
              |
            7 |   x: @a
              |      ^
              = hint: indent with spaces, not tabs, and put quotes around text that begins with a tab, `@`, `` ` `` or `%`
            """),
    ]
}

/// One manifest and the whole text a user sees.
struct Refusal: CustomTestStringConvertible, Sendable {
    let name: String
    let text: String
    let expected: String

    init(_ name: String, _ text: String, _ expected: String) {
        self.name = name
        self.text = text
        self.expected = expected
    }

    var testDescription: String { name }
}
