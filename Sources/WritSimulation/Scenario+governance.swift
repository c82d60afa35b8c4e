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
}
