// What `writ init` writes: the smallest repository that trains, judges and serves.

enum Starter {
    /// Path to text, in the order a reader would open them.
    static let files: [(String, String)] = [
        ("manifests/points.yaml", datasets), ("manifests/line.yaml", model), ("manifests/endpoint.yaml", endpoint),
        ("data/points.csv", points(from: 0, to: 40)), ("data/holdout.csv", points(from: 40, to: 50)),
        ("training/train.py", train), ("training/evaluate.py", evaluate), ("serving/serve.py", serve),
        ("writ.yaml", operatorFile),
        (".gitignore", "# Writ's own data and the operator's file are not the repository's.\ndata-writ/\nwrit.yaml\n"),
    ]

    /// y = 3x + 2, with a wobble that is the same every time.
    private static func points(from first: Int, to end: Int) -> String {
        "x,y\n" + (first..<end).map { "\($0),\(3 * $0 + 2 + ($0 * 7 % 3 - 1))\n" }.joined()
    }

    private static let datasets = """
        # A Dataset is a named source of rows and what they must look like. `writ explain Dataset` has every field.
        apiVersion: writ.dev/v1
        kind: Dataset
        metadata:
          name: points
        spec:
          source: {path: data/points.csv}
          format: csv
          columns:
            - {name: x, type: integer}
            - {name: y, type: number}
          expectations:
            rows: {minimum: 10}
        ---
        apiVersion: writ.dev/v1
        kind: Dataset
        metadata:
          name: holdout
        spec:
          source: {path: data/holdout.csv}
          format: csv
          columns:
            - {name: x, type: integer}
            - {name: y, type: number}

        """

    private static let model = """
        # A Model is a line of versions: how one is trained, and what judges it on data it was never given.
        apiVersion: writ.dev/v1
        kind: Model
        metadata:
          name: line
        spec:
          training:
            code: {path: training}
            command: [python3, train.py]
            datasets: {points: points}
            # Add `environment: {python: "3.11", requirements: training/requirements.lock}` for packages.
            timeout: 5m
          evaluation:
            code: {path: training}
            command: [python3, evaluate.py]
            datasets: {holdout: holdout}
            timeout: 5m
            gates:
              - {metric: mae, maximum: 2}

        """

    private static let endpoint = """
        # An Endpoint serves the version it pins. Change the number and commit: traffic moves when the new one is ready.
        apiVersion: writ.dev/v1
        kind: Endpoint
        metadata:
          name: line
        spec:
          model: line
          version: 1
          runtime:
            command: [python3, serve.py]
            code: {path: serving}
            health: {path: /ready, timeout: 30s}
          replicas: 1

        """

    private static let train = #"""
        """Fits y = slope * x + intercept by least squares."""

        import csv
        import json
        import os

        with open(os.environ["WRIT_INPUT_POINTS"]) as file:
            points = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(file)]
        mean_x = sum(x for x, _ in points) / len(points)
        mean_y = sum(y for _, y in points) / len(points)
        slope = sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)
        print(f"{len(points)} points, slope {slope:.3f}", flush=True)

        # What is left in the output folder becomes the version's artefacts.
        with open(os.path.join(os.environ["WRIT_OUTPUT_DIR"], "line.json"), "w") as file:
            json.dump({"slope": slope, "intercept": mean_y - slope * mean_x}, file)

        """#

    private static let evaluate = #"""
        """Says how far the line is off on points it was not fitted to."""

        import csv
        import json
        import os

        with open(os.path.join(os.environ["WRIT_MODEL_DIR"], "line.json")) as file:
            line = json.load(file)
        with open(os.environ["WRIT_INPUT_HOLDOUT"]) as file:
            points = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(file)]
        error = sum(abs(line["slope"] * x + line["intercept"] - y) for x, y in points) / len(points)
        with open(os.environ["WRIT_METRICS"], "a") as file:
            file.write(json.dumps({"metric": "mae", "value": round(error, 4)}) + "\n")

        """#

    private static let serve = #"""
        """Answers GET /predict?x=3 on $HOST:$PORT."""

        import http.server
        import json
        import os
        import urllib.parse

        with open(os.path.join(os.environ["WRIT_MODEL_DIR"], "line.json")) as file:
            line = json.load(file)


        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                url = urllib.parse.urlsplit(self.path)
                x = float(urllib.parse.parse_qs(url.query).get("x", ["0"])[0])
                body = json.dumps({"y": line["slope"] * x + line["intercept"]}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)


        address = (os.environ.get("HOST", "127.0.0.1"), int(os.environ["PORT"]))
        http.server.ThreadingHTTPServer(address, Handler).serve_forever()

        """#

    /// A short form of `manifests/writ.yaml`, which explains every field.
    static let operatorFile = """
        # What belongs to the operator of one controller, never to the repository. Relative paths start at this file.
        repository:
          url: .                      # a path, file://, https://, http:// or ssh://
          branch: main
          manifests: manifests        # the folder of the manifests; the whole repository when left out
          poll: 5s                    # how often the branch is looked at
          deadline: 5m                # one fetch, from its start to its answer
          # credentials:              # secrets are named here, never written
          #   user: git
          #   password: {file: /etc/writ/token}        # or {env: WRIT_GIT_TOKEN}
          # credentials:
          #   user: git
          #   privateKey: /etc/writ/id_ed25519
          #   knownHosts: /etc/writ/known_hosts
          # certificateAuthorities: /etc/writ/ca.pem   # for https; the system's when left out

        data: data-writ               # everything Writ keeps; mode 0700

        ledger:
          origin: writ.example/starter  # the ledger's name in every checkpoint; cannot be changed later

        gateway:
          listen: 127.0.0.1:8080      # an IPv4 address and a port; endpoints are at /<endpoint>/
          bodyBytes: 64Mi             # the largest request
          # headBytes: 32Ki
          # connections: 10000
          # loops: 2                  # event loops; one for each core when left out, at most four
          # trustsForwarded: false    # whether a proxy in front may say who the client is
          # replaysAll: false         # whether every request may be sent once more when a kept connection was closed

        local:
          parallel: 2                 # training and evaluation processes at once
          uv: uv                      # makes Python environments from locks
          sandbox: required           # `none`: training code and models without walls, and no waiver counts
          # files: [/srv/data]        # folders manifests may name files in
          # integrity: 1m             # how often what a replica loads is compared with what was approved

        # audit:
        #   retention:                # how long what is kept; `writ audit retention --check` looks
        #     decisions: {keep: 3650d, covers: [decisions, attestations, artefacts, data]}
        #     logs: {keep: 180d, covers: [logs]}
        #   witnesses: {policy: witnesses.policy, every: 1m}   # who cosigns the ledger's heads

        log: info                     # debug, info, warning or error

        """
}
