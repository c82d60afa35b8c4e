// Which names and forms Writ accepts from a tree. Pure.
import Foundation
import WritVocabulary

/// The rules for what may stand in a manifest folder or be laid into a workspace.
enum PathRules {
    /// Why a name is refused, as the end of a sentence that begins with the path; nil when it is fine.
    static func refusal(ofName name: some Collection<UInt8>) -> String? {
        if name.isEmpty { return "has an empty name" }
        if name.elementsEqual(".".utf8) || name.elementsEqual("..".utf8) {
            return "is named “.” or “..”, which would leave its folder"
        }
        if name.contains(UInt8(ascii: "/")) || name.contains(UInt8(ascii: "\\")) {
            return "has a slash or backslash within its name"
        }
        if name.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return "has a control character in its name" }
        if name.count > 255 { return "has a name longer than 255 bytes" }
        guard let text = String(validating: name, as: UTF8.self) else { return "has a name that is not UTF-8" }
        return isGitFolder(text) ? "is named like Git's own folder" : nil
    }

    /// What is refused of a manifest's name beside that. Swift and some file systems take the two spellings of an
    /// accented letter for one and Git does not, so that one manifest could stand in for another.
    static func refusal(ofManifestName name: some Collection<UInt8>) -> String? {
        if let refusal = refusal(ofName: name) { return refusal }
        if name.allSatisfy({ $0 < 0x80 }) { return nil }
        let isComposed = String(decoding: name, as: UTF8.self).precomposedStringWithCanonicalMapping.utf8.elementsEqual(
            name)
        return isComposed ? nil : "has a name in decomposed Unicode (NFD), which reads like another name"
    }

    /// Why an entry's form is refused, as the end of a sentence; nil for files and folders.
    static func refusal(ofForm form: TreeEntry.Form) -> String? {
        switch form {
        case .file, .folder: nil
        case .symlink: "is a symbolic link; commit the file itself"
        case .submodule: "is a submodule; commit its files"
        case .unknown: "has a file mode Git does not write"
        }
    }

    /// `*.yaml` and `*.yml`, unless the path is hidden: `.github/workflows/ci.yaml` is not Writ's.
    static func isManifest(_ path: RepositoryPath) -> Bool {
        (path.text.hasSuffix(".yaml") || path.text.hasSuffix(".yml")) && !path.components.contains { $0.hasPrefix(".") }
    }

    /// A path of a tree by a name that can be written, for rules to match. Names no path can hold are spelled out, and
    /// where that is too long it is the folder.
    static func shown(_ path: [UInt8]) -> RepositoryPath? {
        if let text = String(validating: path, as: UTF8.self), let path = RepositoryPath(text) { return path }
        var shown: RepositoryPath?
        for part in path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
            var name = Redaction.printable(part)
            if RepositoryPath(name) == nil { name = "\\x2e" + name.dropFirst() }
            guard let longer = RepositoryPath(shown.map { "\($0)/\(name)" } ?? name) else { break }
            shown = longer
        }
        return shown
    }

    /// The spellings under which some file system would take a name for `.git` (git's own list: HFS+ and NTFS).
    private static func isGitFolder(_ name: String) -> Bool {
        let ignoredByHFS: ClosedRange<UInt32> = 0x200C...0x200F
        let visible = name.unicodeScalars.filter {
            !ignoredByHFS.contains($0.value) && !(0x202A...0x202E).contains($0.value)
                && !(0x206A...0x206F).contains($0.value)
                && $0.value != 0xFEFF
        }
        var plain = String(String.UnicodeScalarView(visible)).lowercased()
        if let stream = plain.firstIndex(of: ":") { plain = String(plain[..<stream]) }
        while plain.hasSuffix(" ") || plain.hasSuffix("."), plain != "." { plain.removeLast() }
        return plain == ".git" || plain == "git~1"
    }
}
