// Which data directory a command is about.
import ArgumentParser
import Foundation

struct DataOption: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The data directory; else $WRIT_DATA, else `data` of the configuration.", valueName: "folder"),
        completion: .directory)
    var data: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The operator's file; else ./writ.yaml, else /etc/writ/writ.yaml.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var config: String?

    /// The folder; fails when there is none.
    func directory() throws -> String {
        let path = try configured()
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else {
            throw CommandFailure(
                "there is no data directory at \(path)",
                hint: "start a controller with `writ serve`, or name it with --data",
                code: .unknown)
        }
        return path
    }

    private func configured() throws -> String {
        if let data { return DataOption.absolute(data) }
        if let named = ProcessInfo.processInfo.environment["WRIT_DATA"], !named.isEmpty {
            return DataOption.absolute(named)
        }
        return try configuration().data
    }

    /// The operator's file that is named, or the first that is found.
    func configuration() throws -> OperatorConfiguration { try ConfigurationFile.load(config) }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }
}

enum ConfigurationFile {
    static func load(_ named: String?) throws -> OperatorConfiguration {
        let candidates = named.map { [$0] } ?? OperatorConfiguration.defaultPaths
        guard let path = candidates.first(where: { FileManager.default.fileExists(atPath: $0) }) else {
            throw CommandFailure(
                "there is no operator's file at \(candidates.joined(separator: " or "))",
                hint: "`writ init` writes one; --config names another place", code: .unknown)
        }
        return try OperatorConfiguration.load(path)
    }
}
