// HDF5, and what Keras and PyTables put in it.
import WritVocabulary

/// From the HDF5 File Format Specification 3.0, section II.A.
enum HDF5Format {
    static let magic: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

    static func verdict(_ view: ByteView) throws -> Verdict {
        guard let end = try declaredEnd(view), end == UInt64(view.size) else {
            return Verdict(.unknown, "HDF5 that does not end where it says")
        }
        // Attributes are never packed, so these are found where they are.
        let found = try view.contains(
            ["model_config", "Lambda", "\\u00", "PYTABLES_FORMAT", "pandas_type"].map { Array($0.utf8) })
        if found[3] || found[4] { return Verdict(.pickle, "HDF5 of PyTables, which unpickles attributes") }
        guard found[0] else { return Verdict(.hdf5) }
        if found[1] || found[2] { return Verdict(.keras, "a Keras model with a Lambda layer") }
        return Verdict(.hdf5, "a Keras model without a Lambda layer")
    }

    private static func declaredEnd(_ view: ByteView) throws -> UInt64? {
        let head = try view.bytes(at: 0, 64)
        guard head.count == 64 else { return nil }
        switch head[8] {
        case 0: return head[13] == 8 ? head.little(40, 8) : nil
        case 1: return head[13] == 8 ? head.little(44, 8) : nil
        case 2, 3: return head[9] == 8 ? head.little(28, 8) : nil
        default: return nil
        }
    }
}
