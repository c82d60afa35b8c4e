// Which tile, and its path: `tile/<L>/<N>[.p/<W>]` and `tile/entries/<N>[.p/<W>]` (C2SP tlog-tiles).

/// The name of a tile of hashes or of a bundle of entries.
public struct Tile: Hashable, Sendable {
    public enum Content: Hashable, Sendable {
        case hashes(level: Int)
        case entries
    }

    public var content: Content
    public var index: Int
    /// 1 to 256; below 256 the tile is partial.
    public var width: Int

    public init(_ content: Content, index: Int, width: Int) {
        self.content = content
        self.index = index
        self.width = width
    }

    public var isFull: Bool { width == Limits.tileWidth }

    /// Relative to the log's folder.
    public var path: String { isFull ? fullPath : "\(partialFolder)/\(width)" }

    /// Where the tile will lie when it is full.
    var fullPath: String {
        switch content {
        case .hashes(let level): "tile/\(level)/\(Tile.encode(index))"
        case .entries: "tile/entries/\(Tile.encode(index))"
        }
    }

    /// Where its partial forms lie.
    var partialFolder: String { fullPath + ".p" }

    /// 1234067 is `x001/x234/067`.
    static func encode(_ index: Int) -> String {
        var rest = index
        var text = padded(rest % 1000)
        while rest >= 1000 {
            rest /= 1000
            text = "x\(padded(rest % 1000))/\(text)"
        }
        return text
    }

    private static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }
}
