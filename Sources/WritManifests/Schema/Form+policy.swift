// People, patterns and times, as a policy writes them.
import WritVocabulary

extension Form where Value == Person {
    static let person = Form.identifier(
        "a person as `allowed_signers` names them, such as `alice@example.com`",
        schema: ["type": "string", "pattern": #"^[#-&()+\x2D->@-\x5B\x5D-~]{1,200}$"#],
        hint: "write 1 to 200 visible ASCII characters without spaces, quotes, commas, `*`, `?`, `!` and backslashes")
}

extension Form where Value == PathPattern {
    private static let part = #"(?:\*\*|(?:(?!\*\*)[^/])+)"#

    static let pathPattern = Form.identifier(
        "a pattern over paths of the repository, such as `manifests/**`",
        schema: [
            "type": "string", "maxLength": .integer(Int64(Limits.pathBytes)),
            "pattern": .string(#"^(?!(?:[^/]*/)*\.\.?(?:/|$))\#(part)(?:/\#(part))*$"#),
        ],
        hint: "write it without `/` at either end; `*` stays within a folder, and `**` is a whole part between two `/`")
}

extension Form where Value == Timestamp {
    /// RFC 3339 in UTC, to the second or to the millisecond.
    static let time: Form = {
        let words = #"a time in UTC, such as "2026-12-20T00:00:00Z""#
        let schema: JSONValue = ["type": "string", "pattern": .string("^\(datePattern)T\(clockPattern)$")]
        return Form(shape: .written(words: words, schema: schema)) { reader, node in
            guard let text = reader.plainText(node, words: words) else { return nil }
            let hint = "write year, month, day, `T`, hours, minutes, seconds and `Z`"
            return timestamp(text) ?? reader.wrongValue(node, words, hint: hint)
        }
    }()

    /// nil for days no calendar has.
    private static func timestamp(_ text: String) -> Timestamp? {
        let full = text.utf8.count == 20 && text.hasSuffix("Z") ? "\(text.dropLast()).000Z" : text
        guard let time = Timestamp(full), time.text == full else { return nil }
        return time
    }

    private static let datePattern =
        "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)"
        + "|02-(?:0[1-9]|1[0-9]|2[0-8]))"
        + "|(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)-02-29)"
    private static let clockPattern = #"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{3})?Z"#
}

/// Minutes since midnight, so that they are not taken for another number.
struct MinuteOfDay: Sendable {
    var value: Int
}

extension Form where Value == MinuteOfDay {
    static let clock: Form = {
        let words = #"a time of day in UTC, from "00:00" to "23:59""#
        let schema: JSONValue = ["type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"]
        return Form(shape: .written(words: words, schema: schema)) { reader, node in
            guard let text = reader.plainText(node, words: words) else { return nil }
            let hint = text == "24:00" ? #"midnight is "00:00""# : "write hours and minutes with two digits each"
            return minutes(text).map { MinuteOfDay(value: $0) } ?? reader.wrongValue(node, words, hint: hint)
        }
    }()

    private static func minutes(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":"),
            [0, 1, 3, 4].allSatisfy({ (48...57).contains(bytes[$0]) })
        else { return nil }
        let (hour, minute) = (
            Int(bytes[0] - 48) * 10 + Int(bytes[1] - 48), Int(bytes[3] - 48) * 10 + Int(bytes[4] - 48)
        )
        return hour < 24 && minute < 60 ? hour * 60 + minute : nil
    }
}
