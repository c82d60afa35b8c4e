// Hashing, tree shape and proofs against the published vectors and the definition.
import Testing

@testable import WritLedger

struct TreeTests {
    static let published: [(Int, String)] = [
        (0, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="),
        (1, "963xIEhE369Pmv9AwsmrnQd7cgbYC0x2zCGVClDvjE0="),
        (2, "ed8senUstQOHkAngkndQBg81xmHo5d6vLTQDRoisC4k="),
        (3, "7MOLAKRBhwrUVItLOfQpwO6yrWfiYThRKnraBoikEkw="),
        (7, "Yws+eMafCyqn6iF+hiMz0HoiQbof4bvmPh6yrjE1dW0="),
        (256, "D4uqdCR38jU9cjOSFMLCgOB9vog0EhehtNyfICF6J5A="),
        (70000, "n2sS6yPId8xNvCJlt56tL/DBq4LvBM1fIoDvhrHmmUk="),
    ]

    @Test("the roots of the published trees come out of the growing tree", arguments: TreeTests.published)
    func growing(size: Int, expected: String) {
        var builder = TreeBuilder()
        for number in 0..<size { builder.append(NaiveTree.leaf(number)) }
        #expect(builder.root.base64 == expected)
    }

    @Test("a tree of 70,000 leaves fills the tiles the format says")
    func tiles() {
        var builder = TreeBuilder()
        for number in 0..<70_000 { builder.append(NaiveTree.leaf(number)) }
        let full = builder.takeFullTiles().map(\.tile)
        #expect(full.filter { $0.content == .hashes(level: 0) }.map(\.index) == Array(0..<273))
        #expect(full.filter { $0.content == .hashes(level: 1) }.map(\.index) == [0])
        #expect(builder.partialTiles.map(\.tile.path) == ["tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1"])
        #expect(builder.takeFullTiles().isEmpty)
    }

    @Test("at every size up to 600 the growing tree has the root of the definition, also when it goes on from its edge")
    func everySize() {
        let leaves = NaiveTree.leaves(600)
        var builder = TreeBuilder()
        for size in 0...600 {
            #expect(builder.root == NaiveTree.root(leaves[..<size]))
            builder = TreeBuilder(size: builder.size, edge: builder.edge)
            if size < 600 { builder.append(leaves[size]) }
        }
    }

    private func hashes(_ leaves: [TreeHash]) -> SubtreeHash {
        { level, index in NaiveTree.root(leaves[index << level..<(index + 1) << level]) }
    }

    @Test("the published inclusion and consistency proofs come out byte for byte")
    func vectors() throws {
        let hash = hashes(NaiveTree.leaves(7))
        #expect(
            try TreeShape.inclusion(3, in: 7, hash).map(\.base64) == [
                "47lgG77JFu0YrBgV/qcuhczlLHtER2npsgNlurCeH1s=", "ed8senUstQOHkAngkndQBg81xmHo5d6vLTQDRoisC4k=",
                "gE7jPGYwwGc/y73l4/yaKUOSs4P/aEfjl80AyxIVngE=",
            ])
        #expect(
            try TreeShape.inclusion(6, in: 7, hash).map(\.base64) == [
                "Ad1fXiImdbkZz7zmvzbNT+FdGzH0ztnGiU9rCzpHVF0=", "Ud/DQ/2EVY4uBf9Y34tlQvNB4nFSOm3vEPnxHeKTPP4=",
            ])
        #expect(
            try TreeShape.consistency(3, to: 7, hash).map(\.base64) == [
                "47lgG77JFu0YrBgV/qcuhczlLHtER2npsgNlurCeH1s=", "3xrm1qdBf80b9Exr6pFCLYl5hl46FYbsrHGgTk5wPhw=",
                "ed8senUstQOHkAngkndQBg81xmHo5d6vLTQDRoisC4k=", "gE7jPGYwwGc/y73l4/yaKUOSs4P/aEfjl80AyxIVngE=",
            ])
    }

    @Test("every proof of trees up to 40 leaves verifies, and no proof does with anything changed")
    func allProofs() throws {
        let leaves = NaiveTree.leaves(40)
        for size in 1...40 {
            let hash = hashes(leaves)
            let root = NaiveTree.root(leaves[..<size])
            for index in 0..<size {
                let path = try TreeShape.inclusion(index, in: size, hash)
                func verify(_ index: Int, _ leaf: TreeHash, _ path: [TreeHash], _ root: TreeHash) -> Bool {
                    TreeProof.verifyInclusion(index, size: size, leaf: leaf, root: root, path: path)
                }
                #expect(verify(index, leaves[index], path, root))
                #expect(!verify(index, .empty, path, root))
                #expect(!verify(index, leaves[index], path, .empty))
                #expect(!verify(index, leaves[index], path + [.empty], root))
                #expect(!verify(size, leaves[index], path, root))
                if !path.isEmpty { #expect(!verify(index, leaves[index], Array(path.dropLast()), root)) }
                if size > 1 { #expect(!verify((index + 1) % size, leaves[index], path, root)) }
            }
            for old in 0...size {
                let before = NaiveTree.root(leaves[..<old])
                let path = try TreeShape.consistency(old, to: size, hash)
                func verify(_ before: TreeHash, _ root: TreeHash, _ path: [TreeHash]) -> Bool {
                    TreeProof.verifyConsistency(old, oldRoot: before, size: size, root: root, path: path)
                }
                #expect(verify(before, root, path))
                // Every tree goes on from the empty one.
                if old > 0 { #expect(!verify(before, leaves[39], path)) }
                #expect(!verify(before, root, path + [.empty]))
                if !path.isEmpty { #expect(!verify(before, root, Array(path.dropLast()))) }
            }
        }
    }

    @Test("proof lengths are those of the format's table")
    func lengths() throws {
        let hash: SubtreeHash = { _, _ in .empty }
        #expect(try TreeShape.inclusion(0, in: 1_000_000, hash).count == 20)
        #expect(try TreeShape.inclusion(0, in: 70_000, hash).count == 17)
        #expect(try TreeShape.consistency(69_999, to: 70_000, hash).count <= 18)
    }

    @Test(
        "tile paths group the index by three digits",
        arguments: [
            (0, 256, "tile/0/000"), (67, 256, "tile/0/067"), (1_234_067, 256, "tile/0/x001/x234/067"),
            (1000, 5, "tile/0/x001/000.p/5"),
        ])
    func paths(index: Int, width: Int, path: String) {
        #expect(Tile(.hashes(level: 0), index: index, width: width).path == path)
        #expect(
            Tile(.entries, index: index, width: width).path == path.replacing("tile/0/", with: "tile/entries/"))
    }
}
