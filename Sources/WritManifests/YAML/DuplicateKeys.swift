// Keys that occur twice in one mapping, found without a quadratic trap.

enum DuplicateKeys {
    /// Pairs of an earlier key and a later one of the same text.
    static func find(in tree: YAMLTree, mapping: NodeIndex, count: Int) -> [(NodeIndex, NodeIndex)] {
        count <= 16 ? compareAll(in: tree, mapping: mapping) : compareHashed(in: tree, mapping: mapping)
    }

    /// Most mappings are small; lengths tell nearly all their keys apart.
    private static func compareAll(in tree: YAMLTree, mapping: NodeIndex) -> [(NodeIndex, NodeIndex)] {
        var found: [(NodeIndex, NodeIndex)] = []
        var later = following(tree[mapping].firstChild, in: tree)
        while later != YAMLNode.none {
            var earlier = tree[mapping].firstChild
            while earlier != later {
                if isEqual(earlier, later, in: tree) {
                    found.append((earlier, later))
                    break
                }
                earlier = following(earlier, in: tree)
            }
            later = following(later, in: tree)
        }
        return found
    }

    private static func compareHashed(in tree: YAMLTree, mapping: NodeIndex) -> [(NodeIndex, NodeIndex)] {
        var first: [String: NodeIndex] = [:]
        var found: [(NodeIndex, NodeIndex)] = []
        for (key, _) in tree.entries(of: mapping) where tree[key].kind == .scalar {
            let text = tree.text(of: key)
            if let earlier = first[text] { found.append((earlier, key)) } else { first[text] = key }
        }
        return found
    }

    private static func following(_ key: NodeIndex, in tree: YAMLTree) -> NodeIndex { tree[tree[key].next].next }

    private static func isEqual(_ a: NodeIndex, _ b: NodeIndex, in tree: YAMLTree) -> Bool {
        guard tree[a].valueLength == tree[b].valueLength, tree[a].kind == .scalar, tree[b].kind == .scalar else { return false }
        return tree.withValue(of: a) { first in tree.withValue(of: b) { first.elementsEqual($0) } }
    }
}
