// Kinds and names as people type them: any case, singular or plural, `KIND NAME` or `KIND/NAME`.
import ArgumentParser
import Foundation
import WritServer
import WritVocabulary

/// What the reading commands can be asked about.
enum Noun: Hashable, Sendable {
    case resource(Kind)
    case version
    case run
    case source

    static let words = Kind.allCases.map { $0.rawValue.lowercased() } + ["version", "run", "source"]

    init(typed text: String) throws {
        if let kind = Kind(typed: text) {
            self = .resource(kind)
            return
        }
        switch text.lowercased() {
        case "version", "versions": self = .version
        case "run", "runs": self = .run
        case "source", "sources": self = .source
        case let other:
            let near = NearestName.suggestion(for: other, among: Noun.words).map { " Did you mean `\($0)`?" } ?? ""
            throw ValidationError(
                "“\(VisibleText.line(text))” is not a kind.\(near) Kinds are \(Noun.words.joined(separator: ", ")).")
        }
    }
}

/// The positional arguments `KIND NAME`.
struct ResourceArguments: ParsableArguments {
    @Argument(help: "dataset, model, endpoint or policy; or KIND/NAME.", completion: .list(Noun.words))
    var kind: String

    @Argument(help: "The resource's name.", completion: .custom(NameCompletion.names))
    var name: String?

    func id() throws -> ResourceID {
        let (kind, name) = try Typed.kindAndName(kind, name)
        guard case .resource(let resourceKind) = try Noun(typed: kind) else {
            throw ValidationError("“\(kind)” is not a kind of resource; use dataset, model, endpoint or policy.")
        }
        guard let name else { throw ValidationError("Which \(kind)? Give its name.") }
        return ResourceID(resourceKind, try Typed.resourceName(name))
    }
}

enum Typed {
    /// `model flights` and `model/flights` are the same.
    static func kindAndName(_ kind: String, _ name: String?) throws -> (kind: String, name: String?) {
        guard let slash = kind.firstIndex(of: "/") else { return (kind, name) }
        guard name == nil else { throw ValidationError("Give KIND NAME or KIND/NAME, not both.") }
        return (String(kind[..<slash]), String(kind[kind.index(after: slash)...]))
    }

    static func resourceName(_ text: String) throws -> ResourceName {
        guard let name = ResourceName(text) else {
            throw ValidationError(
                "“\(VisibleText.line(text))” cannot be a name: names have 1 to 63 characters of a-z, 0-9 and -.")
        }
        return name
    }

    static func version(_ text: String) throws -> VersionID {
        guard let version = VersionID(text) else {
            throw ValidationError(
                "“\(VisibleText.line(text))” is not a version; write MODEL:NUMBER, such as flight-time:3.")
        }
        return version
    }

    static func run(_ text: String) throws -> ExecutionID {
        guard let run = ExecutionID(text) else {
            throw ValidationError(
                "“\(VisibleText.line(text))” is not a run's id, such as run-1f2e3d4c5b6a-1; `writ get runs` lists them."
            )
        }
        return run
    }

    static func span(_ text: String) throws -> TimeSpan {
        guard let span = TimeSpan(text), span.milliseconds > 0 else {
            throw ValidationError("“\(VisibleText.line(text))” is not a time; write 30s, 10m, 2h or 7d.")
        }
        return span
    }
}

/// Completes names by asking a running controller; without one it offers nothing rather than be slow.
enum NameCompletion {
    @Sendable static func names(_ words: [String], _ index: Int, _ prefix: String) async -> [String] {
        guard let data = ProcessInfo.processInfo.environment["WRIT_DATA"] else { return [] }
        let client = ControlClient(
            socket: ControlSocket.path(inDataDirectory: data), deadline: TimeSpan(milliseconds: 300))
        let kind = words.compactMap { Kind(typed: $0) }.first
        guard case .resources(let answer)? = try? await client.answer(.resources(kind, nil)) else { return [] }
        return answer.resources.map(\.name.text)
    }
}
