// Remembers which values a column had, in bounded memory.

/// A set of value hashes: open addressing with linear steps, 16 bytes a place.
struct SeenValues {
    enum Insertion: Equatable { case new, seenBefore }

    private static let empty = ValueHash(first: 0, second: 0)
    private(set) var count = 0
    private var places: [ValueHash] = []

    mutating func insert(_ bytes: ByteSlice) -> Insertion {
        // Grows at three quarters, doubling.
        if (count + 1) * 4 > places.count * 3 { grow() }
        var hash = ValueHash(bytes)
        if hash == Self.empty { hash.second = 1 }
        guard Self.place(hash, in: &places) else { return .seenBefore }
        count += 1
        return .new
    }

    private mutating func grow() {
        var larger = [ValueHash](repeating: Self.empty, count: max(1024, places.count * 2))
        for hash in places where hash != Self.empty { _ = Self.place(hash, in: &larger) }
        places = larger
    }

    /// False when the hash is already there.
    private static func place(_ hash: ValueHash, in places: inout [ValueHash]) -> Bool {
        let mask = places.count - 1
        var index = Int(truncatingIfNeeded: hash.first) & mask
        while places[index] != empty {
            if places[index] == hash { return false }
            index = (index + 1) & mask
        }
        places[index] = hash
        return true
    }
}
