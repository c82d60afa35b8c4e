// Whether a delivery was made by somebody who knows the secret.
import Crypto
import Foundation

/// What a delivery offers as proof, before its body is read.
struct WebhookProof: Hashable, Sendable {
    var kind: WebhookKind
    private let text: String

    /// nil when there is none, or more than one that differ.
    init?(_ kind: WebhookKind, header: (String) -> String?) {
        self.kind = kind
        let found = Set(kind.proofHeaders.compactMap(header))
        guard let text = found.first, found.count == 1 else { return nil }
        self.text = text
    }

    /// GitLab sends the secret itself, so its proof is judged without the body. The others sign the body.
    ///
    /// Takes as long whatever the text is: digests are compared whole, and so is an HMAC.
    func holds(secret: String, body: [UInt8]) -> Bool {
        // An empty secret would be proved by an empty header.
        guard secret.utf8.count >= WebhookLimits.secretBytes else { return false }
        switch kind {
        case .gitlab:
            return SHA256.hash(data: Data(text.utf8)) == SHA256.hash(data: Data(secret.utf8))
        case .github, .gitea:
            guard let code = mac else { return false }
            return HMAC<SHA256>.isValidAuthenticationCode(
                code, authenticating: body, using: SymmetricKey(data: Data(secret.utf8)))
        }
    }

    /// GitHub writes `sha256=` before the digits, Gitea and Forgejo write the digits alone.
    private var mac: [UInt8]? {
        var digits = Array(text.utf8)
        if kind == .github {
            guard text.hasPrefix("sha256=") else { return nil }
            digits.removeFirst(7)
        }
        guard digits.count == 64 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: 64, by: 2) {
            guard let high = WebhookProof.digit(digits[index]), let low = WebhookProof.digit(digits[index + 1]) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        case _: nil
        }
    }
}
