// What a file is, told by its bytes.
import WritVocabulary

/// Recognises the format of one file by its content. Names, suffixes and what a file says of itself do not count where
/// its bytes say otherwise.
///
/// A format that carries no code is only said where the whole file, to the last byte, is explained by it. A file that
/// is two things is the one that carries code. Whatever is odd is unknown, and counts as carrying code.
public struct FormatReader: Sendable {
    public init() {}

    /// `path` names the file in the finding; `file` is where its bytes lie. Throws ``ArtefactFailure`` where it cannot
    /// be read.
    public func finding(path: String, file: String) throws -> ArtefactFinding {
        let verdict = try Self.verdict(ByteView(ByteSource(file: file)))
        return ArtefactFinding(path: path, format: verdict.format, detail: verdict.shown)
    }

    static func verdict(_ view: ByteView) throws -> Verdict {
        guard view.size > 0 else { return Verdict(.text, "empty") }
        let archive = try ZipDirectory.read(view)
        if case .archive(let directory) = archive, directory.prefix == 0, try view.starts(with: [0x50, 0x4B]) {
            return try ZipContent(view: view, directory: directory).verdict()
        }
        let plain = try plain(view)
        if plain.format.carriesCode, plain.format != .unknown { return plain }
        return try second(view, archive, plain) ?? plain
    }

    /// What it is taken for by its beginning.
    private static func plain(_ view: ByteView) throws -> Verdict {
        let head = try view.bytes(at: 0, 8)
        if head.starts(with: GGUFFormat.magic) { return try GGUFFormat.verdict(view) }
        if head.starts(with: NumPyFormat.magic) { return try NumPyFormat.verdict(view) }
        if head.starts(with: HDF5Format.magic) { return try HDF5Format.verdict(view) }
        if head.starts(with: TableFormat.parquet) { return try TableFormat.parquet(view) }
        if head.starts(with: TableFormat.arrow) { return try TableFormat.arrow(view) }
        if let verdict = try SafetensorsFormat.verdict(view) { return verdict }
        if let verdict = try text(view) { return verdict }
        return try UBJSONFormat.verdict(view) ?? ProtobufFormat.verdict(view) ?? Verdict(.unknown)
    }

    private static func text(_ view: ByteView) throws -> Verdict? {
        let head = try view.bytes(at: 0, 1024)
        // Quickly for what cannot be.
        guard !head.contains(0) else { return nil }
        if let first = head.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }), first == 0x7B || first == 0x5B,
            let verdict = try JSONDocument.verdict(view)
        {
            return verdict
        }
        return try TextFormat.verdict(view)
    }

    /// What else it is, when that carries code or makes it odd.
    private static func second(_ view: ByteView, _ archive: ZipDirectory.Reading, _ plain: Verdict) throws -> Verdict? {
        let isKnown = plain.format != .unknown
        func also(_ verdict: Verdict) -> Verdict {
            guard isKnown, plain.format != .text else { return verdict }
            let also = "\(plain.format.rawValue) that is \(verdict.format.rawValue) as well"
            return Verdict(verdict.format, verdict.detail.map { "\(also): \($0)" } ?? also)
        }
        let isText = [.text, .json, .lightgbm, .xgboost].contains(plain.format)
        if let verdict = try PickleFormat(view).verdict { return also(verdict) }
        if let verdict = try ContainerFormat.verdict(view, isText: isText) { return also(verdict) }
        switch archive {
        case .none: return nil
        case .odd(let why): return Verdict(.unknown, isKnown ? "\(plain.format.rawValue), but \(why)" : why)
        case .archive(let directory):
            let inner = try ZipContent(view: view, directory: directory).verdict()
            let carrying = inner.format.carriesCode ? inner : Verdict(.archive, inner.detail)
            return isKnown ? also(carrying) : Verdict(carrying.format, carrying.detail ?? "behind other bytes")
        }
    }
}
