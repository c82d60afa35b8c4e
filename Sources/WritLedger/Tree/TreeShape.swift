// The shape of RFC 6962 trees: which complete subtrees a root or a proof is folded from.

/// Gives the hash of the complete subtree that covers leaves `index << level ..< (index + 1) << level`.
typealias SubtreeHash = (_ level: Int, _ index: Int) throws -> TreeHash

enum TreeShape {
    /// The largest power of two that is less than `size`, which must be over 1: where a tree is split.
    static func split(_ size: Int) -> Int { 1 << level(size - 1) }

    /// The binary logarithm, rounded down.
    static func level(_ size: Int) -> Int { Int.bitWidth - 1 - size.leadingZeroBitCount }

    /// MTH of the leaves in `range`, which must begin where the tree's own shape would cut.
    static func root(of range: Range<Int>, _ hash: SubtreeHash) throws -> TreeHash {
        var parts: [TreeHash] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let fitting = level(range.upperBound - start)
            let level = start == 0 ? fitting : min(fitting, start.trailingZeroBitCount)
            parts.append(try hash(level, start >> level))
            start += 1 << level
        }
        return fold(parts)
    }

    /// Joins complete subtrees, largest first, into one root.
    static func fold(_ parts: [TreeHash]) -> TreeHash {
        guard var root = parts.last else { return .empty }
        for part in parts.dropLast().reversed() { root = .node(part, root) }
        return root
    }

    /// The audit path of leaf `index` in the tree of `size` leaves, the leaf's sibling first.
    static func inclusion(_ index: Int, in size: Int, _ hash: SubtreeHash) throws -> [TreeHash] {
        var range = 0..<size
        var path: [TreeHash] = []
        while range.count > 1 {
            let middle = range.lowerBound + split(range.count)
            let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
            path.append(try root(of: index < middle ? right : left, hash))
            range = index < middle ? left : right
        }
        return path.reversed()
    }

    /// The proof that the tree of `old` leaves is the beginning of the tree of `size`.
    static func consistency(_ old: Int, to size: Int, _ hash: SubtreeHash) throws -> [TreeHash] {
        guard old > 0, old < size else { return [] }
        var range = 0..<size
        var path: [TreeHash] = []
        while range.upperBound != old {
            let middle = range.lowerBound + split(range.count)
            let (left, right) = (range.lowerBound..<middle, middle..<range.upperBound)
            path.append(try root(of: old <= middle ? right : left, hash))
            range = old <= middle ? left : right
        }
        if range.lowerBound != 0 { path.append(try root(of: range, hash)) }
        return path.reversed()
    }

    /// The root over 2^n adjacent hashes.
    static func complete(_ hashes: ArraySlice<TreeHash>) -> TreeHash {
        var row = Array(hashes)
        var count = row.count
        while count > 1 {
            count /= 2
            for index in 0..<count { row[index] = .node(row[2 * index], row[2 * index + 1]) }
        }
        return row[0]
    }
}
