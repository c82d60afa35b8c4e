// Foreign text inside a message of Writ's: short, and without anything a terminal would obey.

extension StringProtocol {
    /// In quotes; what is not visible ASCII shows as `?`, and what is too long ends with `…`.
    func quoted(_ most: Int = 80) -> String {
        let shown = unicodeScalars.prefix(most).map { (0x20...0x7E).contains($0.value) ? Character($0) : "?" }
        return "“\(String(shown))\(unicodeScalars.count > most ? "…" : "")”"
    }
}
