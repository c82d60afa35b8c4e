// Approvals as they lie in Git: `<base>/<tree>/<digest>.json` with the signature beside it in `.sig`.
import CLibGit2
import WritSignatures
import WritVocabulary

/// One approval as it was read: the statement, the bytes that are signed, and the armored signature.
struct StoredApproval {
    var statement: ApprovalStatement
    var bytes: [UInt8]
    var signature: [UInt8]
    /// Why it does not count whatever its signature says.
    var fault: String?

    /// Where an approval is kept. The digest is that of the bytes.
    static func place(
        _ statement: ApprovalStatement, _ bytes: [UInt8]
    ) -> (statement: RepositoryPath, signature: RepositoryPath)? {
        let stem = "\(statement.base)/\(statement.tree)/\(Digest(of: bytes).hex)"
        guard let statement = RepositoryPath(stem + ".json"), let signature = RepositoryPath(stem + ".sig") else {
            return nil
        }
        return (statement, signature)
    }

    /// Reads a statement. nil when it is none, or not the one text that its content has: two readers of another
    /// text might see two statements.
    static func read(_ bytes: [UInt8]) -> ApprovalStatement? {
        guard let statement = try? Canonical.decode(ApprovalStatement.self, from: bytes),
            let again = try? Canonical.encode(statement), again.elementsEqual(bytes), statement.format == 1
        else { return nil }
        return statement
    }

    func judged(by trust: SignatureTrust, now: Timestamp) -> Approval {
        if let fault { return Approval(statement: statement, authenticity: .refused(reason: fault)) }
        let authenticity = trust.authenticity(
            of: bytes, signature: signature, namespace: ApprovalStatement.namespace, at: [statement.signedAt, now])
        if case .signed(let person, let key) = authenticity, person != statement.person {
            let reason = "\(person) signed it, with the key \(key)"
            return Approval(statement: statement, authenticity: .refused(reason: reason))
        }
        return Approval(statement: statement, authenticity: authenticity)
    }
}

/// What lies under one base.
struct ApprovalFolder {
    private(set) var approvals: [StoredApproval] = []
    /// Sentences on what was passed over.
    private(set) var complaints: [String] = []
    private let base: RevisionID

    /// Reads the approvals of a base from the mirror's, or the clone's, own copy of the reference.
    init(of base: RevisionID, in repository: Repository, limits: SourceLimits) throws {
        self.base = base
        guard let tip = try repository.target(of: ApprovalStatement.reference) else { return }
        let root = try repository.rootTree(of: tip)
        guard let folder = try repository.entries(of: root).first(where: { $0.name == base.text && $0.isFolder })?.id
        else { return }
        var count = 0
        for tree in try repository.entries(of: folder) where tree.isFolder {
            let entries = try repository.entries(of: tree.id)
            let signatures = Dictionary(
                entries.filter { $0.isFile && $0.name.hasSuffix(".sig") }.map { ($0.name, $0.id) },
                uniquingKeysWith: { $1 })
            for entry in entries where entry.isFile && entry.name.hasSuffix(".json") {
                count += 1
                guard count <= limits.approvalsMaximum else {
                    complaints.append(
                        "There are more than \(limits.approvalsMaximum) approvals of \(base); the rest do not count.")
                    return
                }
                let stem = String(entry.name.dropLast(".json".count))
                try add(stem, tree.name, entry.id, signatures[stem + ".sig"], repository, limits)
            }
        }
    }

    private mutating func add(
        _ stem: String, _ tree: String, _ statement: ObjectID, _ signature: ObjectID?, _ repository: Repository,
        _ limits: SourceLimits
    ) throws {
        let name = Redaction.printable("\(base)/\(tree)/\(stem)")
        guard try repository.header(statement).size <= limits.approvalBytesMaximum else {
            complaints.append(
                "The approval \(name) is larger than \(limits.approvalBytesMaximum) bytes and is passed over.")
            return
        }
        let bytes = try repository.withBlob(statement) { Array($0) }
        guard let read = StoredApproval.read(bytes) else {
            complaints.append("The approval \(name) is no statement in canonical JSON and is passed over.")
            return
        }
        var stored = StoredApproval(statement: read, bytes: bytes, signature: [])
        if read.base != base || read.tree.text != tree || Digest(of: bytes).hex != stem {
            stored.fault = "\(name) is of another base or tree, or of other content, than its name says"
        } else if let signature, try repository.header(signature).size <= limits.approvalSignatureBytesMaximum {
            stored.signature = try repository.withBlob(signature) { Array($0) }
        } else {
            let most = limits.approvalSignatureBytesMaximum
            stored.fault = "\(name) has no signature beside it, or one of more than \(most) bytes"
        }
        approvals.append(stored)
    }
}

extension Repository {
    struct NamedEntry {
        var name: String
        var id: ObjectID
        var isFolder: Bool
        var isFile: Bool
    }

    /// The entries of one folder whose names are UTF-8, in Git's order.
    func entries(of tree: ObjectID) throws -> [NamedEntry] {
        let tree = try self.tree(tree)
        return (0..<git_tree_entrycount(tree.pointer)).compactMap { index in
            guard let entry = git_tree_entry_byindex(tree.pointer, index).map({ TreeEntry($0) }),
                let name = String(validating: entry.name, as: UTF8.self)
            else { return nil }
            return NamedEntry(name: name, id: entry.id, isFolder: entry.isFolder, isFile: entry.form.isFile)
        }
    }
}
