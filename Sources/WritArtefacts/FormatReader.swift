// What a file is, told by its bytes.
import WritVocabulary

/// Recognises the format of one file by its content. Names, suffixes and what a file says of itself do not count where
/// its bytes say otherwise.
public struct FormatReader: Sendable {
    public init() {}

    /// `path` names the file in the finding; `file` is where its bytes lie.
    public func finding(path: String, file: String) throws -> ArtefactFinding {
        ArtefactFinding(path: path, format: .unknown)
    }
}
