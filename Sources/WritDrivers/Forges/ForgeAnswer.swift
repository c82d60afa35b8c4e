// One answer of a forge: code, headers and a body of bounded size, read as what it should be.
import Foundation
import NIOHTTP1
import WritBackends
import WritVocabulary

struct ForgeAnswer: Sendable {
    var host: String
    /// What was asked, for messages: `opening a pull request from a into b`.
    var what: String
    var code: Int
    var headers: HTTPHeaders
    var body: [UInt8]

    var isSuccess: Bool { (200..<300).contains(code) }

    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        let kind = headers.first(name: "content-type")?.lowercased() ?? "nothing"
        guard kind.hasPrefix("application/json") || kind.hasPrefix("application/") && kind.contains("+json") else {
            throw malformed("sent \(ForgeText.visible(kind, limit: 60)) where JSON belongs; is its address right?")
        }
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch let error as DecodingError {
            throw malformed(ForgeAnswer.complaint(error))
        }
    }

    func malformed(_ complaint: String) -> BackendFailure {
        BackendFailure(
            code: "forge-answer-malformed", message: "\(host), asked for \(what), \(complaint)", retry: .transient)
    }

    private static func complaint(_ error: DecodingError) -> String {
        func path(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
            let keys = context.codingPath + (last.map { [$0] } ?? [])
            return keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context): return "sent no `\(path(context, key))`"
        case .typeMismatch(_, let context): return "sent something unexpected as `\(path(context))`"
        case .valueNotFound(_, let context): return "sent nothing as `\(path(context))`"
        case .dataCorrupted(let context):
            let place = path(context)
            return place.isEmpty ? "sent half an answer, or no JSON" : "sent something unexpected as `\(place)`"
        @unknown default: return "sent what cannot be read"
        }
    }

    /// The forge's own words for an error, and every further message it lists; empty when there are none.
    var words: String {
        guard let error = try? JSONDecoder().decode(ForgeWords.self, from: Data(body.prefix(64 << 10))) else {
            return ""
        }
        return error.text
    }

    /// The list has another page: `Link: <…>; rel="next"` (all three) or `x-next-page` (GitLab). The address in it is
    /// never used: behind a proxy it is often wrong, and it is the forge's word about where the token should go.
    var hasNextPage: Bool {
        if let next = headers.first(name: "x-next-page"), !next.isEmpty { return true }
        return headers["link"].contains { $0.contains("rel=\"next\"") || $0.contains("rel=next") }
    }

    var saysPages: Bool { headers.contains(name: "link") || headers.contains(name: "x-next-page") }

    /// How many there are in all, from a forge that says so.
    var total: Int? {
        (headers.first(name: "x-total-count") ?? headers.first(name: "x-total")).flatMap(Int.init)
    }
}

/// The shapes errors have: GitHub `{message, errors: [{message}]}`, GitLab `{message: text, list or map}` or `{error}`,
/// Gitea `{message}`.
private struct ForgeWords: Decodable {
    var text: String

    private enum Key: String, CodingKey { case message, error, errors }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let parts = [Key.message, .error, .errors].compactMap { try? container.decode(Words.self, forKey: $0).texts }
        text = parts.joined().joined(separator: "; ")
    }

    private struct Words: Decodable {
        var texts: [String]

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                texts = [text]
            } else if let list = try? decoder.singleValueContainer().decode([Words].self) {
                texts = list.flatMap(\.texts)
            } else {
                let map = try decoder.singleValueContainer().decode([String: Words].self)
                // An entry of GitHub's list is about one field; a map of GitLab's has the fields as keys.
                let isEntry = map["message"] != nil || map["code"] != nil
                texts = map.sorted { $0.key < $1.key }.flatMap { key, words in
                    guard isEntry else { return words.texts.map { "\(key) \($0)" } }
                    return ["message", "field", "code"].contains(key) ? words.texts : []
                }
            }
        }
    }
}
