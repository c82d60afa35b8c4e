// YAML's core schema: what a plain scalar means, and that quoted ones are text.
import Testing
import WritVocabulary

@testable import WritManifests

struct CoreSchemaTests {
    @Test(
        "only true and false are truth values, only null, ~ and nothing are null",
        arguments: [
            ("true", CoreScalar.boolean(true)), ("True", .boolean(true)), ("TRUE", .boolean(true)), ("tRUE", .text),
            ("false", .boolean(false)), ("FALSE", .boolean(false)), ("yes", .text), ("no", .text), ("No", .text),
            ("on", .text),
            ("off", .text), ("y", .text), ("n", .text), ("null", .null), ("Null", .null), ("NULL", .null), ("~", .null),
            ("", .null),
            ("nUll", .text), ("~x", .text), ("nil", .text),
        ])
    func words(text: String, expected: CoreScalar) {
        #expect(resolve(text) == expected)
    }

    @Test(
        "whole numbers are decimal, octal with 0o and hexadecimal with 0x",
        arguments: [
            ("0", CoreScalar.integer(0)), ("-0", .integer(0)), ("+12", .integer(12)), ("-7", .integer(-7)),
            ("007", .integer(7)),
            ("0o17", .integer(15)), ("0o8", .text), ("0x1F", .integer(31)), ("0xg", .text), ("-0x1", .text),
            ("0x", .text), ("0b1", .text),
            ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .oversized),
            ("0xffffffffffffffff", .oversized), ("1_000", .text), ("12:30", .text), ("+", .text), ("-", .text),
            ("1-2", .text),
        ])
    func integers(text: String, expected: CoreScalar) {
        #expect(resolve(text) == expected)
    }

    @Test(
        "numbers have a point or an exponent",
        arguments: [
            ("1.5", CoreScalar.number(1.5)), (".5", .number(0.5)), ("5.", .number(5)), ("-1e3", .number(-1000)),
            ("1E-2", .number(0.01)),
            ("+.5e1", .number(5)), (".", .text), ("1e", .text), ("e1", .text), ("1.2.3", .text), ("1e1.5", .text),
            ("nan", .text),
            ("inf", .text), (".inf", .number(.infinity)), ("-.INF", .number(-.infinity)), ("+.Inf", .number(.infinity)),
            (".iNF", .text),
            ("1e999", .number(.infinity)), ("0x1p3", .text), ("1.0f", .text),
        ])
    func numbers(text: String, expected: CoreScalar) {
        #expect(resolve(text) == expected)
    }

    @Test(
        "short decimals are the numbers Swift reads in the same text",
        arguments: [
            "0.05", "0.1", "1.10", "3.14159265358979", "0.00000000000001", "99999999999999.9", "0.3", "123456.789",
            "1234567890123456.5",
        ])
    func decimals(text: String) {
        #expect(Double(text).map { CoreScalar.number($0) } == resolve(text))
    }

    @Test(".nan is no number that equals itself")
    func notANumber() {
        guard case .number(let value) = resolve(".nan") else {
            Issue.record(".nan is not read as a number")
            return
        }
        #expect(value.isNaN)
        #expect(resolve("-.nan") == .text)
    }

    @Test(
        "parameters keep the type they are written with",
        arguments: [
            ("no", ParameterValue.string("no")), ("'true'", .string("true")), ("\"1\"", .string("1")),
            ("|\n        1\n", .string("1\n")),
            ("true", .boolean(true)), ("0x10", .integer(16)), ("1.0", .number(MetricValue(1.0)!)),
            ("1e3", .number(MetricValue(1000.0)!)),
            ("2013-01-01", .string("2013-01-01")), ("''", .string("")), ("\"a\\u00e9\"", .string("aé")),
        ])
    func parameters(text: String, expected: ParameterValue) {
        let manifest = Fixtures.model.replacing(
            "parameters: {depth: 6, rate: 0.1, loss: squared, early: true}", with: "parameters:\n      p: \(text)")
        let decoded = decode(manifest)
        #expect(decoded.diagnostics == [])
        guard case .model(let model)? = decoded.resources.first?.spec else { return }
        #expect(model.training?.parameters["p"] == expected)
    }

    private func resolve(_ text: String) -> CoreScalar {
        Array(text.utf8).withUnsafeBufferPointer(CoreSchema.resolve)
    }
}
