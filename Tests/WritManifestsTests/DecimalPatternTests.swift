// Patterns for numbers within bounds: every number is told right.
import Testing

@testable import WritManifests

struct DecimalPatternTests {
    @Test(
        "a pattern matches the numbers of its range and no others",
        arguments: [
            0...0, 0...9, 1...10, 7...7, 9...101, 10...99, 17...1234, 99...100, 120...129, 1000...3600, 1...5000,
        ])
    func everyNumber(range: ClosedRange<Int64>) throws {
        let pattern = try Regex("(?:\(DecimalPattern.digits(range)))")
        for number in 0...Int64(6000) {
            #expect(("\(number)".wholeMatch(of: pattern) != nil) == range.contains(number), "\(number) of \(range)")
        }
    }

    @Test("large ranges are told at their edges")
    func edges() throws {
        let range: ClosedRange<Int64> = (1 << 20)...(16 << 40)
        let pattern = try Regex("(?:\(DecimalPattern.digits(range)))")
        for edge in [range.lowerBound, range.upperBound] {
            for number in edge - 200...edge + 200 {
                #expect(("\(number)".wholeMatch(of: pattern) != nil) == range.contains(number), "\(number)")
            }
        }
    }

    @Test("units cut the range each in its own way, and zeros may lead")
    func units() throws {
        let text = DecimalPattern.text(
            of: 1500...7_200_000, units: [("ms", 1), ("s", 1000), ("h", 3_600_000)], most: 7200)
        let pattern = try Regex(text)
        for sound in ["1500ms", "7200ms", "2s", "0007200s", "1h", "2h"] {
            #expect(sound.wholeMatch(of: pattern) != nil, "\(sound)")
        }
        for wrong in ["1499ms", "7201ms", "1s", "7201s", "0h", "3h", "2", "s", "2s "] {
            #expect(wrong.wholeMatch(of: pattern) == nil, "\(wrong)")
        }
    }
}
