// Finds a byte slice among a fixed list of texts without making a String of it.

/// A list of texts with a look-up from bytes to their place in it. Of equal texts the first counts.
struct NameTable {
    let names: [String]
    private let bytes: [[UInt8]]
    /// Hash to the places in `names` that have it.
    private let places: [UInt64: [Int]]

    init(_ names: [String]) {
        self.names = names
        bytes = names.map { Array($0.utf8) }
        var places: [UInt64: [Int]] = [:]
        for (index, name) in bytes.enumerated() {
            places[name.withUnsafeBufferPointer { ValueHash($0).first }, default: []].append(index)
        }
        self.places = places
    }

    func index(of name: ByteSlice) -> Int? { index(of: name, hash: ValueHash(name).first) }

    /// The same where the first half of the name's ``ValueHash`` is known.
    func index(of name: ByteSlice, hash: UInt64) -> Int? {
        places[hash]?.first { bytes[$0].withUnsafeBufferPointer { SliceComparison.equal($0, name) } }
    }
}

enum SliceComparison {
    static func equal(_ a: ByteSlice, _ b: ByteSlice) -> Bool {
        guard a.count == b.count else { return false }
        return a.elementsEqual(b)
    }
}
