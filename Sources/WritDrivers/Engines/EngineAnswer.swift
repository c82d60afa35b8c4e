// What an engine said, read strictly: only a clear yes is a yes.
import Foundation
import WritVocabulary

/// `true`, `{"allow": true}`, or either under `result`, allow; reasons stand in `reasons` or `deny`. Everything else
/// does not allow. See Open Policy Agent's data interface: an undefined document has no `result`.
struct EngineAnswer {
    static let reasonsMaximum = 20
    static let reasonCharacters = 300

    let verdict: EngineVerdict

    init(_ bytes: [UInt8]) {
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)) else {
            verdict = EngineVerdict(allowed: false, reasons: ["its answer is not the JSON of a decision"])
            return
        }
        let reasons = document.reasons.prefix(Self.reasonsMaximum).map { String($0.prefix(Self.reasonCharacters)) }
        guard let allowed = document.allowed else {
            verdict = EngineVerdict(allowed: false, reasons: ["its answer decides nothing: no `allow` and no `result`"])
            return
        }
        // A denial weighs more than a yes beside it.
        verdict = EngineVerdict(allowed: allowed && !document.isDenied, reasons: Array(reasons))
    }

    private struct Document: Decodable {
        var allowed: Bool?
        var reasons: [String] = []
        var isDenied = false

        init(from decoder: any Decoder) throws {
            if let plain = try? decoder.singleValueContainer().decode(Bool.self) {
                allowed = plain
                return
            }
            let fields = try decoder.container(keyedBy: Field.self)
            if fields.contains(.result) {
                self = try fields.decode(Document.self, forKey: .result)
                return
            }
            let denied = try fields.decodeIfPresent([String].self, forKey: .deny)
            reasons = try fields.decodeIfPresent([String].self, forKey: .reasons) ?? denied ?? []
            isDenied = denied?.isEmpty == false
            allowed = try fields.decodeIfPresent(Bool.self, forKey: .allow) ?? denied.map(\.isEmpty)
        }

        private enum Field: String, CodingKey { case result, allow, deny, reasons }
    }
}
