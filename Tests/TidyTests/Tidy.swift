// Reads the sources and holds them to the rules of the house.
import Foundation
import Testing

/// The repository, found from this file.
let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

struct SourceFile {
    let path: String
    let lines: [String]

    static func all(under folder: String, suffix: String = ".swift") -> [SourceFile] {
        let root = repository.appending(path: folder)
        guard let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil) else { return [] }
        return walk.compactMap { $0 as? URL }
            .filter { $0.path.hasSuffix(suffix) }
            .sorted { $0.path < $1.path }
            .compactMap { url in
                guard let text = try? String(contentsOf: url, encoding: .utf8) else { return nil }
                let path = String(url.path.dropFirst(repository.path.count + 1))
                return SourceFile(
                    path: path, lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
            }
    }

    /// Lines with comments taken away, each with its number.
    var code: [(number: Int, text: String)] {
        lines.enumerated().map { index, line in
            (index + 1, line.range(of: "//").map { String(line[..<$0.lowerBound]) } ?? line)
        }
    }
}
