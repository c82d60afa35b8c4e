// Runs a small program of the system and reads what it says.
import CLinux
import Foundation
import WritBackends
import WritVocabulary

enum ShortCommand {
    /// Output and error of a program that ends with 0 within ten seconds. Blocks; the program dies with the caller.
    static func output(_ argv: [String], environment: [String: String] = [:]) throws -> String {
        var ends: [Int32] = [-1, -1]
        guard writ_pipe(&ends) == 0 else { throw SystemCall.failure("make", "a pipe") }
        defer { close(ends[0]) }
        let pid = CStrings.with(argv) { arguments in
            CStrings.with(environment.map { "\($0.key)=\($0.value)" }.sorted()) { variables in
                argv[0].withCString { path in
                    "/".withCString { folder in
                        var child = writ_contained()
                        child.path = path
                        child.argv = UnsafePointer(arguments)
                        child.envp = UnsafePointer(variables)
                        child.folder = folder
                        child.output = ends[1]
                        child.report = -1
                        return writ_spawn_contained(&child)
                    }
                }
            }
        }
        close(ends[1])
        guard pid > 0 else { throw SystemCall.failure("run", argv[0], -pid) }
        let said = read(ends[0])
        _ = kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        guard let said, status == 0 || status == SIGKILL else {
            throw BackendFailure(
                code: "command-failed",
                message: "\(argv.joined(separator: " ")) did not work: \((said ?? "no answer").prefix(300))",
                retry: .stalled)
        }
        return said
    }

    /// nil when the end of it was not seen in time.
    private static func read(_ descriptor: Int32) -> String? {
        var said: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while said.count < SupervisionBounds.reportBytes {
            var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&watched, 1, SupervisionBounds.shortCommandMilliseconds) > 0 else { return nil }
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: said, as: UTF8.self) }
            said += buffer[..<count]
        }
        return nil
    }
}
