// Arithmetic people can check: 12.4 - 12 is 0.4.
import Foundation
import WritVocabulary

enum Figure {
    /// The difference of the two numbers as they are written, in decimal; in binary where decimal cannot hold them.
    static func difference(_ a: MetricValue, _ b: MetricValue) -> MetricValue {
        let locale = Locale(identifier: "en_US_POSIX")
        if let left = Decimal(string: a.text, locale: locale), let right = Decimal(string: b.text, locale: locale),
            isHeldExactly(a, left), isHeldExactly(b, right), let exact = MetricValue("\(left - right)")
        {
            return exact
        }
        let difference = a.value - b.value
        let limit = Double.greatestFiniteMagnitude
        return MetricValue(min(max(difference, -limit), limit)) ?? a
    }

    /// `12`, `0.4`: without the `.0` of a whole number.
    static func text(_ value: MetricValue) -> String {
        value.text.hasSuffix(".0") ? String(value.text.dropLast(2)) : value.text
    }

    private static func isHeldExactly(_ value: MetricValue, _ decimal: Decimal) -> Bool {
        Double("\(decimal)") == value.value
    }
}
