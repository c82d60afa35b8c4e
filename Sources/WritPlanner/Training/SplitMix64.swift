// The generator behind random sweeps.

/// SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014), with the
/// constants of Vigna's public-domain `splitmix64.c`. Small, and the same everywhere: a sweep's draws are part of its
/// recipes.
struct SplitMix64 {
    private var counter: UInt64

    init(seed: UInt64) { counter = seed }

    mutating func next() -> UInt64 {
        counter &+= 0x9E37_79B9_7F4A_7C15
        var mixed = counter
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// At least 0 and less than 1, from the upper 53 bits.
    mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
