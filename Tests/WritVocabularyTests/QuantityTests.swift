// Times, sizes and numbers, as they are written and read.
import Foundation
import Testing
import WritVocabulary

struct QuantityTests {
    @Test(
        "a time stamp is RFC 3339 in UTC with milliseconds",
        arguments: [
            (Int64(0), "1970-01-01T00:00:00.000Z"), (1_700_000_000_123, "2023-11-14T22:13:20.123Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
        ])
    func timestamps(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).text == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(
        "spans are read with their unit and written with the largest that fits",
        arguments: [
            ("90s", 90_000, "90s"), ("120s", 120_000, "2m"), ("2h", 7_200_000, "2h"), ("250ms", 250, "250ms"),
            ("7d", 604_800_000, "7d"),
        ])
    func spans(text: String, milliseconds: Int64, written: String) {
        #expect(TimeSpan(text)?.milliseconds == milliseconds)
        #expect(TimeSpan(milliseconds: milliseconds).text == written)
    }

    @Test(
        "what has no unit, a sign or a fraction is no span",
        arguments: ["10", "-1s", "1.5h", "", "s", "1 s", "99999999999d"])
    func badSpans(text: String) { #expect(TimeSpan(text) == nil) }

    @Test(
        "sizes are read in binary units",
        arguments: [("512Mi", Int64(536_870_912)), ("2Gi", 2_147_483_648), ("64Ki", 65536), ("17", 17)])
    func sizes(text: String, bytes: Int64) {
        #expect(ByteCount(text)?.bytes == bytes)
        #expect(ByteCount(bytes: bytes).text == text)
    }

    @Test("a size that would overflow is no size", arguments: ["9999999999999Gi", "-1", "1GB", ""])
    func badSizes(text: String) { #expect(ByteCount(text) == nil) }

    @Test("a metric is finite")
    func metrics() {
        #expect(MetricValue(Double.nan) == nil)
        #expect(MetricValue(Double.infinity) == nil)
        #expect(MetricValue("0.1")?.text == "0.1")
        #expect(MetricValue(-0.0)?.text == "0.0")
    }

    @Test("no floating-point number is in the canonical encoding")
    func canonicalNumbers() throws {
        let parameters: [String: ParameterValue] = [
            "rate": .number(try #require(MetricValue(0.1))), "depth": .integer(3), "name": .string("3"),
            "fast": .boolean(true),
        ]
        let text = String(decoding: try Canonical.encode(parameters), as: UTF8.self)
        #expect(text == #"{"depth":3,"fast":true,"name":"3","rate":{"decimal":"0.1"}}"#)
        #expect(try Canonical.decode([String: ParameterValue].self, from: Data(text.utf8)) == parameters)
    }
}
