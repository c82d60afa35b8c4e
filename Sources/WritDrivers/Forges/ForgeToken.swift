// The forge's token: read at each use, checked before it enters a header, and kept out of every message.
import WritBackends
import WritVocabulary

struct ForgeToken: Sendable {
    /// How this forge wants it.
    let header: @Sendable (String) -> (name: String, value: String)
    private let source: @Sendable () throws -> String

    init(
        _ source: @escaping @Sendable () throws -> String,
        header: @escaping @Sendable (String) -> (name: String, value: String)
    ) {
        self.source = source
        self.header = header
    }

    func read(host: String) throws -> String {
        let text: String
        do {
            text = try source()
        } catch let failure as any WritFailure {
            throw BackendFailure(
                code: "forge-token-unreadable", message: "the token for \(host) could not be read: \(failure.message)",
                retry: .stalled)
        } catch {
            // Its words are not shown: nobody knows what they hold.
            throw refused(host, "could not be read")
        }
        // A file ends with a line feed; nothing else that is no visible ASCII belongs into a header.
        let bytes = text.utf8.drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        let kept = bytes.reversed().drop { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }.reversed()
        guard !kept.isEmpty else { throw refused(host, "is empty") }
        guard kept.count <= ForgeLimits.tokenBytes, kept.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw refused(host, "has characters that no token has, or too many")
        }
        return String(decoding: kept, as: UTF8.self)
    }

    private func refused(_ host: String, _ why: String) -> BackendFailure {
        BackendFailure(
            code: "forge-token-unreadable",
            message: "the token for \(host) \(why); look at what `writ.yaml` names as its place", retry: .stalled)
    }

    /// A forge, or whoever answers in its place, may send back what it was sent.
    func hide(_ secret: String, in words: String) -> String {
        words.split(separator: secret, omittingEmptySubsequences: false).joined(separator: "…")
    }
}
