// `writ init [PATH]`: a repository to begin with, every line explained.
import ArgumentParser
import Foundation

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Write a starter repository and an operator's file. Never overwrites.",
        discussion: "The starter trains, judges and serves with nothing but Python's standard library.")

    @Argument(help: "The folder to write into; made when missing.", completion: .directory)
    var path = "."

    func run() throws {
        let files = FileManager.default
        var written = 0
        for (name, text) in Starter.files {
            let target = URL(filePath: path).appending(path: name)
            guard !files.fileExists(atPath: target.path(percentEncoded: false)) else {
                Terminal.say("kept     \(name)\n")
                continue
            }
            try files.createDirectory(at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: target, options: .withoutOverwriting)
            Terminal.say("wrote    \(name)\n")
            written += 1
        }
        guard written > 0 else { return }
        let place = path == "." ? "" : "cd \(path) && "
        Terminal.complain(
            "\nnext: \(place)git init -b main && git add . && git commit -m \"a first model\"\n"
                + "      writ validate && writ plan && writ serve\n")
    }
}
