// The figures of the README: each a ratio taken in one run, repeated, with the median shown.
import ArgumentParser

@main
struct Benchmarks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "writ-benchmarks",
        abstract: "Measure what Writ claims. Build with -c release; every figure says how it was taken.",
        subcommands: [
            PassBenchmark.self, ChangePlanBenchmark.self, ValidationBenchmark.self, ManifestMemoryBenchmark.self,
            ThroughputBenchmark.self, LedgerBenchmark.self, LedgerLogBenchmark.self,
        ])
}
