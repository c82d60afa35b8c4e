// One answer of any kind: the same value is JSON for programs and text for people.
import Foundation
import WritVocabulary

/// What a reading command prints. As JSON it is one object whose `answer` names its kind.
///
/// JSON is stable: fields are added, never renamed or removed. Times are RFC 3339 in UTC, digests `sha256:…`, measured
/// numbers decimal strings. A field without a value is left out.
public enum Answer: Hashable, Sendable {
    case resources(ResourcesAnswer)
    case describe(DescribeAnswer)
    case why(WhyAnswer)
    case history(HistoryAnswer)
    case versions(VersionsAnswer)
    case version(VersionAnswer)
    case runs(RunsAnswer)
    case run(RunAnswer)
    case source(SourceAnswer)

    /// For people, with a line end after each line.
    public func text(_ style: TextStyle) -> String {
        switch self {
        case .resources(let answer): answer.text(style)
        case .describe(let answer): answer.text(style)
        case .why(let answer): answer.text(style)
        case .history(let answer): answer.text(style)
        case .versions(let answer): answer.text(style)
        case .version(let answer): answer.text(style)
        case .runs(let answer): answer.text(style)
        case .run(let answer): answer.text(style)
        case .source(let answer): answer.text(style)
        }
    }

    /// For programs: indented, keys sorted, a final line end.
    public func json() throws -> String {
        String(decoding: try Canonical.encodePretty(self), as: UTF8.self)
    }
}

extension Answer: Codable {
    private enum CodingKeys: String, CodingKey { case answer }

    private enum Topic: String, Codable {
        case resources, describe, why, history, versions, version, runs, run, source
    }

    public init(from decoder: any Decoder) throws {
        switch try decoder.container(keyedBy: CodingKeys.self).decode(Topic.self, forKey: .answer) {
        case .resources: self = .resources(try ResourcesAnswer(from: decoder))
        case .describe: self = .describe(try DescribeAnswer(from: decoder))
        case .why: self = .why(try WhyAnswer(from: decoder))
        case .history: self = .history(try HistoryAnswer(from: decoder))
        case .versions: self = .versions(try VersionsAnswer(from: decoder))
        case .version: self = .version(try VersionAnswer(from: decoder))
        case .runs: self = .runs(try RunsAnswer(from: decoder))
        case .run: self = .run(try RunAnswer(from: decoder))
        case .source: self = .source(try SourceAnswer(from: decoder))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        let (topic, value) = content
        try container.encode(topic, forKey: .answer)
        try value.encode(to: encoder)
    }

    private var content: (Topic, any Encodable) {
        switch self {
        case .resources(let answer): (.resources, answer)
        case .describe(let answer): (.describe, answer)
        case .why(let answer): (.why, answer)
        case .history(let answer): (.history, answer)
        case .versions(let answer): (.versions, answer)
        case .version(let answer): (.version, answer)
        case .runs(let answer): (.runs, answer)
        case .run(let answer): (.run, answer)
        case .source(let answer): (.source, answer)
        }
    }
}
