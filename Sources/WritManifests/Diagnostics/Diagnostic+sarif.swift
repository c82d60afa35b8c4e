// Diagnostics as a SARIF 2.1.0 log, which forges and editors show beside the line.
//
// Format: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
import WritVocabulary

extension Diagnostic {
    /// A log of one run, pretty-printed. `count` is how many errors there are, those that are not listed included;
    /// `version` is Writ's own. Paths are relative to the repository's root.
    public static func sarif(_ diagnostics: [Diagnostic], count: Int, version: String) throws -> [UInt8] {
        let codes = Set(diagnostics.map(\.code)).sorted()
        let results = diagnostics.sorted().map { $0.sarifResult(rule: codes.firstIndex(of: $0.code) ?? 0) }
        let driver: JSONValue = [
            "name": "writ", "version": .string(version), "rules": .array(codes.map(sarifRule)),
        ]
        let run: JSONValue = [
            "tool": ["driver": driver], "columnKind": "unicodeCodePoints", "results": .array(results),
            "invocations": [.object(invocation(unlisted: count - diagnostics.count))],
        ]
        let log: JSONValue = [
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run],
        ]
        return Array(try Canonical.encodePretty(log))
    }

    private static func sarifRule(_ code: String) -> JSONValue {
        let words = code.replacing("-", with: " ")
        return ["id": .string(code), "shortDescription": ["text": .string("Manifests: \(words)")]]
    }

    private static func invocation(unlisted: Int) -> [String: JSONValue] {
        guard unlisted > 0 else { return ["executionSuccessful": true] }
        let text = "and \(unlisted) more errors that are not listed"
        return [
            "executionSuccessful": true,
            "toolExecutionNotifications": [["level": "warning", "message": ["text": .string(text)]]],
        ]
    }

    private func sarifResult(rule: Int) -> JSONValue {
        var region: [String: JSONValue] = [
            "startLine": .integer(Int64(line)), "startColumn": .integer(Int64(column)),
        ]
        if let excerpt {
            region["endColumn"] = .integer(Int64(column + excerpt.length))
            region["snippet"] = ["text": .string(excerpt.text)]
        }
        let location: JSONValue = [
            "physicalLocation": [
                "artifactLocation": ["uri": .string(Diagnostic.relativeURI(path)), "uriBaseId": "%SRCROOT%"],
                "region": .object(region),
            ]
        ]
        return [
            "ruleId": .string(code), "ruleIndex": .integer(Int64(rule)), "level": "error",
            "message": ["text": .string(advice)], "locations": [location],
            "partialFingerprints": ["writ/v1": .string(fingerprint)],
        ]
    }

    /// The same wherever the line moves to.
    var fingerprint: String { Digest(of: Array("\(path)\n\(code)\n\(message)".utf8)).hex }

    /// RFC 3986: everything but unreserved characters and `/` in percent signs, so that no `:` makes it absolute.
    static func relativeURI(_ path: String) -> String {
        let unreserved = CharacterSet("A-Za-z0-9._~/-")
        return path.utf8.map { byte in
            if unreserved.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}
