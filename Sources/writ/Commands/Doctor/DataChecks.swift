// The data directory, its disk, its ledger, and the controller that may hold it.
import Foundation
import Glibc
import WritLedger
import WritServer
import WritVocabulary

enum DataChecks {
    static func all(_ data: String, now: Timestamp) async -> [DoctorFinding] {
        var facts = stat()
        guard stat(data, &facts) == 0 else {
            return [space(nearest(data)), .ok("data", "\(data) will be made by the first `writ serve`")]
        }
        return [permissions(data, facts), space(data), ledger(data), clock(data, now)]
            + (await controllers(data))
    }

    private static func permissions(_ data: String, _ facts: stat) -> DoctorFinding {
        if facts.st_mode & S_IFMT != S_IFDIR {
            return .fail("data", "\(data) is not a folder", "name another in writ.yaml")
        }
        if facts.st_mode & 0o077 != 0 { return .fail("data", "\(data) is open to other users", "chmod 700 \(data)") }
        if access(data, R_OK | W_OK | X_OK) != 0 {
            return .fail("data", "\(data) cannot be written by this user", "run as its owner, or chown it")
        }
        return .ok("data", "\(data), for its owner alone")
    }

    private static func space(_ path: String) -> DoctorFinding {
        var disk = statvfs()
        guard statvfs(path, &disk) == 0 else {
            return .warn("disk", "the space on \(path) is not known", "look at df \(path)")
        }
        let freeMebibytes = Int64(disk.f_bavail) * Int64(disk.f_frsize) / (1 << 20)
        let words = "\(freeMebibytes) MiB free at \(path)"
        if freeMebibytes < 1024 {
            return .fail("disk", words, "free at least 1 GiB: artefacts, environments and the ledger grow")
        }
        if freeMebibytes < 5 * 1024 {
            return .warn("disk", words, "free some: a Python environment alone takes about 1 GiB")
        }
        return .ok("disk", words)
    }

    private static func ledger(_ data: String) -> DoctorFinding {
        guard access(Records.ledgerPath(in: data), F_OK) == 0 else { return .ok("ledger", "there is none yet") }
        do {
            _ = try LedgerKey.load(in: data)
            let reader = LedgerReader(
                directory: Records.ledgerPath(in: data), verifier: try LedgerKey.loadVerifier(in: data))
            return .ok("ledger", "\(try reader.view().size) entries; `writ audit verify` checks each")
        } catch {
            return .fail("ledger", FailureRecord(error).message, "`writ audit verify` says more")
        }
    }

    /// A clock that goes back would date entries before those they follow.
    private static func clock(_ data: String, _ now: Timestamp) -> DoctorFinding {
        let name = "clock"
        let view = try? LedgerReader(
            directory: Records.ledgerPath(in: data), verifier: LedgerKey.loadVerifier(in: data)
        ).view()
        guard let view, view.size > 0, let last = try? view.entry(at: view.size - 1) else { return .ok(name, "\(now)") }
        guard now < last.time else { return .ok(name, "\(now), after the ledger's last entry") }
        return .fail(
            name, "\(now) is \(last.time - now) before the ledger's last entry", "set the clock, and run a time daemon")
    }

    private static func controllers(_ data: String) async -> [DoctorFinding] {
        guard AnswerAccess.isHeld(data) else { return [.ok("controller", "none runs")] }
        let client = ControlClient(socket: ControlSocket.path(inDataDirectory: data), deadline: .seconds(5))
        do {
            let standing = try await client.standing()
            let answers = DoctorFinding.ok(
                "controller", "version \(standing.version) answers, \(standing.word.rawValue)")
            return [answers] + (try await client.live().map(wrongBytes) ?? [])
        } catch {
            return [
                .fail(
                    "controller", "one holds \(data) and does not answer",
                    "look at its log; when it hangs, kill -9 it: nothing is lost")
            ]
        }
    }

    /// Replicas with other bytes than were approved, suspended or not.
    static func wrongBytes(_ live: LiveState) -> [DoctorFinding] {
        live.replicas.sorted { $0.key < $1.key }.compactMap { replica, seen in
            guard let fault = seen.integrity?.fault else { return nil }
            if case .exited = seen.phase { return nil }
            let words =
                "\(replica) has other bytes than were approved: \(VisibleText.line(fault.path)), "
                + VisibleText.line(fault.found)
            guard live.gateway == nil else {
                return .fail(
                    "bytes", words, "find out who changed them; `writ get endpoints` says where its traffic is")
            }
            return .fail(
                "bytes", "\(words); the gateway does not answer, so its traffic cannot be seen to leave it",
                "start the gateway, or stop it or that process by hand")
        }
    }

    private static func nearest(_ path: String) -> String {
        var rest = path
        while rest.count > 1, access(rest, F_OK) != 0 {
            rest = rest.lastIndex(of: "/").map { String(rest[..<$0]) } ?? "/"
        }
        return rest.isEmpty ? "/" : rest
    }
}
