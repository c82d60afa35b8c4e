// The name of the branch Writ follows.
import WritVocabulary

/// A branch, without `refs/heads/`. The rules are those of git-check-ref-format(1).
public struct BranchName: TextIdentifier, CustomStringConvertible {
    public let text: String

    public init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let forbidden = Set(#" ~^:?*[\"#.utf8)
        guard (1...255).contains(text.utf8.count), !text.hasPrefix("-"), text != "@", !text.hasSuffix("."),
            !text.contains(".."), !text.contains("@{"),
            text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F && !forbidden.contains($0) }),
            parts.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") })
        else { return nil }
        self.text = text
    }

    public var description: String { text }
    var reference: String { "refs/heads/\(text)" }
}
