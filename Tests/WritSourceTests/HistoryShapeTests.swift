// Steps of the branch and what each merge brought, on drawn histories.
import Testing
import WritVocabulary

@testable import WritSource

struct HistoryShapeTests {
    /// `parents` by letter, children first; `B` is the base and the first letter the head.
    private static func shape(_ parents: KeyValuePairs<String, String>) -> HistoryShape {
        HistoryShape(
            base: id("B"), head: id(parents[0].key), order: parents.map { id($0.key) },
            parents: Dictionary(
                uniqueKeysWithValues: parents.map { (id($0.key), $0.value.map { id(String($0)) }) }))
    }

    private static func id(_ letter: String) -> ObjectID {
        ObjectID(RevisionID(String(repeating: "0", count: 38) + Hex.encode(Array(letter.utf8)))!)
    }

    private static func drawn(_ shape: HistoryShape) -> [String] {
        shape.steps().map { step in
            "\(letter(step.head)):" + step.commits.map(letter).sorted().joined()
        }
    }

    private static func letter(_ id: ObjectID) -> String {
        String(decoding: Hex.decode(String(id.hex.suffix(2))) ?? [], as: UTF8.self)
    }

    @Test("a straight line is one step each, oldest first")
    func line() { #expect(Self.drawn(Self.shape(["d": "c", "c": "b", "b": "B"])) == ["b:b", "c:c", "d:d"]) }

    @Test("nothing after the base is no step")
    func nothing() {
        let base = Self.id("B")
        #expect(HistoryShape(base: base, head: base, order: [], parents: [:]).steps().isEmpty)
    }

    @Test("a merge brings the commits of its branch, each once, even when merged twice")
    func merges() {
        let shape = Self.shape(["m": "nz", "n": "by", "z": "y", "b": "B", "y": "x", "x": "B"])
        #expect(Self.drawn(shape) == ["b:b", "n:nxy", "m:mz"])
    }

    @Test("a branch from before the base is brought whole by the merge")
    func older() {
        // `o` has a parent before the base, which is not in the range.
        #expect(Self.drawn(Self.shape(["m": "bo", "b": "B", "o": "A"])) == ["b:b", "m:mo"])
    }

    @Test("a base that was merged as a second parent loses no commit")
    func foxtrot() {
        let shape = Self.shape(["d": "m", "m": "fB", "f": "e", "e": "A"])
        #expect(Self.drawn(shape) == ["m:efm", "d:d"])
    }

    @Test("several parents, of which the first is not the base's, are one step")
    func octopus() {
        #expect(Self.drawn(Self.shape(["m": "xBy", "x": "A", "y": "B"])) == ["m:mxy"])
    }
}
