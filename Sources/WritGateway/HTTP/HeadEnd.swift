// Finds where a head or a trailer section ends, looking at every byte once however it arrives.

/// Searches for the empty line. Refuses a line feed without carriage return, the root of many smuggled requests.
struct HeadEnd: Sendable {
    private var searched = 0
    private(set) var sawLine = false

    mutating func reset() {
        searched = 0
        sawLine = false
    }

    /// The length up to and including the empty line; nil while more bytes are needed.
    mutating func find(_ bytes: borrowing Span<UInt8>) throws(Refusal) -> Int? {
        var index = searched
        while index < bytes.count {
            if bytes[index] == Byte.lineFeed {
                guard index > 0, bytes[index - 1] == Byte.carriageReturn else { throw .bareLineFeed }
                sawLine = true
                if index == 1 || bytes[index - 2] == Byte.lineFeed { return index + 1 }
            }
            index += 1
        }
        searched = index
        return nil
    }
}
