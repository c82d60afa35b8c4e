// The smallest governed repository: rows and rules, and nothing that is trained.
import Foundation
import Testing

extension Workshop {
    /// Rows, signers and a policy with these rules. `operatorLines` go to the operator's file.
    @discardableResult
    func commitGovernedRows(_ rules: String, operatorLines: String = "") throws -> String {
        try beginGoverning(["alice", "bob", "mallory"])
        let file = folder.appending(path: "writ.yaml")
        let text = try String(contentsOf: file, encoding: .utf8)
        try Data((text + operatorLines).utf8).write(to: file)
        try commitRows()
        let signers = try [signer("alice"), signer("bob")]
        try write("governance/allowed_signers", signers.joined(separator: "\n") + "\n")
        try write(
            "manifests/policy.yaml",
            """
            apiVersion: writ.dev/v1
            kind: Policy
            metadata: {name: governance}
            spec:
              repository: example.com/ml/rows
              signers: governance/allowed_signers
              roles: {owner: [alice@example.com], risk: [bob@example.com]}
              rules:
            \(rules)
            """)
        return try commit("rows and rules", by: "alice")
    }

    func commitRows() throws {
        try write("data/one.csv", "x\n1\n2\n3\n")
        try write(
            "manifests/data-one.yaml",
            """
            apiVersion: writ.dev/v1
            kind: Dataset
            metadata: {name: one, owner: desk}
            spec:
              source: {path: data/one.csv}
              format: csv
              columns: [{name: x, type: number}]

            """)
    }

    /// Another owner of the rows, in a commit of alice's.
    @discardableResult
    func commitOwner(_ owner: String, push: Bool = true) throws -> String {
        let path = "manifests/data-one.yaml"
        let text = try String(contentsOf: folder.appending(path: "repository/\(path)"), encoding: .utf8)
        try write(path, text.replacing(/owner: [a-z]+/, with: "owner: \(owner)"))
        return try commit("owned by \(owner)", by: "alice", push: push)
    }

    /// `writ get source` now.
    var source: String { get throws { try writ("get", "source").text } }
}
