// Checking proofs, in the iterative forms of RFC 9162 §2.1.3.2 and §2.1.4.2.

/// Proof checks that need nothing but hashes.
public enum TreeProof {
    /// Whether `path` shows that `leaf` is number `index` of the tree with `size` leaves and this root.
    public static func verifyInclusion(
        _ index: Int, size: Int, leaf: TreeHash, root: TreeHash, path: [TreeHash]
    ) -> Bool {
        guard index >= 0, index < size else { return false }
        var (fn, sn, result) = (index, size - 1, leaf)
        for part in path {
            guard sn > 0 else { return false }
            if fn & 1 == 1 || fn == sn {
                result = .node(part, result)
                while fn & 1 == 0, fn != 0 { (fn, sn) = (fn >> 1, sn >> 1) }
            } else {
                result = .node(result, part)
            }
            (fn, sn) = (fn >> 1, sn >> 1)
        }
        return sn == 0 && result == root
    }

    /// Whether `path` shows that the tree of `old` leaves is the beginning of the tree of `size` leaves.
    public static func verifyConsistency(
        _ old: Int, oldRoot: TreeHash, size: Int, root: TreeHash, path: [TreeHash]
    ) -> Bool {
        guard old >= 0, old <= size else { return false }
        if old == size { return path.isEmpty && oldRoot == root }
        if old == 0 { return path.isEmpty && oldRoot == .empty }
        var rest = path[...]
        if old & (old - 1) == 0 { rest = ([oldRoot] + path)[...] }
        guard let first = rest.popFirst() else { return false }
        var (fn, sn) = (old - 1, size - 1)
        while fn & 1 == 1 { (fn, sn) = (fn >> 1, sn >> 1) }
        var (before, after) = (first, first)
        for part in rest {
            guard sn > 0 else { return false }
            if fn & 1 == 1 || fn == sn {
                (before, after) = (.node(part, before), .node(part, after))
                while fn & 1 == 0, fn != 0 { (fn, sn) = (fn >> 1, sn >> 1) }
            } else {
                after = .node(after, part)
            }
            (fn, sn) = (fn >> 1, sn >> 1)
        }
        return sn == 0 && before == oldRoot && after == root
    }
}
