// Waits for what can happen to a child and does what the machine says.
import CLinux
import Foundation
import WritBackends
import WritVocabulary

struct SupervisionLoop {
    private let child: SupervisedChild
    private let group: ControlGroup
    private let folder: ProcessFolder
    private let stops: Int32
    private var machine: SupervisionMachine
    private var log: BoundedLog
    private var output: Int32
    private var report: Int32
    private var reportText = ""
    private var askIsDue = false
    private var logFailure: String?
    private var ending = Ending.lost
    private let began = ContinuousClock.now

    init(child: SupervisedChild, group: ControlGroup, spec: ProcessSpec, folder: ProcessFolder, stops: Int32) throws {
        self.child = child
        self.group = group
        self.folder = folder
        self.stops = stops
        output = child.output
        report = child.report
        machine = SupervisionMachine(timeout: spec.timeout, grace: spec.grace)
        log = try BoundedLog(folder: folder, policy: spec.log)
    }

    /// Returns once the child and all it started are gone.
    mutating func run() throws -> Ending {
        while true {
            let ready = try wait()
            if ready.output { drainOutput() }
            if ready.report { drainReport() }
            if ready.stop { perform(machine.stopRequested(at: elapsed, grace: requestedGrace())) }
            perform(machine.passed(to: elapsed))
            if ready.exit { return finish() }
        }
    }

    private var elapsed: Int64 {
        let (seconds, attoseconds) = (ContinuousClock.now - began).components
        return seconds * 1000 + attoseconds / 1_000_000_000_000_000
    }

    private struct Ready { var output, report, stop, exit: Bool }

    private func wait() throws -> Ready {
        var watched = [output, report, stops, child.exit].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let patience = machine.wakeAt.map { Int32(clamping: max(0, $0 - elapsed)) } ?? -1
        let count = poll(&watched, nfds_t(watched.count), patience)
        guard count >= 0 || errno == EINTR else { throw SystemCall.failure("wait for process", "\(child.pid)") }
        let ready = watched.map { count > 0 && $0.revents != 0 }
        return Ready(output: ready[0], report: ready[1], stop: ready[2], exit: ready[3])
    }

    private mutating func perform(_ acts: [SupervisionMachine.Act]) {
        for act in acts {
            switch act {
            case .ask:
                askIsDue = true
                askIfPossible()
            case .kill:
                child.kill()
                group.killAll()
            case .finish(let ending):
                self.ending = ending
            }
        }
    }

    /// Before the sandbox has told which process is its first, there is no group to ask.
    private mutating func askIfPossible() {
        guard askIsDue else { return }
        let first = child.report < 0 ? child.pid : SandboxReport(reportText).firstProcess
        guard let first, first > 1 else { return }
        askIsDue = false
        _ = Glibc.kill(-first, SIGTERM)
    }

    private mutating func drainOutput() {
        withUnsafeTemporaryAllocation(byteCount: SupervisionBounds.readBytes, alignment: 1) { buffer in
            let count = read(output, buffer.baseAddress, buffer.count)
            if count == 0 { output = -1 }
            guard count > 0 else { return }
            do {
                try log.append(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            } catch {
                // A full disk must not end the run: what it says is read on, so that it does not block.
                logFailure = logFailure ?? FailureRecord(error).message
            }
        }
    }

    private mutating func drainReport() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(report, &buffer, buffer.count)
        if count == 0 { report = -1 }
        guard count > 0, reportText.utf8.count < SupervisionBounds.reportBytes else { return }
        reportText += String(decoding: buffer[..<count], as: UTF8.self)
        askIfPossible()
    }

    private func requestedGrace() -> TimeSpan? {
        var bytes = [UInt8](repeating: 0, count: 16)
        _ = read(stops, &bytes, bytes.count)
        // A stop that cannot be read is still a stop, with the patience of the spec.
        return try? DurableFile.read(StopRecord.self, at: folder.stop)?.grace
    }

    private mutating func finish() -> Ending {
        let (code, signal) = child.collect()
        endStragglers()
        // Nobody is left who could write; what they wrote is in the pipes.
        while output >= 0, hasMore(output) { drainOutput() }
        while report >= 0, hasMore(report) { drainReport() }
        do {
            try log.finish()
        } catch {
            logFailure = logFailure ?? FailureRecord(error).message
        }
        if let logFailure { print("The log is not whole: \(logFailure)") }
        perform(machine.childEnded(told(code, signal), outOfMemoryKills: group.outOfMemoryKills))
        return ending
    }

    private func told(_ code: Int, _ signal: Int) -> SupervisionMachine.Report {
        if child.report < 0 { return signal > 0 ? .signalled(signal) : .exited(code) }
        if let exitCode = SandboxReport(reportText).exitCode { return SandboxReport.ending(exitCode: exitCode) }
        // Killed itself, bubblewrap can report nothing, but its program did run.
        if signal > 0 { return .signalled(signal) }
        return .neverRan(SandboxReport.reason(log.recent.bytes))
    }

    private func hasMore(_ descriptor: Int32) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&watched, 1, 0) > 0
    }

    /// Whatever the child started is adopted by this process when its parent ends; it is killed and waited for.
    private func endStragglers() {
        let start = elapsed
        while elapsed - start < SupervisionBounds.killMilliseconds {
            let pid = waitpid(-1, nil, WNOHANG)
            if pid < 0 && errno != EINTR { return }
            guard pid == 0 else { continue }
            group.killAll()
            for orphan in ProcessFacts.children(of: getpid()) { _ = Glibc.kill(orphan, SIGKILL) }
            _ = poll(nil, 0, SupervisionBounds.stragglerPollMilliseconds)
        }
        print("Some processes of \(folder.path) could not be killed; see the process list.")
    }
}
