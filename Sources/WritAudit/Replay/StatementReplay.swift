// What Writ signed, made again from the order on record: the payloads are the same bytes, signatures aside.
import Foundation
import WritAttestations
import WritVocabulary

struct StatementReplay {
    private let state: RecordedState
    private let sources: ReplaySources
    private let version: String?

    init(_ state: RecordedState, _ sources: ReplaySources, version: String?) {
        self.state = state
        self.sources = sources
        self.version = version
    }

    func outcome(
        of made: [Attestation], _ key: ActionKey, _ inputs: inout [Replay.Input], _ remarks: inout [String]
    ) throws -> Replay.Outcome {
        guard let intent = state.openIntents[key], case .attest(let order) = intent.action else {
            return .incomplete("the order it fulfils is not on record")
        }
        guard let version else { return .incomplete("which version of Writ made it is not on record") }
        inputs += [
            Replay.Input("order", "entry \(intent.sequence)", [intent.sequence]),
            Replay.Input("builder", "\(sources.origin), writ \(version)"),
        ]
        let drafts: [Statements.Draft]
        do {
            drafts = try make(order, version)
        } catch is MissingBlob {
            return .incomplete("a blob the order names is not to be had")
        } catch let failure as AttestationFailure {
            return .incomplete(failure.message)
        }
        guard drafts.map(\.kind) == made.map(\.kind) else {
            return .different(
                Replay.Difference(
                    path: "attestations", recorded: words(made.map(\.kind)), remade: words(drafts.map(\.kind))))
        }
        var all: [UInt8] = []
        for (draft, one) in zip(drafts, made) {
            guard let bytes = try sources.blob(one.blob, ReplayLimits.envelopeBytes) else {
                return .incomplete("the \(one.kind.rawValue) that was signed is not among the blobs")
            }
            inputs.append(Replay.Input(one.kind.rawValue, one.blob.text))
            guard let payload = SignedPayload.read(bytes) else {
                return .incomplete("the \(one.kind.rawValue) that was signed cannot be read")
            }
            if let difference = Replay.Difference(
                recorded: payload, remade: draft.payload, at: one.kind.rawValue)
            {
                return .different(difference)
            }
            all += draft.payload
        }
        remarks.append("the payloads are compared, not the signatures: those are checked with the public key")
        return .same(Digest(of: all))
    }

    private struct MissingBlob: Error {}

    private func make(_ order: AttestationOrder, _ version: String) throws -> [Statements.Draft] {
        let evidence = try StatementEvidence.gather(for: order) { digest, limit in
            guard let bytes = try sources.blob(digest, limit) else { throw MissingBlob() }
            return bytes
        }
        let builder = BuilderIdentity(origin: sources.origin, version: version)
        return try Statements.make(order, by: builder, evidence: evidence)
    }

    private func words(_ kinds: [AttestationKind]) -> String { kinds.map(\.rawValue).joined(separator: ", ") }
}

/// The signed bytes of an envelope, or of the envelope within a Sigstore bundle.
enum SignedPayload {
    private struct Bundle: Decodable { var dsseEnvelope: Inner }
    private struct Inner: Decodable { var payload: String }

    static func read(_ bytes: [UInt8]) -> [UInt8]? {
        let bundled = (try? Canonical.decode(Bundle.self, from: bytes))?.dsseEnvelope
        let inner = bundled ?? (try? Canonical.decode(Inner.self, from: bytes))
        return inner.flatMap { Data(base64Encoded: $0.payload) }.map(Array.init)
    }
}
