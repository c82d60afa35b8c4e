// A model small enough for a test: the mean of a column, served by twenty lines of Python.
import Foundation

extension Workshop {
    /// Commits datasets, a model and an endpoint whose training takes a moment.
    @discardableResult
    func commitSmallLife(version: Int? = 1, replicas: Int = 1) throws -> String {
        try write("data/one.csv", "x\n1\n2\n3\n")
        try write("data/two.csv", "x\n10\n20\n30\n")
        try write("data/holdout.csv", "x\n2\n")
        try write(
            "code/train.py",
            """
            import csv, json, os
            rows = [float(row["x"]) for row in csv.DictReader(open(os.environ["WRIT_INPUT_ROWS"]))]
            print(len(rows), "rows")
            json.dump(sum(rows) / len(rows), open(os.path.join(os.environ["WRIT_OUTPUT_DIR"], "mean.json"), "w"))

            """)
        try write(
            "code/evaluate.py",
            """
            import csv, json, os
            mean = json.load(open(os.path.join(os.environ["WRIT_MODEL_DIR"], "mean.json")))
            rows = [float(row["x"]) for row in csv.DictReader(open(os.environ["WRIT_INPUT_HOLDOUT"]))]
            error = sum(abs(mean - row) for row in rows) / len(rows)
            open(os.environ["WRIT_METRICS"], "a").write(json.dumps({"metric": "mae", "value": error}) + "\\n")

            """)
        try write(
            "code/serve.py",
            """
            import http.server, json, os
            mean = json.load(open(os.path.join(os.environ["WRIT_MODEL_DIR"], "mean.json")))
            class Handler(http.server.BaseHTTPRequestHandler):
                protocol_version = "HTTP/1.1"
                def do_GET(self):
                    body = json.dumps({"mean": mean}).encode()
                    self.send_response(200)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                def log_message(self, *arguments): pass
            http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()

            """)
        for name in ["one", "two", "holdout"] {
            try write(
                "manifests/data-\(name).yaml",
                """
                apiVersion: writ.dev/v1
                kind: Dataset
                metadata: {name: \(name)}
                spec:
                  source: {path: data/\(name).csv}
                  format: csv
                  columns: [{name: x, type: number, minimum: 0}]

                """)
        }
        try write(
            "manifests/model.yaml",
            """
            apiVersion: writ.dev/v1
            kind: Model
            metadata: {name: mean}
            spec:
              training:
                code: {path: code}
                command: [/usr/bin/python3, train.py]
                datasets: {rows: one}
                timeout: 1m
              evaluation:
                code: {path: code}
                command: [/usr/bin/python3, evaluate.py]
                datasets: {holdout: holdout}
                timeout: 1m
                gates: [{metric: mae, maximum: 50}]

            """)
        try write(
            "manifests/endpoint.yaml",
            """
            apiVersion: writ.dev/v1
            kind: Endpoint
            metadata: {name: live}
            spec:
              model: mean
            \(version.map { "  version: \($0)\n" } ?? "")  runtime:
                command: [/usr/bin/python3, serve.py]
                code: {path: code}
                health: {path: /health, timeout: 30s}
              replicas: \(replicas)
              rollout: {strategy: blueGreen, drain: 2s}

            """)
        return try commit("a small life")
    }
}
