import ArgumentParser

@main
struct Writ: AsyncParsableCommand {
}
