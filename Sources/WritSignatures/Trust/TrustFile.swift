// A file that says whose keys count, and the faults found in one: all of them at once, each with its line.

/// The bytes of a file, and what messages call it.
public struct TrustFile: Hashable, Sendable {
    public let name: String
    public let bytes: [UInt8]

    public init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// What is wrong at one place. Shown as `allowed_signers:3: …`.
public struct TrustFault: Hashable, Sendable, CustomStringConvertible {
    public let file: String
    /// From 1; nil when it is about the file as a whole.
    public let line: Int?
    public let message: String

    public var description: String { line.map { "\(file):\($0): \(message)" } ?? "\(file): \(message)" }
}

extension TrustFile {
    /// Lines that are neither empty nor comments, without what surrounds them, each with its number.
    func lines(_ faults: inout [TrustFault]) -> [(number: Int, text: String)] {
        let most = (bytes: SignatureLimits.trustFileBytesMaximum, lines: SignatureLimits.trustLinesMaximum)
        guard bytes.count <= most.bytes else {
            faults.append(fault(nil, "it has \(bytes.count) bytes; at most \(most.bytes) are read"))
            return []
        }
        let raw = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard raw.count <= most.lines else {
            faults.append(fault(nil, "it has \(raw.count) lines; at most \(most.lines) are read"))
            return []
        }
        var found: [(number: Int, text: String)] = []
        for (index, line) in raw.enumerated() {
            let begun = line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            let kept = Array(begun.reversed().drop(while: Armor.isSpace).reversed())
            guard let first = kept.first, first != UInt8(ascii: "#") else { continue }
            guard kept.count <= SignatureLimits.trustLineBytesMaximum,
                let text = String(validating: kept, as: UTF8.self), !kept.contains(0)
            else {
                faults.append(fault(index + 1, "the line is too long or no text"))
                continue
            }
            found.append((index + 1, text))
        }
        return found
    }

    func fault(_ line: Int?, _ message: String) -> TrustFault { TrustFault(file: name, line: line, message: message) }
}

extension SignatureFailure {
    /// nil when there is no fault.
    init?(_ faults: [TrustFault]) {
        guard !faults.isEmpty else { return nil }
        let listed = faults.prefix(SignatureLimits.faultsListedMaximum).map(\.description)
        let more = faults.count > listed.count ? "; and \(faults.count - listed.count) more" : ""
        self = .trust("The keys that count cannot be told: " + listed.joined(separator: "; ") + more + ".")
    }
}
