// Runs the verifier of `examples/` over many files in one process, and the one written in Swift beside it.
import Foundation
import Testing

@testable import WritAudit

enum CapsuleVerifier {
    static let script = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../../examples/verify_capsule.py").standardized.path

    /// What `main` said of a file.
    struct Answer {
        var text: String
        var code: Int

        /// The names of the parts whose lines begin with the word.
        func parts(_ verdict: String) -> Set<String> {
            let lines = text.split(separator: "\n").filter { $0.hasPrefix("\(verdict) ") }.map { $0.dropFirst(5) }
            return Set(lines.map { line in String(line.firstRange(of: ": ").map { line[..<$0.lowerBound] } ?? line) })
        }
    }

    /// Output and exit code of `main` for each file, from one Python process.
    static func check(_ files: [[UInt8]], _ fixture: CapsuleFixture, words: [String] = []) throws -> [Answer] {
        let driver = """
            import sys, json, io, contextlib
            sys.path.insert(0, sys.argv[1])
            import verify_capsule as v
            for path in sys.argv[3:]:
                v.lines.clear()
                v.reasons.clear()
                out = io.StringIO()
                with contextlib.redirect_stdout(out): code = v.main([path] + json.loads(sys.argv[2]))
                print(json.dumps([out.getvalue(), code]))
            """
        var paths: [String] = []
        for (number, bytes) in files.enumerated() {
            try fixture.write(bytes, to: "cases/\(number).writ-audit")
            paths.append("cases/\(number).writ-audit")
        }
        let folder = (script as NSString).deletingLastPathComponent
        let options = String(decoding: try JSONEncoder().encode(words), as: UTF8.self)
        let answer = try fixture.run("python3", ["-c", driver, folder, options] + paths)
        return try answer.output.split(separator: UInt8(ascii: "\n")).map { line in
            let parts = try JSONSerialization.jsonObject(with: Data(line)) as? [Any]
            return Answer(text: parts?[0] as? String ?? "", code: parts?[1] as? Int ?? -1)
        }
    }
}

/// One capsule that was changed, and the part that must be named.
struct CapsuleCase {
    var name: String
    var part: String
    var bytes: [UInt8]

    init(_ name: String, names part: String, _ bytes: [UInt8]) {
        self.name = name
        self.part = part
        self.bytes = bytes
    }

    init(_ name: String, names part: String, _ capsule: AuditCapsule, _ change: (inout AuditCapsule) throws -> Void)
        throws
    {
        var capsule = capsule
        try change(&capsule)
        self.init(name, names: part, try capsule.encoded())
    }
}

extension CapsuleCheck {
    func parts(_ verdict: Verdict) -> Set<String> { Set(findings.filter { $0.verdict == verdict }.map(\.part)) }
}

/// Both checks over all cases: both find something wrong, and name the same parts, that one among them.
func expectFound(_ cases: [CapsuleCase], _ fixture: CapsuleFixture) async throws {
    let answers = try CapsuleVerifier.check(cases.map(\.bytes), fixture)
    for (one, answer) in zip(cases, answers) {
        let ours = await CapsuleCheck(one.bytes)
        #expect(!ours.isSound, "\(one.name): nothing found\n\(ours.text)")
        #expect(answer.code == 1, "\(one.name): the script found nothing\n\(answer.text)")
        let named = ours.parts(.wrong)
        #expect(named.contains { $0.hasPrefix(one.part) }, "\(one.name): named \(named)")
        #expect(answer.parts("FAIL") == named, "\(one.name)\n\(answer.text)")
    }
}
