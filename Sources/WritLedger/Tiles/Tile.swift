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

    /// nil unless the path is one a tile has.
    init?(path: String) {
        var parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.removeFirst() == "tile" else { return nil }
        let kind = parts.removeFirst()
        content = kind == "entries" ? .entries : .hashes(level: Int(kind) ?? -1)
        (index, width) = (0, Limits.tileWidth)
        if parts.count >= 2, parts[parts.count - 2].hasSuffix(".p"), let partial = Int(parts.removeLast()) {
            width = partial
            parts[parts.count - 1] = parts[parts.count - 1].dropLast(2)
        }
        for part in parts.dropLast() {
            guard part.hasPrefix("x"), let digits = Int(part.dropFirst()) else { return nil }
            index = index * 1000 + digits
        }
        guard let digits = parts.last.flatMap({ Int($0) }), parts.count <= 4 else { return nil }
        index = index * 1000 + digits
        // One spelling each, whatever was tolerated above.
        guard (1...Limits.tileWidth).contains(width), self.path == path else { return nil }
        if case .hashes(let level) = content, !(0...7).contains(level) { return nil }
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
