// From an order to a running process. Every step may be cut short and done again.
import Foundation
import NIOPosix
import WritBackends
import WritVocabulary

extension LocalTrainer {
    /// One step towards a running process; returns also when it has to wait for an environment.
    func prepare(_ folder: RunFolder, _ hands: NIOThreadPool) async throws {
        let order = try await offLoop { try folder.readOrder() }
        let layout = RunLayout(order, folder: folder, sandbox: sandbox)
        if let defect = layout.defect {
            throw BackendFailure(
                code: "order-refused", message: "The run cannot be laid out: \(defect).", retry: .terminal)
        }
        let environment: PythonEnvironment?
        switch try await environmentProgress(order, folder) {
        case .building: return
        case .failed(let reason): throw BackendFailure(code: "environment-failed", message: reason, retry: .terminal)
        case .ready(let made): environment = made
        case nil: environment = nil
        }
        let workspace = Workspace(folder: folder, blobs: blobs, sandbox: sandbox, limits: limits)
        // A supervisor that was just spawned may not have spoken up yet: its workspace is left alone.
        if try await !offLoop({ try folder.isPrepared() }) {
            try await hands.runIfActive { try workspace.clear() }
            try await exportCode(order, folder)
            try await hands.runIfActive {
                try workspace.lay(layout)
                try folder.markPrepared()
            }
        }
        let spec = layout.spec(environment, hidden: hidden, limits: limits)
        try await offLoop { try self.launcher.start(spec, in: folder.process) }
        for _ in 0..<limits.launchPolls {
            guard try await offLoop({ try folder.process.observe() }) == .notStarted else { return }
            await pause(limits.launchPollMilliseconds)
        }
    }

    /// nil for an order that needs no environment.
    private func environmentProgress(_ order: ExecutionOrder, _ folder: RunFolder) async throws -> EnvironmentProgress?
    {
        guard let locked = order.environment else { return nil }
        if let build = try await offLoop({ try DurableFile.read(EnvironmentBuild.self, at: folder.build) }) {
            return try await offLoop { try self.environments.observe(build) }
        }
        let requirements = try await source.read([locked.requirements], limit: limits.requirementsBytes)
        guard let bytes = requirements.first else {
            throw BackendFailure(
                code: "requirements-missing",
                message: "The requirements file \(locked.requirements.short) is not in the repository.",
                retry: .terminal)
        }
        return try await offLoop {
            let build = try self.environments.begin(python: locked.python, requirements: bytes)
            try DurableFile.record(build, at: folder.build)
            return try self.environments.observe(build)
        }
    }

    /// A single file keeps its own name.
    private func exportCode(_ order: ExecutionOrder, _ folder: RunFolder) async throws {
        let name = order.code.components.last.map(String.init) ?? "code"
        try await source.export(order.codeTree, name: name, to: folder.code)
    }
}
