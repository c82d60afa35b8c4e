// Every bound a plan of a change keeps, in one place.
import WritVocabulary

extension ChangePlanner {
    public struct Limits: Sendable {
        /// Differences of one resource.
        public var differences = 50
        /// Characters of one value in a difference.
        public var valueCharacters = 80
        /// The bounds the recipes of a model are made under.
        public var planner = Planner.Limits()

        public init() {}

        /// The first lines, and one that says how many more there are.
        func bounded(_ lines: [String]) -> [String] {
            guard lines.count > differences else { return lines }
            return lines.prefix(differences - 1) + ["and \(lines.count - differences + 1) more differences"]
        }
    }
}
