// Which entries are in the log, and who signed its head.
import Foundation
import WritAttestations
import WritLedger
import WritVocabulary

extension CapsuleCheck {
    mutating func checkEntries(_ capsule: AuditCapsule, _ head: CapsuleHead) -> [LedgerEntry] {
        var found: [LedgerEntry] = []
        for one in capsule.entries {
            let path = one.proof.compactMap { TreeHash($0.bytes) }
            let isIn =
                path.count == one.proof.count
                && TreeProof.verifyInclusion(
                    Int(one.index), size: head.checkpoint.size, leaf: .leaf(one.leaf.bytes), root: head.checkpoint.root,
                    path: path)
            // An entry of a later version of Writ is in the log, and tells this one nothing.
            if isIn, let entry = try? Canonical.decode(LedgerEntry.self, from: one.leaf.bytes) { found.append(entry) }
            if !isIn { say(.wrong, "entry \(one.index)", "it is not in the log that the checkpoint signs") }
        }
        if isSound { say(.ok, "entries", "\(found.count) entries are in the log of \(head.checkpoint.size)") }
        return found.sorted { $0.sequence < $1.sequence }
    }

    mutating func checkKeys(
        _ capsule: AuditCapsule, _ head: CapsuleHead, _ entries: [LedgerEntry], _ trusted: String?
    ) {
        let rotations = entries.compactMap { entry -> (Int64, KeyRotation)? in
            if case .keyRotated(let rotation) = entry.event { (entry.sequence, rotation) } else { nil }
        }
        var keys = [capsule.keys.ledger]
        for (index, rotation) in rotations {
            let isNext = rotation.purpose != .ledger || rotation.old == keys.last && rotation.size == index
            judge(
                "rotation \(index)", "the old and the new \(rotation.purpose.rawValue) key signed it",
                "it is not signed by the key before it and the new one", isNext && Self.isSigned(rotation))
            if rotation.purpose == .ledger { keys.append(rotation.new) }
        }
        let last = keys.last ?? capsule.keys.ledger
        let verifier = NoteVerifier(vkey: last)
        judge(
            "checkpoint", "\(head.checkpoint.size) entries, signed by \(last)", "it is not signed by the log's key",
            verifier.map { $0.name == capsule.origin && (try? head.note.verify($0)) != nil } == true
                && head.checkpoint.origin == capsule.origin)
        if let trusted {
            judge(
                "key", "it is the one you trust, or follows from it", "it does not follow from the key you trust",
                keys.contains(trusted))
        } else {
            say(.gap, "key", "compare it with the key you know: \(capsule.keys.ledger)")
        }
        for vkey in capsule.keys.witnesses {
            let name = vkey.split(separator: "+", maxSplits: 1).first.map(String.init) ?? ""
            judge(
                "witness \(name)", "\(vkey) cosigned the checkpoint", "it did not cosign this checkpoint",
                (try? CosignerVerifier(vkey: vkey)?.cosigned(head.note)) != nil)
        }
        if capsule.keys.witnesses.isEmpty { absent("witnesses") }
    }

    private static func isSigned(_ rotation: KeyRotation) -> Bool {
        [(rotation.old, rotation.signedByOld), (rotation.new, rotation.signedByNew)].allSatisfy { key, signature in
            guard let bytes = Data(base64Encoded: signature) else { return false }
            switch rotation.purpose {
            case .ledger: return NoteVerifier(vkey: key)?.isValid(Array(bytes), over: rotation.text) == true
            case .attestation:
                return VerificationKey(pem: key)?.verifies(Array(bytes), of: Array(rotation.text.utf8)) == true
            }
        }
    }

    /// What has its name, and a line for each that has not.
    mutating func checkContents(
        _ capsule: AuditCapsule
    ) -> (blobs: [String: [UInt8]], objects: [String: AuditCapsule.Object]) {
        var blobs = capsule.blobs.mapValues(\.bytes)
        var objects = capsule.objects
        for (name, bytes) in blobs.sorted(by: { $0.key < $1.key }) where Digest(of: bytes).text != name {
            say(.wrong, "blob \(name)", "its bytes have another digest")
            blobs[name] = nil
        }
        for (name, object) in objects.sorted(by: { $0.key < $1.key })
        where GitTree.id(object.kind, object.bytes.bytes, like: name) != name {
            say(.wrong, "object \(name)", "its bytes have another id")
            objects[name] = nil
        }
        return (blobs, objects)
    }
}
