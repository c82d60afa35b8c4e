// Which forge a webhook comes from, and by which headers it proves it.

/// The forge whose webhooks are listened to. Headers as each documents them:
/// docs.github.com "Validating webhook deliveries", docs.gitlab.com "Webhooks", docs.gitea.com "Webhooks".
public enum WebhookKind: String, Codable, Hashable, Sendable, CaseIterable {
    case github, gitlab
    /// Forgejo too.
    case gitea

    public var path: String { "/webhooks/\(rawValue)" }

    /// Headers any of which may hold the proof.
    var proofHeaders: [String] {
        switch self {
        case .github: ["x-hub-signature-256"]
        case .gitlab: ["x-gitlab-token"]
        case .gitea: ["x-gitea-signature", "x-forgejo-signature"]
        }
    }

    /// Headers any of which may name the delivery.
    var deliveryHeaders: [String] {
        switch self {
        case .github: ["x-github-delivery"]
        case .gitlab: ["idempotency-key", "x-gitlab-event-uuid"]
        case .gitea: ["x-gitea-delivery", "x-forgejo-delivery"]
        }
    }
}
