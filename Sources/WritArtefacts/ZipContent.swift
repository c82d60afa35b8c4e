// What kind of archive a zip file is.
import WritVocabulary

struct ZipContent {
    let view: ByteView
    let directory: ZipDirectory

    func verdict() throws -> Verdict {
        let names = directory.members.map(\.name)
        if let pickle = directory.members.first(where: { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }) {
            return try torch(pickle, names)
        }
        if names.contains("model.weights.h5"), names.contains("config.json") {
            return Verdict(.keras, try lambda() ? "has a layer with code of its own" : nil)
        }
        if !names.isEmpty, names.allSatisfy({ $0.hasSuffix(".npy") }) { return try arrays() }
        if names.contains("schema.json") { return Verdict(.archive, "looks like a file of skops") }
        return Verdict(.archive, "a zip archive of \(names.count) files")
    }

    private func torch(_ pickle: ZipDirectory.Member, _ names: [String]) throws -> Verdict {
        let holdsCode = names.contains { $0.contains("/code/") || $0.hasPrefix("code/") }
        let detail = try content(of: pickle, limit: .max).map { try PickleFormat($0).trace.detail }
        return Verdict(holdsCode ? .torchScript : .torch, detail ?? nil)
    }

    private func lambda() throws -> Bool {
        guard let member = directory.members.first(where: { $0.name == "config.json" }),
            let bytes = try content(of: member, limit: RecognitionLimits.inflatedBytes)
        else { return true }
        return try bytes.contains([Array("Lambda".utf8)])[0]
    }

    /// NumPy's `npz`. Whatever is not plainly numbers makes the whole not so.
    private func arrays() throws -> Verdict {
        guard directory.prefix == 0, directory.isTight else {
            return Verdict(.unknown, "an archive of arrays with bytes that belong to none")
        }
        for member in directory.members {
            guard let head = try content(of: member, limit: RecognitionLimits.numpyHeaderBytes + 16),
                let header = try NumPyFormat.header(head)
            else { return Verdict(.unknown, "“\(member.name)” is not an array") }
            if header.holdsObjects { return Verdict(.numpyObjects, "“\(member.name)” holds pickled objects") }
            guard header.totalBytes == UInt64(member.unpacked) else {
                return Verdict(.unknown, "“\(member.name)” is not as long as its header says")
            }
        }
        return Verdict(.numpy)
    }

    /// The bytes of a member, or their beginning where they are packed; nil where they cannot be had.
    private func content(of member: ZipDirectory.Member, limit: Int) throws -> ByteView? {
        guard let packed = view.part(at: member.data, size: member.packed) else { return nil }
        switch member.method {
        case 0: return member.packed == member.unpacked ? packed : nil
        case 8:
            let bound = min(limit, RecognitionLimits.inflatedBytes)
            return try Inflate.beginning(of: packed, limit: bound).map { ByteView($0) }
        default: return nil
        }
    }
}
