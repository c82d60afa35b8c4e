// Every bound of a rendered answer, with its unit in its name.

enum ReportLimits {
    /// Columns a text answer keeps to; a word that is longer goes over.
    static let textColumns = 100
    /// No column of a table is squeezed below this.
    static let cellColumnsMin = 8
    /// A longer word, such as a digest, may be broken to let a table fit.
    static let wordColumnsMax = 32
    /// Characters of one cell, value or sentence that are shown.
    static let textCharactersMax = 4000
    /// Rows of one table that text and page show; JSON has all.
    static let rowsMax = 2000
    /// Entries whose bytes and proof stand at the end of a page.
    static let appendixEntriesMax = 2000
    static let barsMax = 100
    static let pictureBoxesMax = 200
    static let pictureLinesMax = 2000
    /// Entry numbers written out behind one fact.
    static let citationsMax = 12
}
