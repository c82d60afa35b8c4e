// Scenarios in which Writ commits by itself.
import WritVocabulary

extension Scenario {
    /// A newer version promotes itself, through a forge that answers late, twice or not at all.
    static let promotion = Scenario(
        name: "promotion", summary: "version 1 serves, version 2 passes its gates, and Writ's own commit pins it",
        commits: [
            Arrival(
                at: .seconds(0),
                files: [
                    "data/january.csv": "x\n1\n", "data/february.csv": "x\n2\n", "data/march.csv": "x\n3\n",
                    "code/train.py": "train",
                    "manifests/data.yaml": ["january", "february", "march"].map(dataset).joined(separator: "---\n"),
                    "manifests/model.yaml": model("times", data: "january"),
                    "manifests/endpoint.yaml": endpoint("times-live", model: "times", version: 1, replicas: 2)
                        + "  promotion: auto\n",
                ]),
            Arrival(at: .minutes(6), files: ["manifests/model.yaml": model("times", data: "february")]),
        ])

    /// Somebody pushes without a signature; what ran goes on until the commit is replaced by a signed one.
    static let unsigned = Scenario(
        name: "unsigned", summary: "a policy is in force, an unsigned commit is held and then replaced by a signed one",
        commits: [
            Arrival(
                at: .seconds(0),
                files: [
                    "data/january.csv": "x\n1\n", "data/february.csv": "x\n2\n", "data/march.csv": "x\n3\n",
                    "code/train.py": "train", "governance/signers": "alice@example.com\n",
                    "manifests/policy.yaml": signedOnly,
                    "manifests/data.yaml": ["january", "february", "march"].map(dataset).joined(separator: "---\n"),
                    "manifests/model.yaml": model("times", data: "january"),
                    "manifests/endpoint.yaml": endpoint("times-live", model: "times", version: 1, replicas: 1),
                ]),
            Arrival(
                at: .minutes(6),
                files: ["manifests/endpoint.yaml": endpoint("times-live", model: "times", version: 1, replicas: 3)]),
            Arrival(
                at: .minutes(9),
                files: ["manifests/endpoint.yaml": endpoint("times-live", model: "times", version: 1, replicas: 2)],
                signer: "alice@example.com", replaces: true),
            Arrival(
                at: .minutes(12), files: ["manifests/model.yaml": model("times", data: "february")],
                signer: "alice@example.com"),
        ])

    private static let signedOnly = """
        apiVersion: writ.dev/v1
        kind: Policy
        metadata: {name: signed}
        spec:
          repository: example.com/ml
          signers: governance/signers
          rules:
            - {name: all, signed: true}

        """
}
