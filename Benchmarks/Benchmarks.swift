import ArgumentParser

@main
struct Benchmarks: AsyncParsableCommand {
}
