// A pip lock read for what it names: packages, versions and the digests pip accepts for them.
import WritVocabulary

/// The packages of a hash-locked requirements file. Source of the format: pip, "Requirements File Format" and
/// "Secure installs"; of names, PEP 503; of the package URL, the purl specification's type `pypi`.
struct LockedPackages: Hashable {
    var packages: [Package] = []
    /// Lines that name no package at one version: options, links, ranges.
    var unread = 0

    struct Package: Hashable {
        /// Lower case, with `-` for every run of `-`, `_` and `.`.
        var name: String
        var version: String
        /// SHA-256 digests, sorted: pip takes a distribution that has any one of them.
        var digests: [Digest]

        var purl: String { "pkg:pypi/\(name)@\(LockedPackages.percentEncoded(version))" }
    }

    init(_ text: String) throws(AuditFailure) {
        guard text.utf8.count <= DocumentLimits.requirementsBytes else {
            throw AuditFailure(
                "the requirements are \(text.utf8.count) bytes, more than \(DocumentLimits.requirementsBytes)",
                hint: "leave them out of the bill of materials")
        }
        var found: [Package] = []
        for line in LockedPackages.logicalLines(text) {
            guard let package = Package(line: line) else {
                unread += 1
                continue
            }
            found.append(package)
            guard found.count <= DocumentLimits.packages else {
                throw AuditFailure("the requirements name more than \(DocumentLimits.packages) packages")
            }
        }
        // The same package may stand twice, for two platforms: its digests are then all that are accepted.
        let byPurl = Dictionary(grouping: found, by: \.purl)
        packages = byPurl.keys.sorted().compactMap { purl in
            guard var package = byPurl[purl]?.first else { return nil }
            package.digests = Set(byPurl[purl]?.flatMap(\.digests) ?? []).sorted()
            return package
        }
    }

    /// Lines with their continuations joined, without comments and empty ones.
    private static func logicalLines(_ text: String) -> [Substring] {
        var lines: [String] = []
        var pending = ""
        for raw in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let isComment = raw.drop(while: \.isWhitespace).first == "#"
            let line = isComment ? "" : withoutComment(raw)
            if line.last == "\\" {
                pending += line.dropLast() + " "
            } else {
                lines.append(pending + line)
                pending = ""
            }
        }
        lines.append(pending)
        return lines.map { Substring($0.split(whereSeparator: \.isWhitespace).joined(separator: " ")) }
            .filter { !$0.isEmpty }
    }

    private static func withoutComment(_ line: Substring) -> String {
        var kept = ""
        for character in line {
            if character == "#", kept.last?.isWhitespace == true { break }
            kept.append(character)
        }
        while kept.last?.isWhitespace == true { kept.removeLast() }
        return kept
    }

    private static func percentEncoded(_ text: String) -> String {
        text.utf8.map { byte in
            let plain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            return plain || [45, 46, 95, 126].contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + Hex.encode([byte]).uppercased()
        }.joined()
    }
}

extension LockedPackages.Package {
    fileprivate init?(line: Substring) {
        let words = line.split(separator: " ")
        guard line.first != "-" else { return nil }
        let demand = words.prefix { !$0.hasPrefix("--") }.joined()
        let plain = demand.prefix { $0 != ";" }
        guard let equals = plain.firstRange(of: "==") else { return nil }
        let written = plain[..<equals.lowerBound].prefix { $0 != "[" }
        let version = plain[equals.upperBound...].drop { $0 == "=" }
        guard !written.isEmpty, !version.isEmpty, version.count <= 100, written.count <= 200,
            written.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }),
            version.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".+!-_".contains($0)) })
        else { return nil }
        name = written.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
        self.version = String(version)
        digests = words.compactMap { word in
            word.hasPrefix("--hash=sha256:") ? Digest(hex: String(word.dropFirst(14)).lowercased()) : nil
        }
        guard !name.isEmpty else { return nil }
    }
}
