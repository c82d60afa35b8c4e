// Runs a pickle without doing anything, to learn what it would import and call.

/// One operation after the other on a stack of shadows. It fails where Python would, as far as shadows can tell; where
/// they cannot, it goes on, so that more is found than runs rather than less.
struct PickleMachine {
    enum Value {
        case text(String)
        /// `module.name`.
        case global(String)
        case other
    }

    /// What Python would refuse too: nothing behind it is reached.
    struct Broken: Error {}
    /// More than is looked at.
    struct TooMuch: Error {}

    private(set) var trace = PickleTrace()
    private var stack: [Value] = []
    private var marks: [Int] = []
    private var memo: [UInt64: Value] = [:]

    /// True when it was the end of the pickle.
    mutating func run(_ opcode: PickleOpcode, _ bytes: [UInt8], _ second: [UInt8]) throws -> Bool {
        guard stack.count < RecognitionLimits.pickleStack, memo.count < RecognitionLimits.pickleMemo else {
            throw TooMuch()
        }
        switch opcode {
        case .stop:
            _ = try pop()
            return true
        case .mark: marks.append(stack.count)
        case .proto: guard bytes[0] <= 5 else { throw Broken() }
        case .frame: break
        case .pop, .popMark, .dup: try shuffle(opcode)
        case .none, .newTrue, .newFalse, .emptyDict, .emptyList, .emptyTuple, .emptySet, .binInt, .binInt1, .binInt2,
            .binFloat, .long1, .long4, .binBytes, .shortBinBytes, .binBytes8, .byteArray8, .nextBuffer:
            stack.append(.other)
        case .readOnlyBuffer: try replace(1)
        case .int, .long, .float: try number(bytes)
        case .string, .unicode, .binString, .shortBinString, .binUnicode, .shortBinUnicode, .binUnicode8:
            try text(opcode, bytes)
        case .append: try drop(1)
        case .setItem: try drop(2)
        case .appends, .setItems, .addItems:
            try popMark()
            try need(1)
        case .dict, .list, .tuple, .frozenSet:
            try popMark()
            stack.append(.other)
        case .tuple1: try replace(1)
        case .tuple2: try replace(2)
        case .tuple3: try replace(3)
        case .get, .binGet, .longBinGet, .put, .binPut, .longBinPut, .memoize: try remember(opcode, bytes)
        case .persistentID, .binPersistentID, .global, .inst, .stackGlobal, .ext1, .ext2, .ext4:
            try reach(opcode, bytes, second)
        case .reduce, .newObj, .newObjEx, .obj, .build: try call(opcode)
        }
        return false
    }

    private var floor: Int { marks.last ?? 0 }

    private func need(_ count: Int) throws { guard stack.count - floor >= count else { throw Broken() } }

    private mutating func pop() throws -> Value {
        try need(1)
        return stack.removeLast()
    }

    private mutating func drop(_ count: Int) throws {
        try need(count + 1)
        stack.removeLast(count)
    }

    private mutating func replace(_ count: Int) throws {
        try need(count)
        stack.removeLast(count)
        stack.append(.other)
    }

    /// What lay above the mark.
    @discardableResult
    private mutating func popMark() throws -> ArraySlice<Value> {
        guard let mark = marks.popLast() else { throw Broken() }
        let above = stack[mark...]
        stack.removeLast(stack.count - mark)
        return above
    }

    private mutating func shuffle(_ opcode: PickleOpcode) throws {
        switch opcode {
        case .popMark: try popMark()
        case .dup:
            try need(1)
            stack.append(stack[stack.count - 1])
        default:
            if stack.count == floor, !marks.isEmpty {
                marks.removeLast()
            } else {
                _ = try pop()
            }
        }
    }

    /// Numbers in text: as loosely as Python's parsers can be, and no looser than to begin like one.
    private mutating func number(_ line: [UInt8]) throws {
        let shown = line.drop { [0x20, 0x09, 0x0B, 0x0C, 0x0D, 0x2B, 0x2D].contains($0) }
        guard let first = shown.first else { throw Broken() }
        let isNumber = (0x30...0x39).contains(first) || first == 0x2E || first >= 0x80
        let word = String(decoding: shown.prefix(3), as: UTF8.self).lowercased()
        guard isNumber || word == "inf" || word == "nan" else { throw Broken() }
        stack.append(.other)
    }

    private mutating func text(_ opcode: PickleOpcode, _ bytes: [UInt8]) throws {
        var bytes = bytes[...]
        if opcode == .string {
            while let last = bytes.last, [0x20, 0x0D, 0x09].contains(last) { bytes.removeLast() }
            guard bytes.count >= 2, let quote = bytes.first, quote == bytes.last, quote == 0x22 || quote == 0x27 else {
                throw Broken()
            }
            bytes = bytes.dropFirst().dropLast()
        }
        // Escapes may make any name of it.
        let isEscaped = (opcode == .string || opcode == .unicode) && bytes.contains(0x5C)
        let isName = bytes.count <= RecognitionLimits.pickleNameBytes && !isEscaped
        stack.append(isName ? .text(String(decoding: bytes, as: UTF8.self)) : .other)
    }

    private mutating func remember(_ opcode: PickleOpcode, _ bytes: [UInt8]) throws {
        if opcode == .memoize {
            try need(1)
            memo[UInt64(memo.count)] = stack[stack.count - 1]
            return
        }
        let index: UInt64
        switch opcode {
        case .get, .put:
            let line = String(decoding: bytes, as: UTF8.self)
            guard let number = UInt64(line.filter { !" \t\r\u{0B}\u{0C}_+-".contains($0) }) else { throw Broken() }
            index = number
        default: index = bytes.little(0, bytes.count)
        }
        switch opcode {
        case .get, .binGet, .longBinGet:
            guard let value = memo[index] else { throw Broken() }
            stack.append(value)
        default:
            try need(1)
            memo[index] = stack[stack.count - 1]
        }
    }

    /// What comes from outside the stream.
    private mutating func reach(_ opcode: PickleOpcode, _ bytes: [UInt8], _ second: [UInt8]) throws {
        switch opcode {
        case .persistentID:
            trace.asksForObjects = true
            stack.append(.other)
        case .binPersistentID:
            trace.asksForObjects = true
            try replace(1)
        case .global: stack.append(.global(try imported(bytes, second)))
        case .inst:
            let name = try imported(bytes, second)
            try popMark()
            trace.call(name)
            stack.append(.other)
        case .stackGlobal:
            try need(2)
            let (name, module) = (stack.removeLast(), stack.removeLast())
            var found = PickleTrace.computed
            if case .text(let module) = module, case .text(let name) = name { found = "\(module).\(name)" }
            trace.imported(found)
            stack.append(.global(found))
        default:
            let found = "copyreg extension \(bytes.little(0, bytes.count))"
            trace.imported(found)
            stack.append(.global(found))
        }
    }

    /// Names in lines, which any text may look like: what could not be a module's name is not taken for one.
    private mutating func imported(_ module: [UInt8], _ name: [UInt8]) throws -> String {
        func isName(_ bytes: [UInt8]) -> Bool {
            !bytes.isEmpty
                && bytes.allSatisfy { byte in
                    byte >= 0x80 || byte == 0x2E || byte == 0x5F || byte == 0x2D
                        || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                }
        }
        guard isName(module), isName(name) else { throw Broken() }
        let found = "\(String(decoding: module, as: UTF8.self)).\(String(decoding: name, as: UTF8.self))"
        trace.imported(found)
        return found
    }

    private mutating func call(_ opcode: PickleOpcode) throws {
        switch opcode {
        case .reduce, .newObj:
            try need(2)
            stack.removeLast()
            trace.call(stack.removeLast())
            stack.append(.other)
        case .newObjEx:
            try need(3)
            stack.removeLast(2)
            trace.call(stack.removeLast())
            stack.append(.other)
        case .obj:
            guard let callee = try popMark().first else { throw Broken() }
            trace.call(callee)
            stack.append(.other)
        default:
            try drop(1)
            trace.builds = true
        }
    }
}
