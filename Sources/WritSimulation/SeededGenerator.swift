// Randomness that can be had again: everything a simulation leaves to chance comes from one seed.
import WritVocabulary

/// SplitMix64 (Steele, Lea, Flood 2014): 64 bits of state, the same numbers on every machine.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// True in `percent` of cases.
    public mutating func chance(_ percent: Int) -> Bool { Int(next() % 100) < percent }

    public mutating func milliseconds(_ range: ClosedRange<Int64>) -> TimeSpan {
        TimeSpan(milliseconds: range.lowerBound + Int64(next() % UInt64(range.upperBound - range.lowerBound + 1)))
    }
}
