// YAML for the operator's own file: the same parser and refusals as for manifests, without a resource's schema.

/// A value of a configuration file and where it stands. Lines and columns count from 1.
public struct ConfigurationNode: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        case text(String)
        case list([ConfigurationNode])
        case mapping([ConfigurationEntry])
        /// Nothing after the colon.
        case empty
    }

    public var content: Content
    public var line: Int
    public var column: Int

    public init(content: Content, line: Int, column: Int) {
        self.content = content
        self.line = line
        self.column = column
    }
}

public struct ConfigurationEntry: Sendable, Hashable {
    public var key: String
    /// Where the key stands.
    public var line: Int
    public var column: Int
    public var value: ConfigurationNode
}

/// One configuration file.
public struct ConfigurationText: Sendable {
    public let path: String
    public let source: [UInt8]

    public init(path: String, source: [UInt8]) {
        self.path = path
        self.source = source
    }

    /// The one document of the file; nil, with every reason, when it is not one that may be believed.
    public func parse() -> (root: ConfigurationNode?, diagnostics: [Diagnostic]) {
        let tree = YAMLParser.parse(source)
        guard tree.problems.isEmpty else {
            return (
                nil,
                tree.problems.map { problem in
                    diagnostic(
                        line: problem.place.line + 1, column: problem.place.column + 1, code: problem.code,
                        problem.message, hint: problem.hint)
                }
            )
        }
        guard tree.documents.count == 1, let root = tree.documents.first else {
            let message = tree.documents.isEmpty ? "the file is empty" : "the file holds more than one document"
            return (
                nil,
                [
                    diagnostic(
                        line: 1, column: 1, code: "not-one-document", message, hint: "`writ init` writes an example")
                ]
            )
        }
        return (node(root, tree), [])
    }

    /// A problem at a place, with its line.
    public func diagnostic(line: Int, column: Int, code: String, _ message: String, hint: String? = nil) -> Diagnostic {
        Diagnostic(path: path, line: line, column: column, code: code, message: message, hint: hint).adding(
            source: source)
    }

    private func node(_ index: NodeIndex, _ tree: YAMLTree) -> ConfigurationNode {
        let record = tree[index]
        let content: ConfigurationNode.Content
        switch record.kind {
        case .scalar, .refused:
            let text = tree.text(of: index)
            content = text.isEmpty && record.style == .plain ? .empty : .text(text)
        case .sequence:
            var children: [ConfigurationNode] = []
            var child = record.firstChild
            while child != YAMLNode.none {
                children.append(node(child, tree))
                child = tree[child].next
            }
            content = .list(children)
        case .mapping:
            content = .mapping(
                tree.entries(of: index).map { key, value in
                    ConfigurationEntry(
                        key: tree.text(of: key), line: Int(tree[key].line) + 1, column: Int(tree[key].column) + 1,
                        value: node(value, tree))
                })
        }
        return ConfigurationNode(content: content, line: Int(record.line) + 1, column: Int(record.column) + 1)
    }
}
