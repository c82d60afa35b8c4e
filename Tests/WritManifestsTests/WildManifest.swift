// Manifest files as people leave them: odd spacing, comments that look like fields, quotes, several documents.
import WritVocabulary

@testable import WritManifests

/// One file and where the pin of its Endpoint `flights` stands, so that both what is and what shall be can be written.
struct WildManifest {
    enum Piece {
        case text(String)
        case version
        case digest
        /// Where entries that are missing belong; in block style on lines of their own.
        case added(margin: String, quote: String, isFlow: Bool)
    }

    private(set) var pieces: [Piece] = []
    let hasVersion: Bool
    let hasDigest: Bool
    let lineEnd: String
    private var random: SplitMix

    static let oldDigest = "sha256:" + String(repeating: "0123456789abcdef", count: 4)
    static let newDigest = "sha256:" + String(repeating: "fedcba9876543210", count: 4)

    init(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let version = random.below(8) != 0
        hasVersion = version
        hasDigest = version && random.below(3) != 0
        lineEnd = random.below(4) == 0 ? "\r\n" : "\n"
        self.random = random
        write()
    }

    /// The file's text with these values; what it lacks is added where `adding` says so.
    func text(version: Int, digest: String, adding: Bool) -> String {
        var text = ""
        for piece in pieces {
            switch piece {
            case .text(let more): text += more
            case .version: text += "\(version)"
            case .digest: text += digest
            case .added(let margin, let quote, let isFlow) where adding:
                var entries: [String] = []
                if !hasVersion { entries.append("\(quote)version\(quote): \(version)") }
                if !hasDigest { entries.append("\(quote)digest\(quote): \(quote)\(digest)\(quote)") }
                for entry in entries {
                    // In bytes: a carriage return and a line feed are one character.
                    let isOpen = text.utf8.last != UInt8(ascii: "\n")
                    text += isFlow ? ", \(entry)" : isOpen ? lineEnd + margin + entry : margin + entry + lineEnd
                }
            case .added: break
            }
        }
        return text
    }

    // MARK: The file

    private mutating func write() {
        if random.below(6) == 0 { say("\u{FEFF}") }
        filler()
        if random.below(2) == 0 { line("---" + comment) }
        for _ in 0..<random.below(3) {
            other()
            separator()
        }
        endpoint()
        for _ in 0..<random.below(3) {
            separator()
            other()
        }
        if random.below(3) == 0 { openLastLine() }
    }

    /// A file may end without ending its last line.
    private mutating func openLastLine() {
        let last = pieces.lastIndex { if case .text = $0 { true } else { false } }
        guard let last, case .text(let text) = pieces[last], text.hasSuffix(lineEnd) else { return }
        pieces[last] = .text(String(text.dropLast()))
    }

    private mutating func endpoint() {
        if random.below(6) == 0 { return flowEndpoint() }
        var parts = [["apiVersion: writ.dev/v1"], ["kind: Endpoint"], metadata]
        shuffle(&parts)
        let place = random.below(parts.count + 1)
        for (index, part) in parts.enumerated() {
            if index == place { spec() }
            for text in part { line(text) }
        }
        if place == parts.count { spec() }
    }

    private var metadata: [String] {
        mutating get {
            [
                ["metadata: {name: flights, labels: {version: \"7\", digest: '\(Self.oldDigest)'}} "],
                ["metadata:", "    name:   \"flights\"", "    owner: 'Zoë & 運行 😀'"],
                ["\"metadata\":", " name: flights", " labels:", "   version: 'version: 3'"],
            ][random.below(3)]
        }
    }

    private mutating func spec() {
        if random.below(4) == 0 { return flowSpec() }
        let margin = String(repeating: " ", count: 1 + random.below(6))
        line("spec:" + comment)
        filler()
        // What is added has the looks of the entry it follows.
        var entries = blockEntries(margin)
        shuffle(&entries)
        for entry in entries {
            pieces += entry
            if !WildManifest.endsInBlockScalar(entry) { filler() }
        }
    }

    /// What follows one and is indented belongs to it, comments included.
    private static func endsInBlockScalar(_ entry: [Piece]) -> Bool {
        guard case .text(let text)? = entry.first else { return false }
        return text.contains(">-") || text.contains("|-") || text.contains("|2-")
    }

    private mutating func blockEntries(_ margin: String) -> [[Piece]] {
        var entries: [[Piece]] = [
            [.text(margin + "runtime: {command: [python, serve.py, \"version: 9\"]}" + comment + lineEnd)],
            [.text(margin + "replicas: 2" + comment + lineEnd)],
            [
                .text(margin + "rollout:" + lineEnd + margin + "  strategy: blueGreen" + comment + lineEnd),
                .text(margin + "  drain: 5s" + lineEnd),
            ],
        ]
        let hasDigestFirst = random.below(2) == 0
        entries.insert(modelEntry(margin), at: random.below(entries.count + 1))
        if hasVersion {
            entries.insert(versionEntry(margin), at: hasDigestFirst ? entries.count : 0)
        }
        if hasDigest { entries.insert(digestEntry(margin), at: random.below(entries.count + 1)) }
        return entries
    }

    private mutating func modelEntry(_ margin: String) -> [Piece] {
        let quote = ["", "\"", "'"][random.below(3)]
        let value = [
            "flight-time", "\"flight-time\"", "'flight-time'", ">-\(lineEnd)\(margin)  flight-time",
            "\"flight\\x2dtime\"",
        ][random.below(5)]
        let end = value.hasPrefix(">") ? lineEnd : comment + lineEnd
        let entry = [Piece.text("\(margin)\(quote)model\(quote):\(gap)\(value)\(end)")]
        return hasVersion ? entry : entry + [.added(margin: margin, quote: quote, isFlow: false)]
    }

    private mutating func versionEntry(_ margin: String) -> [Piece] {
        let quote = ["", "", "\"", "'"][random.below(4)]
        let key: String
        switch random.below(8) {
        case 0: key = "\(margin)? \(quote)version\(quote)\(lineEnd)\(margin):\(gap)"
        case 1: key = "\(margin)\(quote)version\(quote):\(comment)\(lineEnd)\(margin)   "
        default: key = "\(margin)\(quote)version\(quote)\(random.below(5) == 0 ? " " : ""):\(gap)"
        }
        let entry: [Piece] = [.text(key), .version, .text(comment + lineEnd)]
        return hasDigest ? entry : entry + [.added(margin: margin, quote: quote, isFlow: false)]
    }

    private mutating func digestEntry(_ margin: String) -> [Piece] {
        let quote = ["", "\"", "'"][random.below(3)]
        switch random.below(6) {
        case 0:
            let mark = [">-", "|-", "|2-"][random.below(3)] + " # \(Self.oldDigest)"
            let inner = margin + "  "
            return [.text("\(margin)digest:\(gap)\(mark)\(lineEnd)\(inner)"), .digest, .text(lineEnd)]
        case 1:
            return [.text("\(margin)digest:\(lineEnd)\(margin)  \(quote)"), .digest, .text(quote + comment + lineEnd)]
        default: return [.text("\(margin)digest:\(gap)\(quote)"), .digest, .text(quote + comment + lineEnd)]
        }
    }

    // MARK: Flow style

    private mutating func flowEndpoint() {
        say("{apiVersion: writ.dev/v1,\(gap)kind: Endpoint, metadata: {name: flights},\(lineEnd) ")
        flowSpec(isNested: true)
        say("}\(lineEnd)")
    }

    private mutating func flowSpec(isNested: Bool = false) {
        let quote = ["", "\"", "'"][random.below(3)]
        var entries: [[Piece]] = [
            [.text("runtime: {command: [\"./serve\"]}")], [.text("\(quote)replicas\(quote): 1")],
        ]
        var model: [Piece] = [.text("\(quote)model\(quote):\(gap)flight-time")]
        let added = Piece.added(margin: "", quote: quote, isFlow: true)
        if !hasVersion { model.append(added) }
        entries.append(model)
        if hasVersion {
            var version: [Piece] = [.text("\(quote)version\(quote):\(gap)"), .version]
            if !hasDigest { version.append(added) }
            entries.append(version)
        }
        if hasDigest { entries.append([.text("\(quote)digest\(quote): \(quote)"), .digest, .text(quote)]) }
        shuffle(&entries)
        say("spec: {")
        for (index, entry) in entries.enumerated() {
            if index > 0 { say(random.below(3) == 0 ? ",\(comment)\(lineEnd)    " : ", ") }
            pieces += entry
        }
        say(random.below(2) == 0 ? "}" : " \(lineEnd) }")
        if !isNested { say(comment + lineEnd) }
    }

    // MARK: Around it

    private mutating func other() {
        let text = [
            Fixtures.dataset, Fixtures.model, Fixtures.policy,
            Fixtures.endpoint.replacing("name: flights", with: "name: other"),
            Fixtures.dataset.replacing("flights-january", with: "flights"),
        ][random.below(5)]
        for part in text.split(separator: "\n") { line(String(part)) }
        filler()
    }

    private mutating func separator() {
        if random.below(5) == 0 { line("...") }
        line("---" + comment)
        filler()
    }

    /// Empty lines and comments that look like what the editor looks for.
    private mutating func filler() {
        for _ in 0..<random.below(3) {
            line(
                ["", "# version: 7", "      # digest: \(Self.oldDigest)", "#", "  ", "# Größe 運行 {version: 7}"][
                    random.below(6)])
        }
    }

    private var comment: String {
        mutating get { ["", "", "  ", " # version: 7, digest: é", "\t# 😀"][random.below(5)] }
    }

    private var gap: String { mutating get { String(repeating: " ", count: 1 + random.below(3)) } }
    private mutating func line(_ text: String) { say(text + lineEnd) }
    private mutating func say(_ text: String) { pieces.append(.text(text)) }

    private mutating func shuffle<Element>(_ elements: inout [Element]) {
        for index in elements.indices.dropFirst() { elements.swapAt(index, random.below(index + 1)) }
    }
}
