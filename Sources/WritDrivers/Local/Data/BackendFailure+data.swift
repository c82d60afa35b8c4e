// Why bytes could not be had or may not be taken, in words that say what to do.
import WritBackends
import WritVocabulary

extension BackendFailure {
    static func rangeWithoutNumbers(_ column: Dataset.Column) -> BackendFailure {
        BackendFailure(
            code: "expectation-not-applicable",
            message: """
                Column “\(column.name)” of type \(column.type.rawValue) cannot have a minimum or maximum; only integer \
                and number can. Remove the bound or change the type.
                """,
            retry: .terminal)
    }

    static func fileNotAllowed(_ path: String, roots: [String]) -> BackendFailure {
        let allowed = roots.isEmpty ? "none is allowed" : "allowed are \(roots.sorted().joined(separator: ", "))"
        return BackendFailure(
            code: "file-not-allowed",
            message: """
                “\(VisibleText.spelled(path, first: 256))” lies outside the folders the operator allows for data (\(allowed)). \
                Move the file, or add its folder to the operator's configuration.
                """,
            retry: .stalled)
    }

    static func fileRefused(_ path: String, _ why: String) -> BackendFailure {
        BackendFailure(code: "file-refused", message: "“\(VisibleText.spelled(path, first: 256))” \(why).", retry: .stalled)
    }

    static func fileMissing(_ path: String) -> BackendFailure {
        BackendFailure(
            code: "file-missing",
            message: "“\(VisibleText.spelled(path, first: 256))” does not exist; put the file there or correct the path.",
            retry: .stalled)
    }

    static func fileChanged(_ path: String) -> BackendFailure {
        BackendFailure(
            code: "file-changed",
            message: """
                “\(VisibleText.spelled(path, first: 256))” changed since it was looked at, or while it was read; it is read \
                again once it is seen to stay the same.
                """,
            retry: .transient)
    }

    static func tooLarge(_ what: String, limit: Int64, unit: String) -> BackendFailure {
        BackendFailure(
            code: "too-large",
            message: "\(what) has more than \(limit) \(unit), the most that is taken; make it smaller.",
            retry: .terminal)
    }

    static func outputMissing(_ path: String, among files: [String]) -> BackendFailure {
        let first = files.prefix(5).map { "“\(VisibleText.spelled($0, first: 64))”" }.joined(separator: ", ")
        let found = files.isEmpty ? "nothing" : first + (files.count > 5 ? " and \(files.count - 5) more" : "")
        return BackendFailure(
            code: "output-missing",
            message: "The command left \(found), expected the output “\(path)”; correct the command or its `output`.",
            retry: .terminal)
    }

    static func blobMissing(_ digest: Digest) -> BackendFailure {
        BackendFailure(
            code: "blob-missing",
            message: "The blob \(digest) is not in the blob store; restore it from a backup.", retry: .stalled)
    }

    static func digestMismatch(_ what: String, expected: Digest, found: Digest) -> BackendFailure {
        BackendFailure(
            code: "digest-mismatch",
            message:
                "\(what): expected \(expected), found \(found). Correct the digest, or bring back the files it names.",
            retry: .terminal)
    }
}
