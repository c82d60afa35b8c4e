// A whole JSON document, read for what models have in it.
import WritVocabulary

struct JSONDocument {
    /// Of the outermost object.
    private var keys: Set<String> = []
    private var hasLambda = false
    private var makesObjects = false

    /// nil where it is no JSON.
    static func verdict(_ view: ByteView) throws -> Verdict? {
        guard view.size <= RecognitionLimits.jsonBytes else { return nil }
        var document = JSONDocument()
        do {
            var tokens = JSONTokens(view)
            try document.value(try tokens.next(), &tokens, depth: 0, key: nil)
            guard try tokens.next() == .end else { return nil }
        } catch is JSONTokens.Damaged {
            return nil
        }
        if document.makesObjects { return Verdict(.unknown, "JSON that jsonpickle makes objects of") }
        if document.hasLambda { return Verdict(.keras, "JSON of a Keras model with a Lambda layer") }
        let isXGBoost = document.keys.contains("learner") && document.keys.contains("version")
        return Verdict(isXGBoost ? .xgboost : .json)
    }

    private mutating func value(_ token: JSONToken, _ tokens: inout JSONTokens, depth: Int, key: String?) throws {
        guard depth < RecognitionLimits.jsonDepth else { throw JSONTokens.Damaged() }
        switch token {
        case .string(let text):
            if key == "class_name", text == "Lambda" || text == "__lambda__" { hasLambda = true }
        case .number, .literal: break
        case .beginArray:
            var token = try tokens.next()
            if token == .endArray { return }
            while true {
                try value(token, &tokens, depth: depth + 1, key: nil)
                switch try tokens.next() {
                case .endArray: return
                case .comma: token = try tokens.next()
                default: throw JSONTokens.Damaged()
                }
            }
        case .beginObject: try object(&tokens, depth: depth)
        case .endObject, .endArray, .colon, .comma, .end: throw JSONTokens.Damaged()
        }
    }

    private mutating func object(_ tokens: inout JSONTokens, depth: Int) throws {
        var token = try tokens.next()
        if token == .endObject { return }
        while true {
            guard case .string(let key) = token, try tokens.next() == .colon else { throw JSONTokens.Damaged() }
            if let key {
                if depth == 0, keys.count < 100 { keys.insert(key) }
                if key.hasPrefix("py/") { makesObjects = true }
            }
            try value(try tokens.next(), &tokens, depth: depth + 1, key: key)
            switch try tokens.next() {
            case .endObject: return
            case .comma: token = try tokens.next()
            default: throw JSONTokens.Damaged()
            }
        }
    }
}
