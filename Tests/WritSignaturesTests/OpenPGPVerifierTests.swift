// The process behind OpenPGP: bounded in time and output, blind to the machine's settings, and without a trace.
import Foundation
import Glibc
import Testing
import WritVocabulary

@testable import WritSignatures

struct OpenPGPVerifierTests {
    /// A verifier that is this shell script.
    static func verifier(_ script: String, in sandbox: SignatureSandbox, deadline: TimeSpan? = nil) throws
        -> OpenPGPVerifier
    {
        let path = try sandbox.write(Array("#!/bin/sh\n\(script)\n".utf8), to: "verifier", mode: 0o700)
        try FileManager.default.createDirectory(
            atPath: sandbox.folder + "/temporary", withIntermediateDirectories: true)
        return OpenPGPVerifier(
            program: path, temporaryFolder: sandbox.folder + "/temporary", deadline: deadline)
    }

    @Test("it sees its own folder, a bare environment and the bytes, and nothing stays behind")
    func surroundings() async throws {
        let sandbox = try SignatureSandbox()
        let script = """
            env | sort; echo "args $*"; pwd; cat keyring-0.gpg keyring-1.gpg signature payload; stat -c %a .
            """
        let verifier = try Self.verifier(script, in: sandbox)
        let output = try await verifier.output(
            payload: Array("P".utf8), signature: Array("S".utf8), keyrings: [Array("A".utf8), Array("B".utf8)])
        let lines = output.split(separator: "\n").map(String.init)
        let folder = try #require(lines.first { $0.hasPrefix("HOME=") }).dropFirst(5)
        #expect(folder.hasPrefix(verifier.temporaryFolder + "/writ-gpgv-"))
        #expect(lines.contains("GNUPGHOME=\(folder)"))
        let names = Set(lines.filter { $0.contains("=") && !$0.hasPrefix("args") }.map { $0.prefix { $0 != "=" } })
        #expect(names.subtracting(["HOME", "GNUPGHOME", "LC_ALL", "PATH", "PWD", "_", "SHLVL", "OLDPWD"]).isEmpty)
        let arguments =
            "args --homedir \(folder) --status-fd 1 --keyring \(folder)/keyring-0.gpg --keyring "
            + "\(folder)/keyring-1.gpg -- \(folder)/signature \(folder)/payload"
        #expect(lines.contains(arguments))
        #expect(lines.contains("ABSP700"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: verifier.temporaryFolder).isEmpty)
    }

    @Test("one that gives no verdict is ended at its deadline, with what it started")
    func deadline() async throws {
        let sandbox = try SignatureSandbox()
        let fifo = sandbox.folder + "/fifo"
        #expect(mkfifo(fifo, 0o600) == 0)
        let reader = open(fifo, O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        let verifier = try Self.verifier(
            "exec 3> \(fifo); echo started >&3; sleep 600 & wait", in: sandbox, deadline: .seconds(2))
        let failure = await #expect(throws: SignatureFailure.self) {
            try await verifier.output(payload: [], signature: [], keyrings: [])
        }
        #expect(failure?.retry == .transient)
        #expect(failure?.message.contains("no verdict within 2s") == true)
        #expect(untilEnd(of: reader) == "started\n")
        #expect(try FileManager.default.contentsOfDirectory(atPath: verifier.temporaryFolder).isEmpty)
    }

    /// What was written, once nobody is left who could write more; nil after ten seconds.
    private func untilEnd(of descriptor: Int32) -> String? {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 64)
        while true {
            var asked = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&asked, 1, 10_000) == 1 else { return nil }
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { return count == 0 ? text : nil }
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
    }

    @Test("a missing program, one that talks without end, and a missing folder are no verdict")
    func noVerdict() async throws {
        let sandbox = try SignatureSandbox()
        var absent = try Self.verifier("", in: sandbox)
        absent.program = sandbox.folder + "/absent"
        var homeless = absent
        homeless.temporaryFolder = sandbox.folder + "/nowhere"
        let endless = try Self.verifier("yes", in: sandbox)
        for (verifier, sentence) in [(absent, "Install gpgv"), (endless, "cannot be run"), (homeless, "No folder")] {
            let failure = await #expect(throws: SignatureFailure.self) {
                try await verifier.output(payload: [], signature: [], keyrings: [])
            }
            #expect(failure?.code == "gpgv" && failure?.retry == .stalled)
            #expect(failure?.message.contains(sentence) == true, "\(failure?.message ?? "")")
        }
    }

    @Test("a commit whose signature could not be checked is an error, not a verdict")
    func thrown() async throws {
        try await OpenPGPKeyring.with { pgp in
            let alice = try await pgp.newKey("alice")
            let commit = try await pgp.commit(pgp.sign(pgp.repository.unsigned(), as: [alice]))
            await #expect(throws: SignatureFailure.self) {
                try await pgp.verdict(
                    commit, people: [alice: person("alice")], verifier: OpenPGPVerifier(program: "/absent/gpgv"))
            }
        }
    }
}
