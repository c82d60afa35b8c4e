// DSSE: a payload and the signatures over it (secure-systems-lab/dsse, protocol v1).

/// What is signed for a payload of a type: the pre-authentication encoding.
public enum DSSE {
    /// The type of every statement's payload.
    public static let inTotoType = "application/vnd.in-toto+json"

    public static func preAuthenticationEncoding(type: String, payload: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(payload.count) ".utf8) + payload
    }
}
