// The programs and walls Writ needs of the machine.
import Foundation
import Glibc
import WritServer
import WritVocabulary

enum MachineChecks {
    /// Each in the order a new operator would mend them.
    static func all(uv: String, sandboxIsRequired: Bool) async -> [DoctorFinding] {
        [
            await version("git", of: "git", "--version", missing: "apt install git", isNeeded: false),
            await version(
                "uv", of: uv, "--version", missing: "pip install uv, or set local.uv in writ.yaml", isNeeded: true),
            await version(
                "bubblewrap", of: "bwrap", "--version", missing: "apt install bubblewrap", isNeeded: sandboxIsRequired),
            await sandbox(isRequired: sandboxIsRequired),
            memoryLimits(),
        ]
    }

    private static func version(
        _ name: String, of program: String, _ argument: String, missing: String, isNeeded: Bool
    ) async -> DoctorFinding {
        guard let path = ProgramRun.find(program) else {
            let message = "\(program) is not on PATH"
            return isNeeded ? .fail(name, message, missing) : .warn(name, message, missing)
        }
        guard let output = try? await ProgramRun.output(path, [argument]), output.succeeded else {
            return .fail(name, "\(path) does not run", missing)
        }
        return .ok(name, "\(VisibleText.line(output.text)) (\(path))")
    }

    /// Builds real walls around a real program: an installed bubblewrap may still be forbidden to work.
    private static func sandbox(isRequired: Bool) async -> DoctorFinding {
        guard isRequired else {
            return .warn(
                "sandbox", "training code and models run without walls, and no waiver counts",
                "set local.sandbox to required in writ.yaml")
        }
        guard let path = ProgramRun.find("bwrap") else {
            return .fail("sandbox", "there is no bubblewrap to build it with", "apt install bubblewrap")
        }
        let walls = [
            "--ro-bind", "/", "/", "--tmpfs", "/root", "--unshare-all", "--die-with-parent", "--new-session", "true",
        ]
        guard let output = try? await ProgramRun.output(path, walls), output.succeeded else {
            return .fail(
                "sandbox", "bubblewrap cannot build walls here",
                "allow user namespaces: sysctl kernel.unprivileged_userns_clone=1, or a container with --security-opt seccomp=unconfined"
            )
        }
        return .ok("sandbox", "a program ran behind walls, without network")
    }

    private static func memoryLimits() -> DoctorFinding {
        let unified = FileManager.default.contents(atPath: "/sys/fs/cgroup/cgroup.controllers").map {
            String(decoding: $0, as: UTF8.self)
        }
        let hasMemory = unified?.split(separator: " ").contains("memory") == true && access("/sys/fs/cgroup", W_OK) == 0
        if hasMemory { return .ok("limits", "control groups v2 hold memory and processor limits") }
        if access("/sys/fs/cgroup/memory", W_OK) == 0 { return .ok("limits", "control groups v1 hold memory limits") }
        return .warn(
            "limits", "no writable control group: memory is limited for each process, not for a run as a whole",
            "run Writ as a service with Delegate=yes (manifests/writ.service)")
    }
}
