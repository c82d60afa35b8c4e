// Durations counted in log-linear buckets: no sample is kept, and no quantile is off by more than 1/16.

/// Counts of durations in microseconds. Exact below 16 µs, then 16 buckets to every doubling, up to 2^36 µs (19 hours).
struct LatencyHistogram: Sendable, Equatable {
    private static let subBits = 4
    private static let exponentMax = 36
    static let bucketCount = (exponentMax - subBits + 1) << subBits

    private(set) var buckets = [UInt64](repeating: 0, count: LatencyHistogram.bucketCount)
    private(set) var count: UInt64 = 0
    private(set) var sumMicroseconds: UInt64 = 0

    mutating func record(microseconds: UInt64) {
        let value = min(microseconds, (1 << UInt64(LatencyHistogram.exponentMax)) - 1)
        buckets[LatencyHistogram.index(of: value)] += 1
        count += 1
        sumMicroseconds &+= value
    }

    mutating func merge(_ other: LatencyHistogram) {
        for index in buckets.indices { buckets[index] += other.buckets[index] }
        count += other.count
        sumMicroseconds &+= other.sumMicroseconds
    }

    static func index(of value: UInt64) -> Int {
        guard value >= 1 << subBits else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount
        let mantissa = Int(value >> UInt64(exponent - subBits)) & (1 << subBits - 1)
        return (exponent - subBits + 1) << subBits | mantissa
    }

    /// The smallest value above all values of a bucket.
    static func upperBound(of index: Int) -> UInt64 {
        guard index >= 1 << subBits else { return UInt64(index) + 1 }
        let shift = UInt64(index >> subBits - 1)
        return UInt64(index & (1 << subBits - 1) + 1 << subBits + 1) << shift
    }

    /// The upper bound of the bucket that holds the quantile; 0 when nothing was counted.
    func quantile(_ fraction: Double) -> UInt64 {
        guard count > 0 else { return 0 }
        let rank = UInt64((fraction * Double(count)).rounded(.up))
        var seen: UInt64 = 0
        for (index, bucket) in buckets.enumerated() {
            seen += bucket
            if seen >= rank, bucket > 0 { return LatencyHistogram.upperBound(of: index) }
        }
        return 0
    }

    /// How many values are below a power of two, which is always a bucket's edge.
    func count(below powerOfTwo: Int) -> UInt64 {
        let end = LatencyHistogram.index(of: 1 << UInt64(powerOfTwo))
        return buckets[..<min(end, buckets.count)].reduce(0, +)
    }
}
