// Python environments: made for real from one small package, kept by lock, refused without hashes.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite(.serialized) struct TrainingEnvironmentTests {
    @Test("a run in an environment finds its packages and no others, and a second build is not needed")
    func realEnvironment() async throws {
        let script = """
            import os, six, sys
            print(six.__version__, sys.prefix, sys.version_info[:2])
            open(os.environ["WRIT_OUTPUT_DIR"] + "/m", "w").write("m")
            """
        let world = try TrainingWorld(code: ["train.py": script])
        let locked = LockedEnvironment(python: "3.11", requirements: TrainingWorld.requirements)
        let order = try world.order(["python", "train.py"], environment: locked)
        let outcome = try await world.outcome(of: order)
        let said = try await world.log(order.id)
        #expect(outcome.succeeded, "\(outcome.summary): \(said)")
        #expect(said == "1.17.0 /writ/env (3, 11)\n")

        let build = try world.environments.begin(python: "3.11", requirements: Array(TrainingWorld.six.utf8))
        guard case .ready(let environment) = try world.environments.observe(build) else { throw NeverHappened() }
        #expect(environment.variables["PATH"]?.hasPrefix("/writ/env/bin:") == true)
        #expect(try world.environments.attempts(build.content).isEmpty)
        let root = (environment.folder as NSString).deletingLastPathComponent
        #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["env"])
    }

    @Test("an environment whose package has another hash is not made, and the run says why")
    func wrongHash() async throws {
        let wrong = "six==1.17.0 --hash=sha256:" + String(repeating: "0", count: 64) + "\n"
        let world = try TrainingWorld(code: ["x": ""], requirements: wrong)
        let locked = LockedEnvironment(python: "3.11", requirements: TrainingWorld.requirements)
        let outcome = try await world.outcome(of: world.order(["python", "-V"], environment: locked))
        guard case .notStarted(let reason) = outcome.ending else { throw NeverHappened() }
        #expect(reason.hasPrefix("The Python environment could not be built: exit code"))
        #expect(reason.contains("ash"))
        // A later run may try again.
        let again = try world.environments.begin(python: "3.11", requirements: Array(wrong.utf8))
        #expect(again.attempt == 2)
        _ = try await eventually { if case .failed = try world.environments.observe(again) { true } else { nil } }
    }

    @Test("who asks while an environment is being made waits for the same build")
    func joined() async throws {
        let world = try TrainingWorld()
        let bytes = Array(TrainingWorld.six.utf8)
        let builds = try await withThrowingTaskGroup(of: EnvironmentBuild.self) { group in
            for _ in 0..<4 { group.addTask { try world.environments.begin(python: "3.11", requirements: bytes) } }
            return try await group.reduce(into: Set<EnvironmentBuild>()) { $0.insert($1) }
        }
        let build = try #require(builds.first)
        #expect(builds.count == 1)
        _ = try await eventually { if case .ready = try world.environments.observe(build) { true } else { nil } }
    }

    @Test("a build reaches the index by the operator's settings, and their values are not written down")
    func indexSettings() async throws {
        var variables = ProcessInfo.processInfo.environment
        variables["WRIT_UV_DEFAULT_INDEX"] = "http://user:hunter2@127.0.0.1:1/simple"
        variables["WRIT_UV_HTTP_RETRIES"] = "0"
        let world = try TrainingWorld(environment: variables)
        let build = try world.environments.begin(python: "3.11", requirements: Array(TrainingWorld.six.utf8))
        let reason = try await eventually {
            if case .failed(let reason) = try world.environments.observe(build) { reason } else { nil }
        }
        #expect(reason.contains("127.0.0.1:1"))
        let files = try #require(FileManager.default.enumerator(atPath: world.folder.path)?.allObjects as? [String])
        for file in files {
            let text = SystemCall.kernelText("\(world.folder.path)/\(file)") ?? ""
            #expect(!text.contains("hunter2"), "\(file)")
        }
    }

    @Test("a Python that is not there is told with what to do")
    func missingPython() throws {
        let world = try TrainingWorld()
        let failure = try #require(throws: BackendFailure.self) {
            try world.environments.begin(python: "3.2", requirements: Array(TrainingWorld.six.utf8))
        }
        #expect(failure.message == "Python 3.2 is not on this machine; install it (`uv python install 3.2`).")
        for version in ["3", "3.11.1.1", "--help", "../x", "3.11; rm"] {
            #expect(throws: BackendFailure.self) { try world.environments.begin(python: version, requirements: []) }
        }
    }

    @Test("without uv the message says how to get it")
    func missingTool() throws {
        let world = try TrainingWorld(environment: ["PATH": "/usr/bin:/bin"])
        let failure = try #require(throws: BackendFailure.self) {
            try world.environments.begin(python: "3.11", requirements: Array(TrainingWorld.six.utf8))
        }
        #expect(failure.message.contains("`pip install uv`"))
    }
}
