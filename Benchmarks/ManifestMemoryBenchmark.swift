// What the accepted manifests of a large repository cost while nothing happens.
import ArgumentParser
import Glibc
import WritManifests
import WritVocabulary

struct ManifestMemoryBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "manifest-memory", abstract: "Resident memory of the index and the desired state at rest.")

    @Argument(help: "How many manifests there are.") var size = 100_000

    func run() async throws {
        // A first small repository fills the tables of the schema and of the allocator.
        _ = try await accepted(1000)
        Measuring.giveBackFreeMemory()
        let before = Measuring.residentBytes()
        var (index, desired) = try await accepted(size)
        Measuring.giveBackFreeMemory()
        let decoded = Measuring.residentBytes() - before
        let (seconds, settled) = Measuring.cpu { index.settle() }
        guard let settled else { throw BenchmarkFailure(description: "no room") }
        desired.settle(on: settled)
        Measuring.giveBackFreeMemory()
        let taken = Measuring.residentBytes() - before
        guard index.count == size, desired.resources.count == size else {
            throw BenchmarkFailure(description: "\(index.count) of \(size) were accepted")
        }
        Measuring.row("manifests", "resident bytes each", "before they settled", "settling")
        Measuring.row("--:", "--:", "--:", "--:")
        Measuring.row("\(size)", "\(taken / size)", "\(decoded / size)", Measuring.milliseconds(seconds))
    }

    private func accepted(_ size: Int) async throws -> (ManifestIndex, DesiredState) {
        var index = ManifestIndex()
        var desired = DesiredState()
        let update = await index.prepare(ManifestChanges(files: SampleRepository.files(size)), workers: 2)
        _ = desired.apply(try SampleRepository.accept(update, into: &index))
        return (index, desired)
    }
}

extension Measuring {
    /// `malloc_trim`, which Swift's Glibc module does not show.
    static func giveBackFreeMemory() {
        guard let symbol = dlsym(nil, "malloc_trim") else { return }
        _ = unsafeBitCast(symbol, to: (@convention(c) (Int) -> CInt).self)(0)
    }
}
