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

    /// Two versions are proposed, the second in place of the first, and somebody merges it.
    static let proposed: Scenario = {
        var scenario = Scenario(
            name: "proposed",
            summary: "version 2 is proposed, version 3 takes its place, and somebody merges that request",
            commits: [
                Arrival(at: .seconds(0), files: files(endpoint: "  promotion: propose\n")),
                Arrival(at: .minutes(4), files: ["manifests/model.yaml": model("times", data: "february")]),
                Arrival(
                    at: .minutes(8), files: ["manifests/model.yaml": model("times", data: "february", parameter: "2")]),
            ])
        scenario.mergesAfter = .minutes(2)
        return scenario
    }()

    /// A version that cannot serve is promoted, taken back, and Git follows.
    static let takenBack = Scenario(
        name: "taken-back",
        summary: "version 2 promotes itself, fails at every start, version 1 serves on, and Writ's commit reverts the pin",
        commits: [
            Arrival(at: .seconds(0), files: files(endpoint: "  promotion: auto\n", serve: "[serve, first-only]")),
            Arrival(at: .minutes(6), files: ["manifests/model.yaml": model("times", data: "february")]),
        ])

    /// The same by way of requests.
    static let returned: Scenario = {
        var scenario = takenBack
        scenario.name = "returned"
        scenario.summary = "version 2 is merged, fails at every start, and somebody merges the way back"
        scenario.commits[0].files = files(endpoint: "  promotion: propose\n", serve: "[serve, first-only]")
        scenario.mergesAfter = .minutes(2)
        return scenario
    }()

    private static func files(endpoint extra: String, serve: String = "[serve]") -> [String: String?] {
        [
            "data/january.csv": "x\n1\n", "data/february.csv": "x\n2\n", "data/march.csv": "x\n3\n",
            "code/train.py": "train",
            "manifests/data.yaml": ["january", "february", "march"].map(dataset).joined(separator: "---\n"),
            "manifests/model.yaml": model("times", data: "january"),
            "manifests/endpoint.yaml": endpoint("times-live", model: "times", version: 1, replicas: 2)
                .replacing("[serve]", with: serve) + extra,
        ]
    }

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
