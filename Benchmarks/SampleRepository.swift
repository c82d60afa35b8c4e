// A repository of many manifests: a hundred datasets and models a folder, written with git fast-import.
import Foundation

struct SampleRepository {
    let path: String
    let manifests: Int

    /// About one manifest in two is a model that reads the dataset before it.
    static func manifest(_ index: Int, rows: Int) -> (path: String, text: String) {
        let folder = "manifests/team-\(index / 100)"
        if index.isMultiple(of: 2) {
            return (
                "\(folder)/data-\(index).yaml",
                """
                # Rows of day \(index), delivered at night.
                apiVersion: writ.dev/v1
                kind: Dataset
                metadata:
                  name: data-\(index)
                  owner: team-\(index / 100)
                  labels: {tier: bronze, area: "\(index % 7)"}
                spec:
                  source: {path: data/rows.csv}
                  format: csv
                  columns:
                    - {name: day, type: integer, minimum: 1, maximum: 31}
                    - {name: carrier, type: string}
                    - {name: origin, type: string, values: [EWR, JFK, LGA]}
                    - {name: distance, type: integer, minimum: 1, maximum: 6000}
                    - {name: air_time, type: number, minimum: 0.5, maximum: 1000}
                  expectations:
                    rows: {minimum: \(rows), maximum: 40000}
                    additionalColumns: refuse

                """
            )
        }
        return (
            "\(folder)/model-\(index).yaml",
            """
            # Learns from the rows of the day before.
            apiVersion: writ.dev/v1
            kind: Model
            metadata:
              name: model-\(index)
              owner: team-\(index / 100)
            spec:
              training:
                code: {path: code}
                command: [python, train.py, --quiet]
                datasets:
                  rows: data-\(index - 1)
                parameters:
                  iterations: \(rows)
                  rate: 0.05
                  name: model-\(index)
                seed: \(index)
                resources: {cpu: 2, memory: 2Gi}
                timeout: 10m
                retries: 1
              card:
                intendedUse: Planning on the day.
                limits: Knows no weather.
                owner: team-\(index / 100)
                riskTier: low

            """
        )
    }

    init(_ manifests: Int, in scratch: Scratch) throws {
        self.manifests = manifests
        path = "\(scratch.path)/repo-\(manifests).git"
        try SampleRepository.git(["init", "-q", "--bare", "-b", "main", path])
        var stream = Data()
        func file(_ path: String, _ text: String) {
            stream.append(Data("M 100644 inline \(path)\ndata \(text.utf8.count)\n\(text)\n".utf8))
        }
        stream.append(
            Data("commit refs/heads/main\ncommitter Bench <bench@example.org> 1767225600 +0000\ndata 5\nfirst\n".utf8))
        file("data/rows.csv", "day\n1\n")
        file("code/train.py", "pass\n")
        for index in 0..<manifests {
            let (path, text) = SampleRepository.manifest(index, rows: 100)
            file(path, text)
        }
        stream.append(
            Data("commit refs/heads/main\ncommitter Bench <bench@example.org> 1767225660 +0000\ndata 6\nsecond\n".utf8))
        let (changed, text) = SampleRepository.manifest(manifests / 2, rows: 101)
        file(changed, text)
        let input = "\(scratch.path)/import-\(manifests)"
        try stream.write(to: URL(filePath: input))
        try SampleRepository.git(["-C", path, "fast-import", "--quiet"], input: input)
    }

    static func git(_ arguments: [String], input: String? = nil) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        if let input { process.standardInput = try FileHandle(forReadingFrom: URL(filePath: input)) }
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchmarkFailure(description: "git \(arguments) failed") }
    }
}

struct BenchmarkFailure: Error, CustomStringConvertible { var description: String }
