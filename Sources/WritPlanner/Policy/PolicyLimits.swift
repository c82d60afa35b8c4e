// Every bound the judge of changes keeps, in one place.
import WritVocabulary

extension PolicyJudge {
    enum Limits {
        /// Paths shown of one rule.
        static let paths = 20
        /// Rules shown to people, those with something missing first.
        static let rules = 40
        /// Paths no rule covers, each with its own sentence.
        static let uncovered = 20
        /// Sentences of one kind in one rule.
        static let sentences = 20
        /// People, paths or digests named in one sentence.
        static let named = 5
        /// Characters of a subject, a reason or an account in a sentence.
        static let quoted = 80
        /// Characters of what an engine of the operator's gives as a reason, and how many reasons are shown.
        static let engineReason = 300
        static let engineReasons = 5
        /// Characters of the reason of an emergency.
        static let emergencyReason = 200
        /// How far ahead a waiver may end to count.
        static let waiverDays: Int64 = 366
        /// How far clocks may differ.
        static let clockSkew = TimeSpan.minutes(5)
        /// How far ahead the next opening of windows is looked for.
        static let horizon = TimeSpan(milliseconds: 366 * 86_400_000)
        /// Openings looked at on the way.
        static let openings = 100_000
    }
}
