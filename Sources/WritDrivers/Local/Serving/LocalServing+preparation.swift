// From an order to a running process. Every step may be cut short and done again.
import Foundation
import Synchronization
import WritBackends
import WritVocabulary

extension LocalServing {
    /// Lays files and code. The order is written last: before that there is no replica.
    func lay(_ order: ReplicaOrder, _ folder: ReplicaFolder) async throws {
        let manifest = try await offLoop { try ArtefactReading(blobs: self.blobs).manifest(order.artefacts) }
        memory.withLock { $0.integrity[order.id] = nil }
        try ReplicaLayout(order, folder: folder, sandbox: sandbox).check(manifest, limits: limits)
        let files = ReplicaFiles(blobs: blobs, sandbox: sandbox, limits: DataLimits())
        do {
            try await offLoop {
                if access(folder.path, F_OK) == 0 { try FileManager.default.removeItem(atPath: folder.path) }
                for path in [folder.model, folder.code, folder.settings] {
                    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                }
                let began = self.now()
                try files.lay(manifest, at: folder.model)
                let laid = try ModelFolder(folder.model, limit: self.limits.listedEntries)
                try DurableFile.record(
                    IntegrityRecord(
                        observation: .init(intactAt: began), isConfirmed: false, modes: FileModes(laid, manifest)),
                    at: folder.integrity)
            }
            if case .command(_, let code?) = order.server, let tree = order.codeTree {
                try await source.export(
                    tree, name: code.path.components.last.map(String.init) ?? "code", to: folder.code)
            }
            try await beginEnvironment(order, folder)
            try await offLoop { try DurableFile.record(order, at: folder.order) }
        } catch {
            // What cannot be removed now is removed by the next attempt or by `prepare`.
            try? FileManager.default.removeItem(atPath: folder.path)
            throw error
        }
    }

    private func beginEnvironment(_ order: ReplicaOrder, _ folder: ReplicaFolder) async throws {
        guard let locked = order.environment else { return }
        let read = try await source.read([locked.requirements], limit: limits.requirementsBytes)
        guard let requirements = read.first else {
            throw BackendFailure(
                code: "requirements-missing",
                message: "The requirements file \(locked.requirements.short) is not in the repository.",
                retry: .terminal)
        }
        try await offLoop {
            let build = try self.environments.begin(python: locked.python, requirements: requirements)
            try DurableFile.record(build, at: folder.build)
        }
    }

    /// Starts the process of a laid replica if its environment is ready; does nothing for one that was started.
    func advance(_ order: ReplicaOrder, _ folder: ReplicaFolder) async throws {
        let started = try await offLoop { try self.launch(order, folder) }
        guard started else { return }
        // The supervisor speaks up within milliseconds; who asks right after `start` shall find it.
        for _ in 0..<40 where try await offLoop({ try folder.process.observe() }) == .notStarted {
            try await Task.sleep(for: .milliseconds(limits.pollMilliseconds))
        }
    }

    /// False when there was nothing to start, or not yet.
    private func launch(_ order: ReplicaOrder, _ folder: ReplicaFolder) throws -> Bool {
        guard access(folder.exit, F_OK) != 0, try folder.process.observe() == .notStarted else { return false }
        var environment: PythonEnvironment?
        if let build = try DurableFile.read(EnvironmentBuild.self, at: folder.build) {
            switch try environments.observe(build) {
            case .building: return false
            case .failed(let reason):
                try record(.notStarted(reason: reason), folder)
                return false
            case .ready(let made): environment = made
            }
        }
        let layout = ReplicaLayout(order, folder: folder, sandbox: sandbox)
        do {
            // It may have been laid by a controller that built walls.
            try layout.checkWalls()
        } catch let refusal as BackendFailure {
            try record(.notStarted(reason: refusal.message), folder)
            return false
        }
        let place = try place(of: order.id, ports: layout.portCount, folder)
        for (name, bytes) in try layout.settingsFiles(place).sorted(by: { $0.key < $1.key }) {
            try DurableFile.write(bytes, to: "\(folder.settings)/\(name)")
        }
        // Its environment may have taken minutes since the files were laid.
        if let fault = try faultBeforeStart(order, folder) {
            try record(.notStarted(reason: "the artefact “\(fault.path)” was altered: \(fault.found)"), folder)
            return false
        }
        try launcher.start(layout.spec(place, environment, hidden: hidden, limits: limits), in: folder.process)
        return true
    }

    /// The ports it has, or free ones that no other replica was given. One replica at a time chooses.
    private func place(of id: ReplicaID, ports count: Int, _ folder: ReplicaFolder) throws -> ReplicaPlace {
        try memory.withLock { _ in
            if let known = try DurableFile.read(ReplicaPlace.self, at: folder.place) { return known }
            var taken: Set<Int> = []
            for other in try knownIDs() where other != id {
                let path = ReplicaFolder(replicas: replicas, other).place
                taken.formUnion(try DurableFile.read(ReplicaPlace.self, at: path)?.ports ?? [])
            }
            // The path keeps two controllers on one machine apart.
            let seed = Digest(of: Array("\(replicas)/\(id)".utf8))
            let free = try LoopbackPorts.free(count, in: limits.ports, from: seed, taken: taken)
            let place = ReplicaPlace(
                port: free[0], grpcPort: count > 1 ? free[1] : nil, metricsPort: count > 2 ? free[2] : nil)
            try DurableFile.record(place, at: folder.place)
            return place
        }
    }

    func record(_ ending: Ending, _ folder: ReplicaFolder) throws {
        try DurableFile.record(ReplicaExit(ending: ending, at: now()), at: folder.exit)
    }

    /// Every replica with a folder, sorted.
    func knownIDs() throws -> [ReplicaID] {
        guard access(replicas, F_OK) == 0 else { return [] }
        return try FileManager.default.contentsOfDirectory(atPath: replicas).compactMap(ReplicaID.init)
            .filter { access(ReplicaFolder(replicas: replicas, $0).order, F_OK) == 0 }.sorted()
    }
}
