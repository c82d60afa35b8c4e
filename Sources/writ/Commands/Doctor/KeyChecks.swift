// Whether keys and secrets are there, can be used, and can be read by nobody else. What they hold is never shown.
import Glibc
import WritLedger
import WritSignatures
import WritSource
import WritVocabulary

enum KeyChecks {
    /// In order: Writ's keys, then the secrets `writ.yaml` refers to.
    static func all(_ configuration: OperatorConfiguration, environment: [String: String]) -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        if configuration.repository.push { findings.append(commitKey(configuration.governance.identity.key)) }
        if let signers = configuration.governance.trust.signers { findings.append(signersFile(signers)) }
        if let token = configuration.governance.forge?.token {
            findings.append(secret("forge token", token, "forge.token", environment))
        }
        if let secret = configuration.governance.webhooks?.secret {
            findings.append(Self.secret("webhook secret", secret, "webhooks.secret", environment))
        }
        return findings
    }

    private static func commitKey(_ path: String) -> DoctorFinding {
        let name = "commit key"
        guard access(path, F_OK) == 0 else { return .ok(name, "\(path) will be made by the first `writ serve`") }
        do {
            let key = try SigningKey(file: path)
            if let open = openness(name, path) { return open }
            return .ok(name, "\(key.publicKey.fingerprint), for its owner alone (\(path))")
        } catch {
            return .fail(
                name, FailureRecord(error).message,
                "put the key back, or name another file in identity.key and list it in the allowed signers")
        }
    }

    private static func signersFile(_ path: String) -> DoctorFinding {
        access(path, R_OK) == 0
            ? .ok("first signers", path)
            : .fail(
                "first signers", "\(path): \(String(cString: strerror(errno)))",
                "put the allowed_signers file there, or correct trust.signers in writ.yaml")
    }

    private static func secret(
        _ name: String, _ reference: SecretReference, _ field: String, _ environment: [String: String]
    ) -> DoctorFinding {
        do {
            _ = try reference.resolve(environment: environment)
        } catch {
            return .fail(
                name, FailureRecord(error).message, "put it there, or correct \(field) in writ.yaml")
        }
        if case .file(let path) = reference, let open = openness(name, path) { return open }
        return .ok(name, "readable from \(reference)")
    }

    /// nil where only the owner has a right to the file.
    private static func openness(_ name: String, _ path: String) -> DoctorFinding? {
        var facts = stat()
        guard stat(path, &facts) == 0, facts.st_mode & 0o077 != 0 else { return nil }
        return .warn(name, "\(path) is open to other users", "chmod 600 \(path)")
    }
}
