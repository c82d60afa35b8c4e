// Choices among targets, replicas and kept connections, and the tables they come from.
import NIOCore
import Testing
import WritVocabulary

@testable import WritGateway

@Suite("Routing")
struct RoutingTests {
    @Test("weights are honoured, exactly so for a given seed")
    func weights() {
        func count(seed: UInt64) -> [Int] {
            var random: any RandomNumberGenerator = SplitMix64(seed: seed)
            var counts = [0, 0, 0]
            for _ in 0..<10_000 { counts[WeightedChoice.pick([90, 0, 10], using: &random) ?? 1] += 1 }
            return counts
        }
        let counts = count(seed: 1)
        #expect(counts[1] == 0)
        #expect((900...1100).contains(counts[2]))
        #expect(count(seed: 1) == counts)
    }

    @Test("nothing is picked where no weight is positive")
    func noWeight() {
        var random: any RandomNumberGenerator = SplitMix64(seed: 1)
        #expect(WeightedChoice.pick([0, 0], using: &random) == nil)
        #expect(WeightedChoice.pick([0, 7], using: &random) == 1)
    }

    @Test("the replica with the fewest requests is asked, one that just refused last, one already tried never")
    func replicas() {
        func pick(_ candidates: [(Int, Bool, Bool)], turn: Int = 0) -> Int? {
            ReplicaChoice.pick(count: candidates.count, turn: turn) {
                .init(inFlight: candidates[$0].0, avoided: candidates[$0].1, excluded: candidates[$0].2)
            }
        }
        #expect(pick([(2, false, false), (1, false, false)]) == 1)
        #expect(pick([(2, false, false), (0, true, false)]) == 0)
        #expect(pick([(2, false, true), (9, true, false)]) == 1)
        #expect(pick([(0, false, true)]) == nil)
        #expect(pick([]) == nil)
        #expect(
            [0, 1, 2].map { pick([(0, false, false), (0, false, false), (0, false, false)], turn: $0) } == [0, 1, 2])
    }

    @Test("the newest kept connection is used first and the oldest expires first")
    func pool() {
        final class Item {}
        let items = [Item(), Item(), Item()]
        var pool = IdlePool<Item>(countMax: 2)
        let kept = [1, 5, 6].enumerated().map { pool.put(items[$0.offset], at: .uptimeNanoseconds(UInt64($0.element))) }
        #expect(kept == [true, true, false])
        let expired = pool.expire(before: .uptimeNanoseconds(5))
        #expect(expired.map { $0 === items[0] } == [true])
        let newest = pool.take()
        #expect(newest === items[1])
        let none = pool.take()
        #expect(none == nil)
    }

    @Test(
        "a table that breaks a rule is refused",
        arguments: [
            ([60, 30], "127.0.0.1", 80), ([100, 0, 1], "127.0.0.1", 80), ([150, -50], "127.0.0.1", 80),
            ([100], "localhost", 80), ([100], "127.0.0.1", 0), ([100], "127.0.0.1", 70_000), ([100], "1.2.3", 80),
        ])
    func tables(weights: [Int], host: String, port: Int) {
        let targets = weights.enumerated().map {
            Fixture.target("m:\($0.offset + 1)", weight: $0.element, [(host, port)])
        }
        #expect(throws: GatewayFailure.self) { try TableCheck.check(Fixture.table(1, targets)) }
    }

    @Test(
        "paths split at the endpoint",
        arguments: [
            ("/a/b?c", "a", "/b?c"), ("/a", "a", ""), ("/a?b", "a", "?b"), ("/", "", ""), ("//a", "", "/a"),
            ("/a/", "a", "/"),
        ])
    func paths(target: String, endpoint: String, rest: String) {
        let buffer = ByteBuffer(string: target)
        let split = PathSplit(buffer.readableBytesUInt8Span, target: 0..<buffer.readableBytes)
        let bytes = Array(target.utf8)
        #expect(String(decoding: bytes[split.endpoint], as: UTF8.self) == endpoint)
        #expect(String(decoding: bytes[split.rest], as: UTF8.self) == rest)
    }
}

@Suite("A latency histogram")
struct LatencyHistogramTests {
    @Test("puts every value into the bucket that ends just above it")
    func buckets() {
        for value: UInt64 in [0, 1, 15, 16, 17, 31, 32, 33, 1000, 4095, 4096, 1 << 20, (1 << 36) - 1] {
            let index = LatencyHistogram.index(of: value)
            #expect(value < LatencyHistogram.upperBound(of: index))
            #expect(index == 0 || value >= LatencyHistogram.upperBound(of: index - 1))
            #expect(index < LatencyHistogram.bucketCount)
        }
    }

    @Test("knows quantiles within a sixteenth, merged or not")
    func quantiles() {
        var even = LatencyHistogram()
        var odd = LatencyHistogram()
        for value in UInt64(1)...10_000 {
            if value % 2 == 0 { even.record(microseconds: value) } else { odd.record(microseconds: value) }
        }
        even.merge(odd)
        #expect(even.count == 10_000)
        #expect((5000...5320).contains(even.quantile(0.5)))
        #expect((9900...10_530).contains(even.quantile(0.99)))
        #expect(even.count(below: 10) == 1023)
        #expect(LatencyHistogram().quantile(0.5) == 0)
    }
}
