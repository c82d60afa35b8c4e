// Which of several weighted alternatives a request goes to.

/// Picks an index with a probability proportional to its weight.
enum WeightedChoice {
    /// nil when no weight is positive. Asks for a random number only where there is a choice.
    static func pick(_ weights: some Collection<Int>, using random: inout any RandomNumberGenerator) -> Int? {
        var total = 0
        var positive = 0
        var last = 0
        for (index, weight) in weights.enumerated() where weight > 0 {
            total += weight
            positive += 1
            last = index
        }
        guard positive > 1 else { return positive == 1 ? last : nil }
        var ticket = Int(random.next(upperBound: UInt64(total)))
        for (index, weight) in weights.enumerated() where weight > 0 {
            if ticket < weight { return index }
            ticket -= weight
        }
        return nil
    }
}

/// A small generator for choices where nobody gains by guessing: one multiplication, no system call.
///
/// Sebastiano Vigna's SplitMix64 (public domain).
public struct SplitMix64: RandomNumberGenerator, Sendable {
    private var state: UInt64

    public init(seed: UInt64) { state = seed }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
