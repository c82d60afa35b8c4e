// Where answers come from: the running controller, or the directory when none runs.
import CLinux
import Foundation
import Glibc
import WritServer
import WritVocabulary

enum AnswerAccess {
    case controller(ControlClient, data: String)
    case directory(String)

    /// Finds out whether a controller holds the data directory.
    static func open(_ option: DataOption) throws -> AnswerAccess {
        let data = try option.directory()
        guard isHeld(data) else { return .directory(data) }
        return .controller(ControlClient(socket: ControlSocket.path(inDataDirectory: data)), data: data)
    }

    func answer(_ request: AnswerRequest) async throws -> Answer {
        switch self {
        case .controller(let client, let data):
            do {
                return try await client.answer(request)
            } catch let failure as ServerFailure where failure.code == "no-controller" {
                // It is only starting or ending; the ledger can be read beside it.
                return try await AnswerAccess.directory(data).answer(request)
            }
        case .directory(let data):
            return try await Terminal.withProgress("reading the ledger in \(data)") {
                try await Answerer(DirectorySource(data: data)).answer(request)
            }
        }
    }

    /// Whether somebody holds `<data>/lock`, whichever of the two kinds of lock it is.
    static func isHeld(_ data: String) -> Bool {
        ["\(data)/lock", "\(data)/ledger/lock"].contains { path in
            let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return false }
            defer { close(file) }
            if writ_is_locked(file) == 1 { return true }
            guard flock(file, LOCK_SH | LOCK_NB) == 0 else { return errno == EWOULDBLOCK }
            return false
        }
    }

    /// The client of a running controller; fails when none runs, because `what` needs one.
    static func controller(_ option: DataOption, for what: String) throws -> ControlClient {
        guard case .controller(let client, _) = try open(option) else {
            throw CommandFailure(
                "no controller runs, and \(what) needs one", hint: "start it with `writ serve`", code: .unknown)
        }
        return client
    }
}
