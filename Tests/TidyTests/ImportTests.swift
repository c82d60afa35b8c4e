// The walls of the house: which room may see which.
import Testing

struct ImportTests {
    /// Ours that each target may import, as in the architecture's table. A wall moves only with a decision record.
    static let allowed: [String: Set<String>] = [
        "WritVocabulary": [],
        "WritManifests": ["WritVocabulary", "CLibYAML"],
        "WritPlanner": ["WritVocabulary"],
        "WritBackends": ["WritVocabulary"],
        "WritLedger": ["WritVocabulary", "CLinux"],
        "WritSignatures": ["WritVocabulary"],
        "WritArtefacts": ["WritVocabulary"],
        "WritAttestations": ["WritVocabulary", "WritBackends"],
        "WritAudit": ["WritVocabulary", "WritPlanner", "WritLedger", "WritAttestations", "WritSignatures"],
        "WritSource": ["WritVocabulary", "WritBackends", "WritSignatures", "CLibGit2"],
        "WritExecutor": ["WritVocabulary", "WritBackends", "WritLedger"],
        "WritGateway": ["WritVocabulary"],
        "WritController": [
            "WritVocabulary", "WritManifests", "WritPlanner", "WritExecutor", "WritBackends", "WritLedger",
        ],
        "WritDrivers": ["WritVocabulary", "WritArtefacts", "WritBackends", "CLinux"],
        "WritServer": ["WritVocabulary", "WritLedger"],
        "WritSimulation": [
            "WritVocabulary", "WritBackends", "WritController", "WritPlanner", "WritExecutor", "WritLedger",
        ],
    ]

    @Test("every room imports only what the design allows", arguments: allowed.keys.sorted())
    func imports(room: String) {
        let files = SourceFile.all(under: "Sources/\(room)")
        #expect(!files.isEmpty)
        for file in files {
            for (number, line) in file.code {
                let words = line.split(separator: " ")
                guard let position = words.firstIndex(of: "import"), position + 1 < words.count else { continue }
                let module = String(words[position + 1])
                guard module.hasPrefix("Writ") || module.hasPrefix("CLib") || module == "CLinux" else { continue }
                #expect(Self.allowed[room, default: []].contains(module), "\(file.path):\(number) imports \(module)")
            }
        }
    }

    @Test("every folder of Sources is a room of the design, the program, or a system library")
    func rooms() {
        let known = Set(Self.allowed.keys).union(["writ", "CLibGit2", "CLibYAML", "CLinux"])
        let found = Set(SourceFile.all(under: "Sources").map { String($0.path.split(separator: "/")[1]) })
        #expect(found.subtracting(known).isEmpty)
    }
}
