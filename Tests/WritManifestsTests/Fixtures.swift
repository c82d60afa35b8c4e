// Manifests the tests begin from, and short ways to decode them.
import WritVocabulary

@testable import WritManifests

enum Fixtures {
    static let dataset = """
        apiVersion: writ.dev/v1
        kind: Dataset
        metadata:
          name: flights-january
        spec:
          source:
            path: data/january.csv
          format: csv
          columns:
            - {name: distance, type: integer, minimum: 1, maximum: 6000}
            - {name: carrier, type: string, values: [UA, AA, 9E]}
            - {name: air_time, type: number, maximumNullFraction: 0.05}
            - {name: id, type: string, unique: true, nullable: false}
          expectations:
            rows: {minimum: 1000, maximum: 1000000}
            additionalColumns: refuse

        """

    static let model = """
        apiVersion: writ.dev/v1
        kind: Model
        metadata:
          name: flight-time
          owner: team-flights
          labels: {area: operations}
        spec:
          training:
            code: {path: models/flight-time}
            command: [python, train.py, --epochs, "10"]
            environment: {python: "3.11", requirements: models/flight-time/requirements.lock}
            datasets: {train: flights-january}
            parameters: {depth: 6, rate: 0.1, loss: squared, early: true}
            sweep:
              grid: {leaves: [15, 31]}
              objective: {metric: mae, goal: minimize}
              parallel: 2
            seed: 42
            resources: {cpu: 500m, memory: 4Gi}
            timeout: 30m
            retries: 1
          evaluation:
            code: {path: models/flight-time}
            command: [python, evaluate.py]
            datasets: {holdout: flights-holdout}
            gates:
              - {metric: mae, maximum: 12, noWorseThanChampion: {goal: minimize, margin: 0.5}}
              - {metric: r2, minimum: 0.8}
          card:
            intendedUse: Planning of crews.
            riskTier: low

        """

    static let endpoint = """
        apiVersion: writ.dev/v1
        kind: Endpoint
        metadata:
          name: flights
        spec:
          model: flight-time
          version: 3
          digest: sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
          runtime:
            command: [python, serve.py]
            code: {path: models/flight-time}
            environment: {python: "3.11", requirements: models/flight-time/requirements.lock}
            health: {path: /ready, timeout: 60s}
          replicas: 2
          rollout: {strategy: blueGreen, drain: 5s}
          promotion: manual

        """

    static let holdout = """
        apiVersion: writ.dev/v1
        kind: Dataset
        metadata: {name: flights-holdout}
        spec:
          source:
            command:
              code: {path: data}
              argv: [python, holdout.py]
              environment: {python: "3.11", requirements: data/requirements.lock}
              output: holdout.csv
              network: true
              timeout: 10m
              resources: {cpu: 0.5, memory: 512Mi}
          format: jsonl

        """

    static let policy = """
        apiVersion: writ.dev/v1
        kind: Policy
        metadata: {name: governance}
        spec:
          repository: example.com/ml/models
          signers: governance/allowed_signers
          revoked: governance/revoked_keys
          keyring: governance/keyring.gpg
          openpgp: {"0123456789ABCDEF0123456789ABCDEF01234567": alice@example.com}
          accounts: {alice-gh: alice@example.com}
          roles:
            risk: [alice@example.com, bob@example.com, carol@example.com]
            oncall: [carol@example.com]
          rules:
            - name: endpoints
              paths: ["manifests/endpoints/**"]
              kinds: [Endpoint]
              tiers: [high]
              authors: [risk]
              approvals: [{count: 2, role: risk, reviews: true}]
              evidence: {gates: [mae], card: [intendedUse, limits], sandboxed: true, attested: true, sampleSize: 1000}
              windows:
                - freeze: {from: "2026-12-20T00:00:00Z", until: "2027-01-03T00:00:00Z", reason: year end}
                - maintenance: {days: [Mon, Sun], from: "22:00", until: "04:30"}
              breakGlass: {role: oncall, longest: 4h}
              engine: opa
            - {name: rest, signed: false}

        """

    static let all = [dataset, model, endpoint, holdout].joined(separator: "---\n")
}

func repositoryPath(_ text: String) -> RepositoryPath {
    guard let path = RepositoryPath(text) else { preconditionFailure("\(text) is not a repository path") }
    return path
}

func resourceName(_ text: String) -> ResourceName {
    guard let name = ResourceName(text) else { preconditionFailure("\(text) is not a resource name") }
    return name
}

func decode(_ text: String) -> DecodedManifest { decode(Array(text.utf8)) }

func decode(_ bytes: [UInt8]) -> DecodedManifest {
    ManifestDecoder.decode(path: repositoryPath("models/flights.yaml"), bytes: bytes)
}

/// What a user sees.
func rendered(_ text: String) -> String { decode(text).diagnostics.map(\.rendered).joined(separator: "\n\n") }
