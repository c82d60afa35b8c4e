// The text form that keys of notes share, whatever their type: `name+hash+base64(type, material)`.
import Crypto
import Foundation

/// A public key's name, id and 32 bytes, for one type of signature (C2SP signed-note).
struct NoteKeyText {
    static let secretPrefix = "PRIVATE+KEY+"

    let name: String
    /// The first four bytes of SHA-256 over name, line end, type and key; big-endian.
    let keyID: UInt32
    let material: [UInt8]

    init?(name: String, type: UInt8, material: [UInt8]) {
        guard NoteVerifier.isName(name), material.count == 32 else { return nil }
        self.name = name
        self.material = material
        let hashed = Array(name.utf8) + [10, type] + material
        keyID = SHA256.hash(data: hashed).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A vkey; nil unless it is of this type and its hash fits.
    init?(_ vkey: String, type: UInt8) {
        guard let parts = NoteKeyText.parts(vkey), let key = Base64.decode(parts[2]), key.first == type else {
            return nil
        }
        self.init(name: parts[0], type: type, material: Array(key.dropFirst()))
        guard parts[1] == NoteKeyText.hex(keyID) else { return nil }
    }

    /// The parts of a private key; its hash is to be compared with that of the public key it gives.
    static func secret(_ text: String, type: UInt8) -> (name: String, hash: String, seed: [UInt8])? {
        guard text.hasPrefix(secretPrefix), let parts = parts(String(text.dropFirst(secretPrefix.count))),
            let seed = Base64.decode(parts[2]), seed.first == type
        else { return nil }
        return (parts[0], parts[1], Array(seed.dropFirst()))
    }

    static func encode(_ name: String, _ keyID: UInt32, type: UInt8, _ material: [UInt8]) -> String {
        "\(name)+\(hex(keyID))+\(Data([type] + material).base64EncodedString())"
    }

    static func hex(_ keyID: UInt32) -> String {
        let digits = String(keyID, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    private static func parts(_ text: String) -> [String]? {
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        return parts.count == 3 ? parts : nil
    }
}
