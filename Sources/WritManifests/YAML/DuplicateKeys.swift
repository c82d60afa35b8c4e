// Keys that occur twice in one mapping, found without a quadratic trap.

extension TreeBuilder {
    /// Pairs of an earlier key and a later one of the same text.
    func duplicateKeys(of mapping: NodeIndex, count: Int) -> [(NodeIndex, NodeIndex)] {
        if count <= 16, areLengthsDistinct(mapping) { return [] }
        return count <= 16 ? comparedPairwise(mapping) : comparedByHash(mapping)
    }

    /// One pass that settles most small mappings: no two keys have one length.
    private func areLengthsDistinct(_ mapping: NodeIndex) -> Bool {
        var seen: UInt64 = 0
        var key = nodes[Int(mapping)].firstChild
        while key != YAMLNode.none {
            let length = nodes[Int(key)].valueLength
            guard length < 64, seen >> UInt64(length) & 1 == 0 else { return false }
            seen |= 1 << UInt64(length)
            key = following(key)
        }
        return true
    }

    /// Lengths tell nearly all keys apart.
    private func comparedPairwise(_ mapping: NodeIndex) -> [(NodeIndex, NodeIndex)] {
        var found: [(NodeIndex, NodeIndex)] = []
        let first = nodes[Int(mapping)].firstChild
        var later = following(first)
        while later != YAMLNode.none {
            var earlier = first
            while earlier != later, !isEqual(earlier, later) { earlier = following(earlier) }
            if earlier != later { found.append((earlier, later)) }
            later = following(later)
        }
        return found
    }

    private func comparedByHash(_ mapping: NodeIndex) -> [(NodeIndex, NodeIndex)] {
        var first: [String: NodeIndex] = [:]
        var found: [(NodeIndex, NodeIndex)] = []
        var key = nodes[Int(mapping)].firstChild
        while key != YAMLNode.none {
            if nodes[Int(key)].kind == .scalar {
                let text = withValue(of: key) { String(decoding: $0, as: UTF8.self) }
                if let earlier = first[text] { found.append((earlier, key)) } else { first[text] = key }
            }
            key = following(key)
        }
        return found
    }

    private func following(_ key: NodeIndex) -> NodeIndex { nodes[Int(nodes[Int(key)].next)].next }

    private func isEqual(_ a: NodeIndex, _ b: NodeIndex) -> Bool {
        let (first, second) = (nodes[Int(a)], nodes[Int(b)])
        guard first.valueLength == second.valueLength, first.kind == .scalar, second.kind == .scalar else {
            return false
        }
        return withValue(of: a) { first in withValue(of: b) { first.elementsEqual($0) } }
    }
}
