// Diagnostics as a GitLab Code Quality report.
//
// Format: docs.gitlab.com, "Code Quality", section "Code Quality report format".
import WritVocabulary

extension Diagnostic {
    /// A JSON list, empty where nothing is wrong. Fingerprints are unique within it.
    public static func gitlab(_ diagnostics: [Diagnostic]) throws -> [UInt8] {
        var seen: [String: Int] = [:]
        let entries = diagnostics.sorted().map { diagnostic -> JSONValue in
            let repeats = seen[diagnostic.fingerprint, default: 0]
            seen[diagnostic.fingerprint] = repeats + 1
            let fingerprint = repeats == 0 ? diagnostic.fingerprint : "\(diagnostic.fingerprint)-\(repeats)"
            return [
                "description": .string(diagnostic.advice), "check_name": .string(diagnostic.code),
                "fingerprint": .string(fingerprint), "severity": "major",
                "location": [
                    "path": .string(diagnostic.path), "lines": ["begin": .integer(Int64(diagnostic.line))],
                ],
            ]
        }
        return Array(try Canonical.encodePretty(JSONValue.array(entries)))
    }
}
