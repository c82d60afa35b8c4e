// Patterns for whole numbers within bounds, so that a JSON Schema knows the bounds of `90s` and `512Mi` too.

enum DecimalPattern {
    /// `^…$` for counts of units that come to an amount in the range, with any number of leading zeros. No count is
    /// larger than `most`.
    static func text(of range: ClosedRange<Int64>, units: [(suffix: String, size: Int64)], most: Int64) -> String {
        let alternatives = units.compactMap { unit -> String? in
            let low = range.lowerBound / unit.size + (range.lowerBound % unit.size == 0 ? 0 : 1)
            let high = min(range.upperBound / unit.size, most)
            return low <= high ? "(?:\(digits(low...high)))\(unit.suffix)" : nil
        }
        return "^0*(?:\(alternatives.joined(separator: "|")))$"
    }

    static func beginsWithDigit(_ text: String) -> Bool { text.utf8.first.map { (48...57).contains($0) } ?? false }

    /// Alternatives for the numbers of a range, none negative, without leading zeros.
    static func digits(_ range: ClosedRange<Int64>) -> String {
        var low = range.lowerBound
        return stops(range).map { stop in
            defer { low = stop + 1 }
            return pattern(from: low, to: stop)
        }.joined(separator: "|")
    }

    /// Cuts the range where its numbers begin to differ in length or in more than their last digits.
    private static func stops(_ range: ClosedRange<Int64>) -> [Int64] {
        var stops: Set<Int64> = [range.upperBound]
        var power: Int64 = 10
        while power <= range.upperBound {
            let nines = range.lowerBound / power * power + (power - 1)
            if range.contains(nines) { stops.insert(nines) }
            let zeros = (range.upperBound + 1) / power * power - 1
            if range.contains(zeros) { stops.insert(zeros) }
            guard power <= Int64.max / 10 else { break }
            power *= 10
        }
        return stops.sorted()
    }

    /// Numbers of one length whose digits vary independently.
    private static func pattern(from low: Int64, to high: Int64) -> String {
        var text = ""
        var free = 0
        for (first, last) in zip("\(low)", "\(high)") {
            if first == last {
                text.append(first)
            } else if first == "0", last == "9" {
                free += 1
            } else {
                text += "[\(first)-\(last)]"
            }
        }
        return text + (free == 0 ? "" : free == 1 ? "[0-9]" : "[0-9]{\(free)}")
    }
}
