// One contained child: how it is begun, asked to end, killed and waited for.
import CLinux
import Foundation
import WritBackends
import WritVocabulary

struct SupervisedChild {
    let pid: pid_t
    /// What it says, output and error alike. The read end.
    let output: Int32
    /// What the sandbox tells about it; -1 without a sandbox. The read end.
    let report: Int32
    let exit: Int32

    init(_ walls: Walls, spec: ProcessSpec, layout: ControlGroupLayout, group: ControlGroup) throws {
        let output = try SupervisedChild.pipe()
        defer { close(output.write) }
        let report = walls.reports ? try SupervisedChild.pipe() : (read: -1, write: -1)
        defer { if report.write >= 0 { close(report.write) } }
        let entrances = try group.entrances()
        defer { entrances.forEach { close($0) } }
        let started = SupervisedChild.spawn(
            walls, spec, bounded: layout == .unavailable, output.write, report.write, entrances)
        guard started > 0 else {
            throw BackendFailure(
                code: "spawn",
                message: "Could not start \(walls.path) in \(walls.workingFolder): \(SystemCall.reason(-started)).",
                retry: .stalled)
        }
        pid = started
        self.output = output.read
        self.report = report.read
        exit = writ_pidfd_open(started)
        guard exit >= 0 else { throw SystemCall.failure("watch process", "\(started)") }
    }

    /// Ends bubblewrap and with it its process namespace; without a sandbox, the program and its group.
    func kill() {
        _ = Glibc.kill(-pid, SIGKILL)
        _ = Glibc.kill(pid, SIGKILL)
    }

    /// Waits for the end the pidfd has announced.
    func collect() -> (code: Int, signal: Int) {
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
        let signal = Int(status & 0x7f)
        return signal == 0 ? (Int(status >> 8 & 0xff), 0) : (0, signal)
    }

    private static func spawn(
        _ walls: Walls, _ spec: ProcessSpec, bounded: Bool, _ output: Int32, _ report: Int32, _ entrances: [Int32]
    ) -> pid_t {
        CStrings.with(walls.argv) { arguments in
            CStrings.with(walls.environment.map { "\($0.key)=\($0.value)" }.sorted()) { variables in
                entrances.withUnsafeBufferPointer { groups in
                    walls.path.withCString { path in
                        walls.workingFolder.withCString { folder in
                            var child = writ_contained(
                                path: path, argv: arguments, envp: variables, folder: folder, output: output,
                                report: report,
                                groups: groups.baseAddress, group_count: Int32(groups.count),
                                address_space_bytes: bounded ? UInt64(spec.limits.memory.bytes) : 0,
                                processes: bounded ? UInt64(spec.limits.processes) : 0,
                                out_of_memory_score: SupervisionBounds.outOfMemoryScore,
                                no_new_privileges: walls.reports ? 0 : 1)
                            return writ_spawn_contained(&child)
                        }
                    }
                }
            }
        }
    }

    private static func pipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard writ_pipe(&ends) == 0, fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 else {
            throw SystemCall.failure("make", "a pipe")
        }
        return (ends[0], ends[1])
    }
}
