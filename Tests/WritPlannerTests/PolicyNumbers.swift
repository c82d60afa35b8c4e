// Numbers that look random and are the same each time.

/// A linear congruential generator (Knuth's MMIX constants), mixed so that its low bits are usable.
struct PolicyNumbers: RandomNumberGenerator {
    private var value: UInt64

    init(seed: UInt64) { value = seed }

    mutating func next() -> UInt64 {
        value = value &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD ^ value >> 29
    }
}
