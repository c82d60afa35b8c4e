// Policy's rows of the schema: whose keys are whose, and who has which role. Rules have files of their own.
import WritVocabulary

extension Schema {
    private struct PolicyDraft: Sendable {
        var repository: String?
        var signers: RepositoryPath?
        var revoked: RepositoryPath?
        var keyring: RepositoryPath?
        var openPGP: [String: Person] = [:]
        var accounts: [String: Person] = [:]
        var roles: [String: [Person]] = [:]
        var rules: [Policy.Rule]?
        var waivers: [Policy.Waiver] = []
    }

    static let policySpec = Form<Policy>.object(
        PolicyDraft(), keyFields + peopleFields,
        rules: [.needs("openpgp", ["keyring"]), .needs("keyring", ["openpgp"])],
        finish: { reader, node, draft in
            PolicyCheck(roles: draft.roles, policy: node).run(&reader)
            guard let repository = draft.repository, let rules = draft.rules else { return nil }
            return Policy(
                repository: repository, signers: draft.signers, revoked: draft.revoked, keyring: draft.keyring,
                openPGP: draft.openPGP, accounts: draft.accounts, roles: draft.roles.mapValues { Set($0) },
                rules: rules, waivers: draft.waivers)
        })

    private static let keyFields: [Field<PolicyDraft>] = [
        .required(
            "repository", .text(.repository),
            "What approvals call this repository, so that none counts in another one: `example.com/ml/models`."
        ) { $0.repository = $1 },
        .optional(
            "signers", .repositoryPath,
            "OpenSSH's `allowed_signers`, a file of the repository: which key is whose, and since when."
        ) { $0.signers = $1 },
        .optional("revoked", .repositoryPath, "A file of public keys that count no more, one a line.") {
            $0.revoked = $1
        },
        .optional("keyring", .repositoryPath, "A binary OpenPGP keyring of the repository.") { $0.keyring = $1 },
        .optional(
            "openpgp", .map(.fingerprint, .person, count: 1...Limits.keys),
            "Whose OpenPGP keys are in the keyring: fingerprint and person."
        ) { $0.openPGP = $1 },
    ]

    private static let peopleFields: [Field<PolicyDraft>] = [
        .optional(
            "accounts", .map(.account, .person, count: 1...Limits.keys),
            "Whose accounts of the forge are meant where a rule counts its reviews: account and person."
        ) { $0.accounts = $1 },
        .optional(
            "roles", .map(.name, .set(.person, count: 1...Limits.peoplePerRole), count: 1...Limits.roles),
            "Who has which role. Roles are known within their policy."
        ) { $0.roles = $1 },
        .required(
            "rules", .list(policyRule, count: 1...Limits.rules),
            "A change must meet every rule that covers it. What no rule of any policy covers is refused."
        ) { $0.rules = $1 },
        .optional(
            "waivers", .list(policyWaiver, count: 1...Limits.waivers),
            "Versions that may serve although loading their files can run code that is in them, each until its day. "
                + "They count for the rules of this policy, from the change after the one that brings them."
        ) { $0.waivers = $1 },
    ]
}
