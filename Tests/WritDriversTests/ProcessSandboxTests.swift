// What a sandboxed process can and cannot reach.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

@Suite struct ProcessSandboxTests {
    @Test("a process without network reaches not even a listener of this machine; one with network does")
    func network() async throws {
        let listener = try Listener()
        let script = "import socket; socket.create_connection(('127.0.0.1', \(listener.port)), 5)"
        for isAllowed in [false, true] {
            let world = try ProcessWorld()
            let ending = try await world.run(world.spec(["/usr/bin/python3", "-c", script], network: isAllowed))
            #expect(ending.ending.succeeded == isAllowed)
            #expect(ending.sandbox.network == isAllowed)
        }
    }

    @Test("a process sees neither the data directory nor the home folder, only what it was given")
    func canary() async throws {
        let world = try ProcessWorld()
        let canary = try world.folder.file("keys/ledger.key", "secret")
        let given = try world.folder.file("given/input.csv", "a,b\n")
        let spec = world.spec(
            world.shell("cat '\(canary)' || echo unseen; ls -A /root /home /var; cat /in/input.csv"),
            binds: [Sandbox.Bind(host: (given as NSString).deletingLastPathComponent, inside: "/in")],
            hidden: [world.folder.path])
        _ = try await world.run(spec)
        let log = try world.log()
        #expect(log.contains("unseen"))
        #expect(!log.contains("secret"))
        #expect(log.contains("a,b"))
        #expect(log.contains("cannot access '/root'"))
    }

    @Test("a hidden folder stays hidden where a bind of its parent would show it")
    func hiddenBelowBind() async throws {
        let world = try ProcessWorld()
        try world.folder.file("all/data/ledger.key", "secret")
        try world.folder.file("all/beside", "plain")
        let all = "\(world.folder.path)/all"
        let spec = world.spec(
            world.shell("cat /all/beside; ls -A /all/data; cat /all/data/ledger.key"),
            binds: [Sandbox.Bind(host: all, inside: "/all")],
            hidden: ["\(all)/data"])
        #expect(try await world.run(spec).ending == .exited(code: 1))
        #expect(try world.log().contains("plain"))
        #expect(try !world.log().contains("secret"))
    }

    @Test("what was given to read cannot be written, and the root is read-only")
    func readOnly() async throws {
        let world = try ProcessWorld()
        let given = try world.folder.file("given/input.csv", "a,b\n")
        let out = try world.folder.folder("out")
        let binds = [
            Sandbox.Bind(host: given, inside: "/in/input.csv"), Sandbox.Bind(host: out, inside: "/out", writable: true),
        ]
        let script =
            "for p in /in/input.csv /usr/x /x /etc/passwd /out/y; do (echo z > $p) 2>/dev/null && echo wrote $p; done"
        _ = try await world.run(world.spec(world.shell(script), binds: binds))
        let log = try world.log()
        #expect(log.contains("wrote /out/y"))
        #expect(log.components(separatedBy: "wrote").count == 2)
        #expect(try String(contentsOfFile: given, encoding: .utf8) == "a,b\n")
    }

    @Test("no variable is inherited but those named, and their values are written nowhere")
    func environment() async throws {
        let world = try ProcessWorld(environment: [
            "PATH": "/usr/bin:/bin", "SECRET_TOKEN": "hunter2", "INDEX": "https://u:pw@x",
        ])
        var spec = world.spec(world.shell("env; cat /proc/1/environ"))
        spec.inherited = ["INDEX"]
        #expect(try await world.run(spec).ending.succeeded)
        let log = try world.log()
        #expect(!log.contains("hunter2"))
        #expect(log.contains("INDEX=https://u:pw@x"))
        for name in ["spec.json", "process.json", "ending.json"] {
            #expect(try !String(contentsOfFile: "\(world.process.path)/\(name)", encoding: .utf8).contains("pw@x"))
        }
    }

    @Test("a process has no privileges and sees only its own processes")
    func privileges() async throws {
        let world = try ProcessWorld()
        let spec = world.spec(
            world.shell(
                "grep -E 'CapEff|NoNewPrivs' /proc/self/status; id -u; ls -d /proc/[0-9]* | wc -l; mount -t tmpfs x /"
            ))
        #expect(try await world.run(spec).ending != .exited(code: 0))
        let lines = try world.log().split(separator: "\n").map(String.init)
        #expect(lines[0...1] == ["CapEff:\t0000000000000000", "NoNewPrivs:\t1"])
        #expect(lines[2] == BubblewrapArguments.user)
        #expect(try #require(Int(lines[3])) < 8)
    }

    @Test("without bubblewrap nothing runs, unless the operator chose no walls; then the record says so")
    func withoutBubblewrap() async throws {
        let empty = try DataFolder()
        let refused = try ProcessWorld(environment: ["PATH": empty.path])
        let ending = try await refused.run(refused.spec(refused.shell("exit 0")))
        guard case .notStarted(let reason) = ending.ending else { throw NeverHappened() }
        #expect(reason.contains("apt install bubblewrap"))
        #expect(reason.contains("`sandbox: none` in writ.yaml"))

        let open = try ProcessWorld(environment: ["PATH": empty.path])
        let ran = try await open.run(open.spec(open.shell("exit 4"), kind: .none))
        #expect(ran.ending == .exited(code: 4))
        #expect(ran.sandbox.kind == "none")
        #expect(ran.sandbox.network)
    }

    @Test("a variable that would change the sandbox's own loader is refused")
    func loaderVariable() async throws {
        let world = try ProcessWorld()
        var spec = world.spec(world.shell("exit 0"))
        spec.environment["LD_PRELOAD"] = "/tmp/x.so"
        let ending = try await world.run(spec).ending
        #expect(
            ending
                == .notStarted(
                    reason: "The environment variable LD_PRELOAD cannot be given to a sandboxed process; remove it."))
    }
}

/// A socket of this machine that accepts connections.
private final class Listener {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutableBytes(of: &address) { bytes in
            guard let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
            return bind(descriptor, pointer, length) == 0 && listen(descriptor, 8) == 0
                && getsockname(descriptor, pointer, &length) == 0
        }
        guard isBound else { throw NeverHappened() }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }
}
