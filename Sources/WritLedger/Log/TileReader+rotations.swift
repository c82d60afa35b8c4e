// Finding the rotations of a log's key among its entries.
import Foundation
import WritVocabulary

extension TileReader {
    private static let word = Array("keyRotated\"".utf8)

    /// The rotations among these entries. Numbers beyond the log, and entries that are none, are passed over.
    func rotations(at hints: [Int]) throws -> [KeyHistory.Step] {
        var found: [KeyHistory.Step] = []
        for index in hints where index < size {
            try forEachLeaf(in: index..<index + 1) { found += try TileReader.rotation($1, $0) }
        }
        return found
    }

    /// All rotations: reads the whole log.
    func rotations() throws -> [KeyHistory.Step] {
        var found: [KeyHistory.Step] = []
        try forEachLeaf(in: 0..<size) { found += try TileReader.rotation($1, $0) }
        return found
    }

    /// Decodes only what has the event's name in it, since decoding costs a hundred times what looking does.
    static func rotation(_ leaf: UnsafeRawBufferPointer, _ index: Int) throws -> [KeyHistory.Step] {
        guard holdsWord(leaf),
            case .keyRotated(let rotation) = try LedgerView.decode(leaf, index).event
        else { return [] }
        return [KeyHistory.Step(sequence: index, rotation: rotation)]
    }

    private static func holdsWord(_ leaf: UnsafeRawBufferPointer) -> Bool {
        guard var place = leaf.baseAddress else { return false }
        let end = place + leaf.count
        while end - place >= word.count, let found = memchr(place, Int32(word[0]), end - place - word.count + 1) {
            place = UnsafeRawPointer(found)
            if memcmp(place, word, word.count) == 0 { return true }
            place += 1
        }
        return false
    }
}
