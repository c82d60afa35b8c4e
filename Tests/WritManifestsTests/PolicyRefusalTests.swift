// Policies with values they may not have, or that cannot be met, and what a user reads.
import Testing
import WritVocabulary

@testable import WritManifests

struct PolicyRefusalTests {
    @Test("a wrong Policy says where, what and what to do", arguments: fields + roles + counts + windows + lists)
    func message(refusal: FieldRefusal) {
        let found = decode(refusal.text).diagnostics
        #expect(found.map(FieldRefusal.line) == refusal.expected)
    }

    private static func refusal(_ sound: String, _ edited: String, _ expected: String...) -> FieldRefusal {
        FieldRefusal(.policy, sound, edited, expected)
    }

    static let fields = [
        refusal(
            "  repository: example.com/ml/models\n",
            "",
            "4:1 `spec` needs `repository` | `repository` is the repository's name, of printable "
                + "ASCII without spaces, such as `example.com/ml/models`"),
        refusal(
            "repository: example.com/ml/models",
            "repository: my models",
            "5:15 `spec.repository` must be the repository's name, of printable ASCII without "
                + "spaces, such as `example.com/ml/models`, but is “my models”"),
        refusal(
            "repository: example.com/ml/models",
            "repository: [a]",
            "5:3 `spec.repository` must be the repository's name, of printable ASCII without spaces, "
                + "such as `example.com/ml/models`, but is a list"),
        refusal(
            "  signers: governance/allowed_signers",
            "  signers: ../allowed_signers",
            "6:12 `spec.signers` must be a relative path, but is “../allowed_signers” | write it "
                + "without `/` at either end, and without `.` and `..`"),
        refusal(
            "  keyring: governance/keyring.gpg\n",
            "",
            "8:3 `openpgp` in `spec` needs `keyring` beside it"),
        refusal(
            "  openpgp: {\"0123456789ABCDEF0123456789ABCDEF01234567\": alice@example.com}\n",
            "",
            "8:12 `keyring` in `spec` needs `openpgp` beside it"),
        refusal(
            "0123456789ABCDEF0123456789ABCDEF01234567",
            "0123456789abcdef0123456789abcdef01234567",
            "9:13 the key `0123456789abcdef0123456789abcdef01234567` in `spec.openpgp` must be an "
                + "OpenPGP fingerprint: 40 or 64 upper-case hexadecimal digits without spaces"),
        refusal(
            "0123456789ABCDEF0123456789ABCDEF01234567",
            "0123456789ABCDEF0123456789ABCDEF0123456",
            "9:13 the key `0123456789ABCDEF0123456789ABCDEF0123456` in `spec.openpgp` must be an "
                + "OpenPGP fingerprint: 40 or 64 upper-case hexadecimal digits without spaces"),
        refusal(
            "01234567\": alice@example.com",
            "01234567\": [alice@example.com]",
            "9:13 `spec.openpgp.0123456789ABCDEF0123456789ABCDEF01234567` must be a person as "
                + "`allowed_signers` names them, such as `alice@example.com`, but is a list | write 1 to "
                + "200 visible ASCII characters without spaces, quotes, commas, `*`, `?`, `!` and "
                + "backslashes"),
        refusal(
            "alice-gh: alice@example.com",
            "alice-gh: alice and bob",
            "10:24 `spec.accounts.alice-gh` must be a person as `allowed_signers` names them, such "
                + "as `alice@example.com`, but is “alice and bob” | write 1 to 200 visible ASCII "
                + "characters without spaces, quotes, commas, `*`, `?`, `!` and backslashes"),
        refusal(
            "alice-gh: alice",
            "\"@alice\": alice",
            "10:14 the key `@alice` in `spec.accounts` must be an account of the forge, of letters, "
                + "digits, `_`, `.` and `-`"),
        refusal(
            "  signers:",
            "  signer:",
            "6:3 `signer` is not a field of `spec` | did you mean `signers`?"),
        refusal(
            "      engine: opa",
            "      engine: https://opa.example.com",
            "26:15 `spec.rules[0].engine` must be a name of `a-z`, `0-9` and `-`, at most 63 "
                + "characters, but is “https://opa.example.com”"),
        refusal(
            "      engine: opa",
            "      engines: opa",
            "26:7 `engines` is not a field of `spec.rules[0]` | did you mean `engine`?"),
        refusal(
            "signed: false}",
            "signed: no}",
            "27:28 `spec.rules[1].signed` must be `true` or `false`, but is “no” | write `false`"),
        refusal(
            "      paths: [\"manifests/endpoints/**\"]",
            "      paths: [\"/manifests/**\"]",
            "16:15 `spec.rules[0].paths[0]` must be a pattern over paths of the repository, such as "
                + "`manifests/**`, but is “/manifests/**” | write it without `/` at either end; `*` stays "
                + "within a folder, and `**` is a whole part between two `/`"),
        refusal(
            "      paths: [\"manifests/endpoints/**\"]",
            "      paths: [\"manifests/**x/y\"]",
            "16:15 `spec.rules[0].paths[0]` must be a pattern over paths of the repository, such as "
                + "`manifests/**`, but is “manifests/**x/y” | write it without `/` at either end; `*` "
                + "stays within a folder, and `**` is a whole part between two `/`"),
        refusal(
            "      paths: [\"manifests/endpoints/**\"]",
            "      paths: manifests/**",
            "16:14 `spec.rules[0].paths` must be a list, but is “manifests/**” | put it in brackets: "
                + "`[…]`"),
        refusal(
            "kinds: [Endpoint]",
            "kinds: [Endpiont]",
            "17:15 `spec.rules[0].kinds[0]` must be one of `Dataset`, `Model`, `Endpoint`, `Policy`, "
                + "but is “Endpiont” | did you mean `Endpoint`?"),
        refusal(
            "tiers: [high]",
            "tiers: [1]",
            "18:15 `spec.rules[0].tiers[0]` must be one line of text, but is the number 1 | put it "
                + "in quotes: \"1\""),
    ]

    static let roles = [
        refusal(
            "authors: [risk]",
            "authors: [risks]",
            "19:17 `spec.rules[0].authors[0]`: this policy has no role “risks” | did you mean `risk`?"),
        refusal(
            "authors: [risk]",
            "authors: [audit]",
            "19:17 `spec.rules[0].authors[0]`: this policy has no role “audit” | declare it under "
                + "`roles`, with the people who have it"),
        refusal(
            "authors: [risk]",
            "authors: [Risk Team]",
            "19:17 `spec.rules[0].authors[0]` must be a name of `a-z`, `0-9` and `-`, at most 63 "
                + "characters, but is “Risk Team”"),
        refusal(
            "count: 2, role: risk",
            "count: 2, role: rsik",
            "20:36 `spec.rules[0].approvals[0].role`: this policy has no role “rsik” | did you mean "
                + "`risk`?"),
        refusal(
            "role: oncall, longest",
            "role: pager, longest",
            "25:26 `spec.rules[0].breakGlass.role`: this policy has no role “pager” | declare it "
                + "under `roles`, with the people who have it"),
        refusal(
            "risk: [alice@example.com, bob@example.com, carol@example.com]",
            "risk: []",
            "12:5 `spec.roles.risk` must have at least 1 entry, but has 0"),
        refusal(
            "    oncall: [carol@example.com]",
            "    oncall: [\"*@example.com\"]",
            "13:14 `spec.roles.oncall[0]` must be a person as `allowed_signers` names them, such as "
                + "`alice@example.com`, but is “*@example.com” | write 1 to 200 visible ASCII characters "
                + "without spaces, quotes, commas, `*`, `?`, `!` and backslashes"),
        refusal(
            "    oncall: [carol@example.com]",
            "    On-Call: [carol@example.com]",
            "13:5 the key `On-Call` in `spec.roles` must be a name of `a-z`, `0-9` and `-`, at most "
                + "63 characters"),
        refusal(
            "bob@example.com, carol@example.com]\n",
            "bob@example.com, alice@example.com]\n",
            "12:48 `spec.roles.risk[2]`: “alice@example.com” stands in the list already | keep one "
                + "of them"),
        refusal(
            "  roles:\n    risk: [alice@example.com, bob@example.com, carol@example.com]\n    oncall: "
                + "[carol@example.com]\n",
            "",
            "16:17 `spec.rules[0].authors[0]`: this policy has no role “risk” | declare it under "
                + "`roles`, with the people who have it",
            "17:36 `spec.rules[0].approvals[0].role`: this policy has no role “risk” | declare it "
                + "under `roles`, with the people who have it",
            "22:26 `spec.rules[0].breakGlass.role`: this policy has no role “oncall” | declare it "
                + "under `roles`, with the people who have it"),
        refusal(
            "{name: rest,",
            "{name: endpoints,",
            "27:14 `spec.rules[1].name`: a rule above is called “endpoints” already"),
    ]

    static let counts = [
        refusal(
            "count: 2",
            "count: 0",
            "20:27 `spec.rules[0].approvals[0].count` must be a whole number from 1 to 20, but is "
                + "the number 0"),
        refusal(
            "count: 2",
            "count: 21",
            "20:27 `spec.rules[0].approvals[0].count` must be a whole number from 1 to 20, but is "
                + "the number 21"),
        refusal(
            "count: 2",
            "count: two",
            "20:27 `spec.rules[0].approvals[0].count` must be a whole number from 1 to 20, but is "
                + "“two”"),
        refusal(
            "{count: 2, role: risk, reviews: true}",
            "{role: risk}",
            "20:20 `spec.rules[0].approvals[0]` needs `count` | `count` is a whole number from 1 to "
                + "20"),
        refusal(
            "count: 2, role: risk",
            "count: 4, role: risk",
            "20:27 `spec.rules[0].approvals[0].count`: 4 must approve, but only 3 people have the "
                + "role “risk” | ask for fewer, or add people to the role"),
        refusal(
            "count: 2, role: risk",
            "count: 2, role: oncall",
            "20:27 `spec.rules[0].approvals[0].count`: 2 must approve, but only one person has the "
                + "role “oncall” | ask for fewer, or add people to the role"),
        refusal(
            "count: 2, role: risk",
            "count: 3, role: risk",
            "20:27 `spec.rules[0].approvals[0].count`: all 3 who have the role “risk” must approve, "
                + "but the author is one of them and does not count | ask for fewer, or add people to the "
                + "role"),
        refusal(
            "sampleSize: 1000",
            "sampleSize: 0",
            "21:106 `spec.rules[0].evidence.sampleSize` must be a whole number of at least 1, but is "
                + "the number 0"),
        refusal(
            "gates: [mae]",
            "gates: [\"1mae\"]",
            "21:26 `spec.rules[0].evidence.gates[0]` must be a metric name of letters, digits, `_`, "
                + "`.`, `/`, `@` and `-` that begins with a letter, at most 128 characters, but is “1mae”"),
        refusal(
            "card: [intendedUse, limits]",
            "card: [intendedUse, limit]",
            "21:52 `spec.rules[0].evidence.card[1]` must be one of `intendedUse`, `limits`, `owner`, "
                + "`riskTier`, but is “limit” | did you mean `limits`?"),
        refusal(
            "card: [intendedUse, limits]",
            "card: []",
            "21:32 `spec.rules[0].evidence.card` must have at least 1 entry, but has 0"),
    ]

    static let windows = [
        refusal(
            "    - freeze: {from",
            "    - frozen: {from",
            "23:11 `spec.rules[0].windows[0]` needs exactly one of `freeze`, `maintenance`, but none "
                + "is given",
            "23:11 `frozen` is not a field of `spec.rules[0].windows[0]` | its fields are `freeze`, "
                + "`maintenance`"),
        refusal(
            "from: \"2026-12-20T00:00:00Z\"",
            "from: 2026-12-20",
            "23:26 `spec.rules[0].windows[0].freeze.from` must be a time in UTC, such as "
                + "\"2026-12-20T00:00:00Z\", but is “2026-12-20” | write year, month, day, `T`, hours, "
                + "minutes, seconds and `Z`"),
        refusal(
            "from: \"2026-12-20T00:00:00Z\"",
            "from: \"2026-12-20T00:00:00+01:00\"",
            "23:26 `spec.rules[0].windows[0].freeze.from` must be a time in UTC, such as "
                + "\"2026-12-20T00:00:00Z\", but is “2026-12-20T00:00:00+01:00” | write year, month, day, "
                + "`T`, hours, minutes, seconds and `Z`"),
        refusal(
            "from: \"2026-12-20T00:00:00Z\"",
            "from: \"2026-02-30T00:00:00Z\"",
            "23:26 `spec.rules[0].windows[0].freeze.from` must be a time in UTC, such as "
                + "\"2026-12-20T00:00:00Z\", but is “2026-02-30T00:00:00Z” | write year, month, day, `T`, "
                + "hours, minutes, seconds and `Z`"),
        refusal(
            "from: \"2026-12-20T00:00:00Z\"",
            "from: \"2027-01-03T00:00:00Z\"",
            "23:57 `spec.rules[0].windows[0].freeze.until`: it is not after `from`"),
        refusal(
            "until: \"2027-01-03T00:00:00Z\"",
            "until: \"2027-12-22T00:00:00Z\"",
            "23:57 `spec.rules[0].windows[0].freeze.until`: a freeze lasts at most 366 days | for a "
                + "longer one, write a second window"),
        refusal(
            ", reason: year end",
            "",
            "23:11 `spec.rules[0].windows[0].freeze` needs `reason` | `reason` is one line of text"),
        refusal(
            "days: [Mon, Sun]",
            "days: [Monday]",
            "24:32 `spec.rules[0].windows[1].maintenance.days[0]` must be one of `Mon`, `Tue`, "
                + "`Wed`, `Thu`, `Fri`, `Sat`, `Sun`, but is “Monday”"),
        refusal(
            "days: [Mon, Sun]",
            "days: [Mon, Mon]",
            "24:37 `spec.rules[0].windows[1].maintenance.days[1]`: “Mon” stands in the list already "
                + "| keep one of them"),
        refusal(
            "from: \"22:00\"",
            "from: \"24:00\"",
            "24:49 `spec.rules[0].windows[1].maintenance.from` must be a time of day in UTC, from "
                + "\"00:00\" to \"23:59\", but is “24:00” | midnight is \"00:00\""),
        refusal(
            "from: \"22:00\"",
            "from: 22",
            "24:49 `spec.rules[0].windows[1].maintenance.from` must be a time of day in UTC, from "
                + "\"00:00\" to \"23:59\", but is the number 22 | put it in quotes: \"22\""),
        refusal(
            "from: \"22:00\"",
            "from: \"9:30\"",
            "24:49 `spec.rules[0].windows[1].maintenance.from` must be a time of day in UTC, from "
                + "\"00:00\" to \"23:59\", but is “9:30” | write hours and minutes with two digits each"),
        refusal(
            "- maintenance: {",
            "- freeze: {from: \"2026-01-01T00:00:00Z\", until: \"2026-01-02T00:00:00Z\", reason: x}\n     "
                + "     maintenance: {",
            "24:11 `spec.rules[0].windows[1]` needs exactly one of `freeze`, `maintenance`, but 2 "
                + "are given"),
        refusal(
            "longest: 4h",
            "longest: 8d",
            "25:43 `spec.rules[0].breakGlass.longest` must be a length of time from 1m to 7d, but is "
                + "“8d”"),
        refusal(
            "longest: 4h",
            "longest: 59s",
            "25:43 `spec.rules[0].breakGlass.longest` must be a length of time from 1m to 7d, but is "
                + "“59s”"),
        refusal(
            "longest: 4h",
            "longest: 4",
            "25:43 `spec.rules[0].breakGlass.longest` must be a length of time from 1m to 7d, but is "
                + "the number 4 | write it with a unit: `250ms`, `30s`, `10m`, `2h` or `7d`"),
    ]

    static let lists = [
        refusal(
            "    - {name: rest, signed: false}\n",
            (0..<100).map { "    - {name: r\($0)}\n" }.joined(),
            "14:3 `spec.rules` must have at most 100 entries, but has 101"),
        refusal(
            "kinds: [Endpoint]",
            "kinds: []",
            "17:7 `spec.rules[0].kinds` must have at least 1 entry, but has 0"),
        refusal(
            "kinds: [Endpoint]",
            "kinds: [Endpoint, Model, Endpoint]",
            "17:32 `spec.rules[0].kinds[2]`: “Endpoint” stands in the list already | keep one of them"),
        refusal(
            "approvals: [{count: 2, role: risk, reviews: true}]",
            "approvals: {count: 2, role: risk}",
            "20:7 `spec.rules[0].approvals` must be a list, but is a mapping"),
    ]
}
