// Numbers with their nouns.

enum Words {
    /// `1 model`, `2 models`, `2 policies`.
    static func count(_ number: Int, _ noun: String) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(plural(noun))"
    }

    private static func plural(_ noun: String) -> String {
        noun.hasSuffix("y") ? "\(noun.dropLast())ies" : "\(noun)s"
    }
}
