// Every limit of reading a mapping that somebody else wrote.

enum RegulationLimits {
    static let fileBytes = 1 << 20
    /// Objects and lists within each other.
    static let depth = 8
    static let requirements = 500
    static let checksPerRequirement = 20
    static let textCharacters = 2_000
    static let nameCharacters = 100
}
