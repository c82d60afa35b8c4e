// The members of a zip archive, as its central directory lists them and its local headers agree.

/// From PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.5. Readers differ over archives that contradict themselves; such
/// ones are not read at all.
struct ZipDirectory {
    struct Member: Hashable {
        var name: String
        /// 0 stored, 8 deflated.
        var method: UInt16
        var packed: Int64
        var unpacked: Int64
        var header: Int64
        /// Where its bytes begin, and where what belongs to it ends.
        var data: Int64
        var hasDescriptor: Bool
    }

    enum Reading {
        case none
        case archive(ZipDirectory)
        /// It ends like an archive; the reason for not reading it.
        case odd(String)
    }

    private(set) var members: [Member] = []
    /// Bytes before the first member.
    private(set) var prefix: Int64 = 0
    /// Whether members follow one another without anything between.
    private(set) var isTight = false

    private static let endSignature: [UInt8] = [0x50, 0x4B, 5, 6]
    private static let endBytes = 22

    struct Odd: Error {
        var why: String
    }

    /// Looks for an archive that ends where the view ends, or near to it as lenient readers accept.
    static func read(_ view: ByteView) throws -> Reading {
        let tailSize = Int(min(view.size, Int64(endBytes + 0xFFFF)))
        let tail = try view.bytes(at: view.size - Int64(tailSize), tailSize)
        var ends: [Int] = []
        if tail.count >= endBytes {
            for index in 0...(tail.count - endBytes) where tail[index] == 0x50 {
                if Array(tail[index..<index + 4]) == endSignature { ends.append(index) }
            }
        }
        let base = view.size - Int64(tail.count)
        let plausible = try ends.filter { try isPlausible(view, at: base + Int64($0), Array(tail[$0...])) }
        guard let end = plausible.last else { return .none }
        guard plausible.count == 1 else { return .odd("it has two ends of a zip archive") }
        do {
            return .archive(try ZipDirectory(view, end: base + Int64(end), Array(tail[end...])))
        } catch let odd as Odd {
            return .odd("it is a zip archive that \(odd.why)")
        }
    }

    /// Whether a directory lies before this end: chance does not make both.
    private static func isPlausible(_ view: ByteView, at end: Int64, _ record: [UInt8]) throws -> Bool {
        let size = Int64(record.little(12, 4))
        if record.little(10, 2) == 0, size == 0 { return record.count == endBytes }
        if size == 0xFFFF_FFFF || record.little(10, 2) == 0xFFFF { return true }
        if try view.starts(with: [0x50, 0x4B, 1, 2], at: end - size) { return true }
        return try view.starts(with: [0x50, 0x4B, 6, 7], at: end - 20)
    }

    private init(_ view: ByteView, end: Int64, _ record: [UInt8]) throws {
        guard record.count == Self.endBytes + Int(record.little(20, 2)) else {
            throw Odd(why: "has bytes behind its end")
        }
        guard record.little(4, 2) == 0, record.little(6, 2) == 0, record.little(8, 2) == record.little(10, 2) else {
            throw Odd(why: "lies on several disks")
        }
        var (count, size, offset) = (record.little(10, 2), record.little(12, 4), record.little(16, 4))
        var directoryEnd = end
        if try view.starts(with: [0x50, 0x4B, 6, 7], at: end - 20) {
            (count, size, offset, directoryEnd) = try Self.large(view, end: end, count, size, offset)
        }
        guard count <= UInt64(RecognitionLimits.zipEntries), size <= UInt64(RecognitionLimits.zipDirectoryBytes),
            Int64(size) <= directoryEnd, offset <= UInt64(Int64.max)
        else { throw Odd(why: "has more members than are looked at") }
        let start = directoryEnd - Int64(size)
        guard start >= Int64(offset) else { throw Odd(why: "says its directory is elsewhere") }
        prefix = start - Int64(offset)
        try list(view, start: start, size: Int(size), count: Int(count))
    }

    private static func large(
        _ view: ByteView, end: Int64, _ count: UInt64, _ size: UInt64, _ offset: UInt64
    ) throws -> (UInt64, UInt64, UInt64, Int64) {
        let bytes = try view.bytes(at: end - 76, 56)
        guard bytes.count == 56, Array(bytes[..<4]) == [0x50, 0x4B, 6, 6], bytes.little(4, 8) == 44 else {
            throw Odd(why: "has an end for large archives that is not as usual")
        }
        let values = (bytes.little(32, 8), bytes.little(40, 8), bytes.little(48, 8))
        guard bytes.little(24, 8) == values.0, count == 0xFFFF || count == values.0,
            size == 0xFFFF_FFFF || size == values.1, offset == 0xFFFF_FFFF || offset == values.2
        else { throw Odd(why: "has two ends that contradict each other") }
        return (values.0, values.1, values.2, end - 76)
    }

    private mutating func list(_ view: ByteView, start: Int64, size: Int, count: Int) throws {
        let bytes = try view.bytes(at: start, size)
        guard bytes.count == size else { throw Odd(why: "is cut") }
        var position = 0
        var names: Set<String> = []
        for _ in 0..<count {
            let (member, next) = try central(bytes, at: position)
            guard names.insert(member.name).inserted else { throw Odd(why: "has two members of one name") }
            members.append(try local(member, view))
            position = next
        }
        guard position == size else { throw Odd(why: "has more in its directory than it counts") }
        members.sort { $0.header < $1.header }
        isTight = try checkOrder(view, directory: start)
    }

    private func central(_ bytes: [UInt8], at position: Int) throws -> (Member, next: Int) {
        guard position + 46 <= bytes.count, Array(bytes[position..<position + 4]) == [0x50, 0x4B, 1, 2] else {
            throw Odd(why: "has a directory that cannot be read")
        }
        let lengths = [28, 30, 32].map { Int(bytes.little(position + $0, 2)) }
        let next = position + 46 + lengths.reduce(0, +)
        guard next <= bytes.count, lengths[0] > 0, lengths[0] <= RecognitionLimits.zipNameBytes,
            let name = String(validating: bytes[position + 46..<position + 46 + lengths[0]], as: UTF8.self)
        else { throw Odd(why: "has a member without a proper name") }
        let flags = bytes.little(position + 8, 2)
        guard flags & 1 == 0 else { throw Odd(why: "has encrypted members") }
        var values = [24, 20, 42].map { bytes.little(position + $0, 4) }
        let extra = Array(bytes[position + 46 + lengths[0]..<position + 46 + lengths[0] + lengths[1]])
        try Self.widen(&values, extra)
        guard values.allSatisfy({ $0 < UInt64(Int64.max / 4) }) else { throw Odd(why: "has impossible sizes") }
        let member = Member(
            name: name, method: UInt16(bytes.little(position + 10, 2)), packed: Int64(values[1]),
            unpacked: Int64(values[0]), header: Int64(values[2]), data: 0, hasDescriptor: flags & 8 != 0)
        return (member, next)
    }

    /// Puts in the 8-byte values of the extra field 1 where the 4-byte ones say so, in this order.
    private static func widen(_ values: inout [UInt64], _ extra: [UInt8]) throws {
        var position = 0
        while position + 4 <= extra.count {
            let length = Int(extra.little(position + 2, 2))
            guard position + 4 + length <= extra.count else { throw Odd(why: "has an extra field that is cut") }
            if extra.little(position, 2) == 1 {
                var at = position + 4
                for index in values.indices where values[index] == 0xFFFF_FFFF {
                    guard at + 8 <= position + 4 + length else { break }
                    values[index] = extra.little(at, 8)
                    at += 8
                }
                return
            }
            position += 4 + length
        }
    }

    private func local(_ member: Member, _ view: ByteView) throws -> Member {
        var member = member
        let start = member.header + prefix
        let head = try view.bytes(at: start, 30)
        guard head.count == 30, Array(head[..<4]) == [0x50, 0x4B, 3, 4] else {
            throw Odd(why: "has a member that is not where its directory says")
        }
        let (nameLength, extraLength) = (Int(head.little(26, 2)), Int(head.little(28, 2)))
        let name = try view.bytes(at: start + 30, nameLength)
        let extra = try view.bytes(at: start + 30 + Int64(nameLength), extraLength)
        var sizes = [22, 18].map { head.little($0, 4) }
        try Self.widen(&sizes, extra)
        let isSame = sizes == [UInt64(member.unpacked), UInt64(member.packed)]
        let isLater = member.hasDescriptor && sizes == [0, 0]
        guard name == Array(member.name.utf8), head.little(8, 2) == UInt64(member.method),
            head.little(6, 2) & 8 == (member.hasDescriptor ? 8 : 0), isSame || isLater
        else { throw Odd(why: "says two things of one member") }
        member.data = start + 30 + Int64(nameLength) + Int64(extraLength)
        guard view.part(at: member.data, size: member.packed) != nil else { throw Odd(why: "is cut") }
        return member
    }

    /// Members may not overlap; true when nothing lies between them.
    private func checkOrder(_ view: ByteView, directory: Int64) throws -> Bool {
        var position: Int64 = prefix
        var isTight = true
        for member in members {
            let gap = member.header + prefix - position
            guard gap >= 0 else { throw Odd(why: "has members that overlap") }
            if gap != 0 { isTight = false }
            position = member.data + member.packed
            if member.hasDescriptor { position += try descriptorSize(member, view) }
        }
        guard position <= directory else { throw Odd(why: "has members that overlap") }
        return isTight && position == directory
    }

    /// With its signature and 4-byte or 8-byte sizes; 0 where none is found.
    private func descriptorSize(_ member: Member, _ view: ByteView) throws -> Int64 {
        let bytes = try view.bytes(at: member.data + member.packed, 24)
        guard bytes.count >= 16, Array(bytes[..<4]) == [0x50, 0x4B, 7, 8] else { return 0 }
        if bytes.little(8, 4) == UInt64(member.packed), bytes.little(12, 4) == UInt64(member.unpacked) { return 16 }
        let isLarge = bytes.count == 24 && bytes.little(8, 8) == UInt64(member.packed)
        return isLarge ? 24 : 0
    }
}
