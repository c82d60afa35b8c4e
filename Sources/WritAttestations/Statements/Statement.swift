// in-toto Statement v1: a subject by its digest, and what is said of it.
import Foundation
import WritVocabulary

struct Statement: Encodable {
    static let type = "https://in-toto.io/Statement/v1"

    var subject: [JSONValue]
    var predicateType: String
    var predicate: JSONValue

    private enum CodingKeys: String, CodingKey { case type = "_type", subject, predicateType, predicate }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Statement.type, forKey: .type)
        try container.encode(subject, forKey: .subject)
        try container.encode(predicateType, forKey: .predicateType)
        try container.encode(predicate, forKey: .predicate)
    }

    /// What every statement but the model signature is about: a version by its artefact manifest. `move` is where it
    /// serves.
    static func about(
        _ version: VersionID, _ artefacts: Digest, _ kind: AttestationKind, _ predicate: JSONValue,
        move: [String: JSONValue] = [:]
    ) throws -> [UInt8] {
        let subject = Descriptor.of(version.text, artefacts, annotations: move)
        let statement = Statement(subject: [subject], predicateType: kind.predicateType, predicate: predicate)
        return Array(try Canonical.encode(statement))
    }
}

/// What a statement refers to: in-toto's ResourceDescriptor.
enum Descriptor {
    enum Algorithm: String { case sha256, gitCommit, gitTree, gitBlob }

    static func of(
        _ name: String, _ algorithm: Algorithm, _ hex: String, annotations: [String: JSONValue] = [:]
    ) -> JSONValue {
        .fields([
            "name": .string(name), "digest": [algorithm.rawValue: .string(hex)],
            "annotations": annotations.isEmpty ? nil : .object(annotations),
        ])
    }

    static func of(_ name: String, _ digest: Digest, annotations: [String: JSONValue] = [:]) -> JSONValue {
        of(name, .sha256, digest.hex, annotations: annotations)
    }

    /// Canonical JSON in place, with its digest.
    static func json(_ name: String, _ value: some Encodable, annotations: [String: JSONValue] = [:]) throws
        -> JSONValue
    {
        let bytes = try Canonical.encode(value)
        return .fields([
            "name": .string(name), "digest": ["sha256": .string(Digest(of: bytes).hex)],
            "content": .string(bytes.base64EncodedString()), "mediaType": "application/json",
            "annotations": annotations.isEmpty ? nil : .object(annotations),
        ])
    }

    /// What an execution was given, each by the digest its origin knows it under.
    static func inputs(of order: ExecutionOrder, model: String) -> [JSONValue] {
        var found = [
            of("source", .gitCommit, order.revision.text),
            of("code", .gitTree, order.codeTree.text, annotations: ["path": .text(order.code)]),
        ]
        for (name, input) in order.inputs.sorted(by: { $0.key < $1.key }) {
            found.append(of("input/\(name)", input.digest, annotations: ["format": .string(input.format.rawValue)]))
        }
        if let environment = order.environment {
            let python: [String: JSONValue] = ["python": .string(environment.python)]
            found.append(of("requirements", .gitBlob, environment.requirements.text, annotations: python))
        }
        if let base = order.model { found.append(of(model, base)) }
        return found
    }
}
