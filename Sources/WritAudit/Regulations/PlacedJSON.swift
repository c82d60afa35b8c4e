// JSON read with the line and column of every value, for files that people write by hand.

/// A JSON value and where it begins; lines and columns count from 1, columns in bytes. Source: RFC 8259. Numbers are
/// kept as they are written, and a key may stand once.
struct PlacedJSON {
    enum Value {
        case object([(key: String, value: PlacedJSON)])
        case list([PlacedJSON])
        case string(String)
        /// A number, `true`, `false` or `null`, as written.
        case word(String)
    }

    let value: Value
    let line: Int
    let column: Int

    func failure(_ message: String) -> AuditFailure {
        AuditFailure("line \(line), column \(column): \(message)")
    }

    static func read(_ bytes: [UInt8]) throws(AuditFailure) -> PlacedJSON {
        guard bytes.count <= RegulationLimits.fileBytes else {
            throw AuditFailure("the file has \(bytes.count) bytes, more than \(RegulationLimits.fileBytes)")
        }
        var reader = Reader(bytes: bytes)
        let value = try reader.value(depth: 0)
        reader.skipSpace()
        guard reader.next == nil else { throw reader.failure("there is more after the end of the JSON value") }
        return value
    }

    private struct Reader {
        let bytes: [UInt8]
        var position = 0
        var line = 1
        var lineStart = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var next: UInt8? { position < bytes.count ? bytes[position] : nil }

        func failure(_ message: String) -> AuditFailure {
            AuditFailure("line \(line), column \(position - lineStart + 1): \(message)")
        }

        mutating func skipSpace() {
            while let byte = next, [0x20, 0x0A, 0x0D, 0x09].contains(byte) {
                position += 1
                guard byte == 0x0A else { continue }
                line += 1
                lineStart = position
            }
        }

        mutating func value(depth: Int) throws(AuditFailure) -> PlacedJSON {
            skipSpace()
            let (line, column) = (line, position - lineStart + 1)
            func placed(_ value: Value) -> PlacedJSON { PlacedJSON(value: value, line: line, column: column) }
            guard let byte = next else { throw failure("the file ends where a value should begin") }
            guard depth <= RegulationLimits.depth else {
                throw failure("values lie more than \(RegulationLimits.depth) deep in each other")
            }
            switch byte {
            case UInt8(ascii: "{"): return placed(.object(try object(depth: depth + 1)))
            case UInt8(ascii: "["): return placed(.list(try list(depth: depth + 1)))
            case UInt8(ascii: "\""): return placed(.string(try string()))
            default: return placed(.word(try word()))
            }
        }

        private mutating func object(depth: Int) throws(AuditFailure) -> [(key: String, value: PlacedJSON)] {
            var fields: [(key: String, value: PlacedJSON)] = []
            var known: Set<String> = []
            position += 1
            skipSpace()
            if take("}") { return [] }
            repeat {
                skipSpace()
                guard next == UInt8(ascii: "\"") else { throw failure("a key in quotes should stand here") }
                let start = position
                let key = try string()
                guard known.insert(key).inserted else {
                    position = start
                    throw failure("“\(key.prefix(RegulationLimits.nameCharacters))” stands twice")
                }
                skipSpace()
                guard take(":") else { throw failure("a colon should follow the key") }
                fields.append((key, try value(depth: depth)))
                skipSpace()
            } while take(",")
            guard take("}") else { throw failure("a comma or the object's closing brace should stand here") }
            return fields
        }

        private mutating func list(depth: Int) throws(AuditFailure) -> [PlacedJSON] {
            var items: [PlacedJSON] = []
            position += 1
            skipSpace()
            if take("]") { return [] }
            repeat {
                items.append(try value(depth: depth))
                skipSpace()
            } while take(",")
            guard take("]") else { throw failure("a comma or the list's closing bracket should stand here") }
            return items
        }

        private mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard next == UInt8(ascii: character) else { return false }
            position += 1
            return true
        }

        private mutating func word() throws(AuditFailure) -> String {
            let start = position
            while let byte = next, byte.isWordByte { position += 1 }
            let text = String(decoding: bytes[start..<position], as: UTF8.self)
            let isNumber = text.first?.isNumber == true || text.first == "-"
            guard ["true", "false", "null"].contains(text) || (isNumber && Double(text) != nil) else {
                position = start
                throw failure(text.isEmpty ? "a value should begin here" : "“\(text.prefix(40))” is no JSON value")
            }
            return text
        }

        private mutating func string() throws(AuditFailure) -> String {
            let start = position
            position += 1
            var units: [UInt8] = []
            while let byte = next, byte != UInt8(ascii: "\"") {
                guard byte >= 0x20 else { throw failure("a text may not hold control characters or line ends") }
                position += 1
                guard byte == UInt8(ascii: "\\") else {
                    units.append(byte)
                    continue
                }
                units += try escape()
            }
            guard take("\"") else {
                position = start
                throw failure("this text is not closed")
            }
            guard let text = String(validating: units, as: UTF8.self) else {
                position = start
                throw failure("this text is not UTF-8")
            }
            return text
        }

        private mutating func escape() throws(AuditFailure) -> [UInt8] {
            let simple: [UInt8: UInt8] = [
                UInt8(ascii: "\""): 0x22, UInt8(ascii: "\\"): 0x5C, UInt8(ascii: "/"): 0x2F, UInt8(ascii: "b"): 0x08,
                UInt8(ascii: "f"): 0x0C, UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
            ]
            guard let byte = next else { throw failure("the file ends within a text") }
            position += 1
            if let plain = simple[byte] { return [plain] }
            guard byte == UInt8(ascii: "u") else { throw failure("there is no such escape") }
            var units = [try hexUnit()]
            if UTF16.isLeadSurrogate(units[0]), take("\\"), take("u") { units.append(try hexUnit()) }
            guard let text = String(validating: units, as: UTF16.self) else {
                throw failure("this escape is half of a character")
            }
            return Array(text.utf8)
        }

        private mutating func hexUnit() throws(AuditFailure) -> UInt16 {
            let digits = bytes[position..<min(position + 4, bytes.count)]
            guard digits.count == 4, digits.allSatisfy({ $0.isHexDigit }),
                let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
            else { throw failure("four hexadecimal digits should follow") }
            position += 4
            return unit
        }
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        (48...57).contains(self) || (65...70).contains(self) || (97...102).contains(self)
    }
    fileprivate var isWordByte: Bool {
        (48...57).contains(self) || (65...90).contains(self) || (97...122).contains(self)
            || [43, 45, 46].contains(self)
    }
}
