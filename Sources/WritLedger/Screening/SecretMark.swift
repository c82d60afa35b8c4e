// Tokens that say whose they are by how they begin, as their issuers document them.

struct SecretMark {
    var prefix: StaticString
    /// Characters after the prefix.
    var rest: Int
    var likeness: String
    /// Whether there may be more of them.
    var isLoose = true
    /// Whether it goes on behind dots, and has at least two of them.
    var goesOn = false

    static let all: [SecretMark] = [
        SecretMark(prefix: "AKIA", rest: 16, likeness: "an AWS access key", isLoose: false),
        SecretMark(prefix: "ASIA", rest: 16, likeness: "an AWS access key", isLoose: false),
        SecretMark(prefix: "ghp_", rest: 30, likeness: "a GitHub token"),
        SecretMark(prefix: "gho_", rest: 30, likeness: "a GitHub token"),
        SecretMark(prefix: "ghu_", rest: 30, likeness: "a GitHub token"),
        SecretMark(prefix: "ghs_", rest: 30, likeness: "a GitHub token"),
        SecretMark(prefix: "ghr_", rest: 30, likeness: "a GitHub token"),
        SecretMark(prefix: "github_pat_", rest: 22, likeness: "a GitHub token"),
        SecretMark(prefix: "glpat-", rest: 20, likeness: "a GitLab token"),
        SecretMark(prefix: "gldt-", rest: 20, likeness: "a GitLab token"),
        SecretMark(prefix: "glrt-", rest: 20, likeness: "a GitLab token"),
        SecretMark(prefix: "glcbt-", rest: 20, likeness: "a GitLab token"),
        SecretMark(prefix: "xoxb-", rest: 10, likeness: "a Slack token"),
        SecretMark(prefix: "xoxp-", rest: 10, likeness: "a Slack token"),
        SecretMark(prefix: "xoxa-", rest: 10, likeness: "a Slack token"),
        SecretMark(prefix: "xoxr-", rest: 10, likeness: "a Slack token"),
        SecretMark(prefix: "xoxs-", rest: 10, likeness: "a Slack token"),
        SecretMark(prefix: "AIza", rest: 35, likeness: "a Google key"),
        SecretMark(prefix: "GOCSPX-", rest: 20, likeness: "a Google client secret"),
        SecretMark(prefix: "sk_live_", rest: 16, likeness: "a Stripe key"),
        SecretMark(prefix: "sk_test_", rest: 16, likeness: "a Stripe key"),
        SecretMark(prefix: "rk_live_", rest: 16, likeness: "a Stripe key"),
        SecretMark(prefix: "rk_test_", rest: 16, likeness: "a Stripe key"),
        SecretMark(prefix: "whsec_", rest: 20, likeness: "a Stripe key"),
        SecretMark(prefix: "hf_", rest: 30, likeness: "a Hugging Face token"),
        SecretMark(prefix: "npm_", rest: 36, likeness: "an npm token", isLoose: false),
        SecretMark(prefix: "pypi-AgEI", rest: 30, likeness: "a PyPI token"),
        SecretMark(prefix: "eyJ", rest: 20, likeness: "a JSON Web Token", goesOn: true),
    ]
}
