// One record of the arena: 32 bytes for a node of a YAML document.

/// A node's place in its tree's arena.
typealias NodeIndex = UInt32

/// A node over its source: no pointers, no allocation of its own.
struct YAMLNode: Sendable {
    static let none = NodeIndex.max

    enum Kind: UInt8, Sendable {
        case scalar, sequence, mapping
        /// Refused at the event level and reported there; decoding passes over it in silence.
        case refused
    }

    enum Style: UInt8, Sendable { case plain, quoted, block, flow }

    /// Byte span in the source. A block scalar's span may reach over the blank lines that follow it.
    var start: UInt32
    var end: UInt32
    /// A scalar's value: bytes of the source, or of the side buffer where bit 31 is set.
    var valueStart: UInt32 = 0
    var valueLength: UInt32 = 0
    var next = YAMLNode.none
    /// A mapping's children are key, value, key, value.
    var firstChild = YAMLNode.none
    /// Counted from 0, as libyaml does.
    var line: UInt32
    /// In characters, from 0; 65535 stands for all beyond.
    var column: UInt16
    var kind: Kind
    var style: Style

    static let sideBuffer: UInt32 = 1 << 31
}
