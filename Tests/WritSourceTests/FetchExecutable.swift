// The built `writ` binary, which the tests of the fetching process start.
import Foundation
import Glibc
import WritVocabulary

@testable import WritSource

enum FetchExecutable {
    /// Beside the test bundle, where every build puts it.
    static let path: String? = {
        let folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
        let besideBundle = [folder, Bundle.main.bundlePath].map { $0 + "/writ" }
        return besideBundle.first { access($0, X_OK) == 0 }
    }()

    static func isPresent(_ programs: String...) -> Bool {
        path != nil && programs.allSatisfy { access($0, X_OK) == 0 }
    }
}

extension GitSandbox {
    /// A source that fetches in a child process.
    func childSource(
        _ remote: String, credentials: Credentials = .none, deadline: TimeSpan = .seconds(30),
        environment: [String: String] = [:],
        executable: String? = nil, limits: SourceLimits = SourceLimits()
    ) throws -> GitSource {
        var configuration = try configuration(remote, credentials: credentials)
        configuration.fetchDeadline = deadline
        configuration.limits = limits
        let executable = executable ?? FetchExecutable.path ?? "/nowhere"
        return GitSource(configuration, fetching: .child(executable: executable, environment: environment))
    }

    /// Writes a file only its owner may read and returns its path.
    func file(_ name: String, _ content: String) throws -> String {
        let path = "\(folder)/\(name)"
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }
}

/// The ids of running processes whose command line contains `text`.
func processes(naming text: String) throws -> [Int] {
    try FileManager.default.contentsOfDirectory(atPath: "/proc").compactMap(Int.init).filter { pid in
        // A process may end between the listing and the look.
        guard let line = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/cmdline")) else { return false }
        return line.range(of: Data(text.utf8)) != nil
    }
}
