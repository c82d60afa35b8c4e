// What an attacker who may push can do to approvals: they lie in Git like anything else.
import Foundation
import Testing

extension Workshop {
    /// The newest approval at the remote that holds the words: its path and its text.
    func approval(holding words: String) throws -> (path: String, text: String) {
        try git("fetch", "-q", "origin", "+refs/writ/approvals:refs/writ/seen")
        let listed = try git("ls-tree", "-r", "--name-only", "refs/writ/seen").text
        for path in listed.split(separator: "\n").map(String.init) where path.hasSuffix(".json") {
            let text = try git("show", "refs/writ/seen:\(path)").text
            if text.contains(words) { return (path, text) }
        }
        Issue.record("no approval holds \(words): \(listed)")
        throw Gone()
    }

    /// Puts a statement where Writ looks for one, with the signature of another or with a fresh one by somebody's key.
    func plant(_ text: String, signatureOf path: String? = nil, signedBy key: String? = nil) throws {
        let file = folder.appending(path: "planted.json").path
        try Data(text.utf8).write(to: URL(filePath: file))
        let signature = file + ".sig"
        if let path {
            let old = try git("show", "refs/writ/seen:\(path.dropLast(5)).sig").text
            try Data(old.utf8).write(to: URL(filePath: signature))
        } else if let key {
            try? FileManager.default.removeItem(atPath: signature)
            try run(
                "/usr/bin/ssh-keygen", ["-q", "-Y", "sign", "-n", "writ-approval", "-f", self.path("\(key).key"), file]
            ).expectSuccess()
        }
        let digest = try run("/usr/bin/sha256sum", [file]).text.prefix(64)
        let stem = try "\(field("base", of: text))/\(field("tree", of: text))/\(digest)"
        try push([(stem + ".json", file), (stem + ".sig", signature)])
    }

    private func field(_ name: String, of text: String) throws -> String {
        let found = try text.firstMatch(of: Regex("\"\(name)\":\"([0-9a-f]{40})\""))
        return String(try #require(found?.output[1].substring))
    }

    private func push(_ files: [(String, String)]) throws {
        let index = folder.appending(path: "planted.index").path
        let (program, repository) = ("/usr/bin/env", path("repository"))
        func git(_ arguments: String...) throws -> String {
            let output = try run(program, ["GIT_INDEX_FILE=\(index)", "git", "-C", repository] + arguments)
            try output.expectSuccess()
            return output.text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        _ = try git("read-tree", "refs/writ/seen")
        for (path, file) in files {
            let blob = try git("hash-object", "-w", file)
            _ = try git("update-index", "--add", "--cacheinfo", "100644,\(blob),\(path)")
        }
        let commit = try git("commit-tree", "-p", "refs/writ/seen", "-m", "planted", git("write-tree"))
        _ = try git("push", "-q", "origin", "\(commit):refs/writ/approvals")
    }
}
