// The limits of talking with a forge, each with its unit.

enum ForgeLimits {
    /// Body of one answer, in bytes: a page of requests with the longest texts a forge takes.
    static let answerBytes = 32 << 20
    /// Pages of one list.
    static let pages = 200
    /// Comments, reviews or statuses read of one request or commit.
    static let items = 5_000
    /// Redirects followed for one call, all on the same host.
    static let redirects = 3
    static let tokenBytes = 4_096
    /// Characters of a forge's own words that are shown.
    static let wordCharacters = 200
    /// Characters of a request's title; every forge takes as many.
    static let titleCharacters = 255
    /// Characters of a commit status.
    static let statusCharacters = 140
    /// The longest wait Writ keeps to on a forge's word.
    static let longestPauseSeconds: Int64 = 3_600
    /// A wait up to this is a passing one.
    static let shortPauseSeconds: Int64 = 300
    /// The wait when a forge says it is too much and not until when; GitHub's documentation asks for a minute.
    static let unknownPauseSeconds: Int64 = 60
    static let connectSeconds: Int64 = 10
}
