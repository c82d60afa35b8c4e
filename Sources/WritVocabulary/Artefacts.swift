// What kind of files a version consists of, told by their content and never by their names.

/// A file format that models come in.
public enum ArtefactFormat: String, Codable, Hashable, Sendable, CaseIterable {
    case safetensors
    case onnx
    case gguf
    case numpy
    case hdf5
    /// A Protocol Buffers graph of TensorFlow.
    case tensorflow
    case xgboost
    case lightgbm
    case json
    case text
    /// Arrow, Parquet and other tables.
    case table
    case pickle
    /// Objects of Python's joblib.
    case joblib
    /// PyTorch's archive around a pickle.
    case torch
    /// TorchScript: an archive that holds code.
    case torchScript
    /// Keras 3 archives and layers with code.
    case keras
    /// A NumPy file whose elements are pickled objects.
    case numpyObjects
    case archive
    case python
    /// ELF objects, scripts with `#!`, byte code.
    case executable
    case unknown

    /// Whether loading such a file can run code that is in it.
    public var carriesCode: Bool {
        switch self {
        case .safetensors, .onnx, .gguf, .numpy, .hdf5, .xgboost, .lightgbm, .json, .text, .table: false
        case .tensorflow, .pickle, .joblib, .torch, .torchScript, .keras, .numpyObjects, .archive, .python, .executable,
            .unknown:
            true
        }
    }
}

/// What was found of one file of a version.
public struct ArtefactFinding: Codable, Hashable, Sendable {
    public var path: String
    public var format: ArtefactFormat
    /// What was seen in it, for people, such as `calls os.system`; at most 200 characters.
    public var detail: String?

    public init(path: String, format: ArtefactFormat, detail: String? = nil) {
        self.path = path
        self.format = format
        self.detail = detail
    }
}

/// What was found of all files of a version.
public struct ArtefactFindings: Codable, Hashable, Sendable {
    /// How many files a record lists.
    public static let maximumListed = 50

    /// Sorted by path: the files that carry code first to be listed, at most ``maximumListed``.
    public var files: [ArtefactFinding]
    /// Number of files by format.
    public var counts: [String: Int]

    public init(of all: [ArtefactFinding]) {
        let ordered = all.sorted { ($0.format.carriesCode ? 0 : 1, $0.path) < ($1.format.carriesCode ? 0 : 1, $1.path) }
        files = ordered.prefix(ArtefactFindings.maximumListed).sorted { $0.path < $1.path }
        counts = Dictionary(all.map { ($0.format.rawValue, 1) }, uniquingKeysWith: +)
    }

    /// The formats among them that carry code, sorted.
    public var codeCarrying: [ArtefactFormat] {
        ArtefactFormat.allCases.filter { $0.carriesCode && (counts[$0.rawValue] ?? 0) > 0 }
            .sorted { $0.rawValue < $1.rawValue }
    }
}
