// What a pickle would reach outside itself.

struct PickleTrace {
    static let computed = "a name it computes"

    /// In the order of their first use.
    private(set) var imports: [String] = []
    private(set) var calls: [String] = []
    /// It asks its reader for objects, as PyTorch's do for storages.
    var asksForObjects = false
    var builds = false
    /// Complete pickles, one behind the other.
    var complete = 0
    var operations = 0
    /// Whether a bound ended the reading.
    var isCut = false

    mutating func imported(_ name: String) { Self.add(name, to: &imports) }
    mutating func call(_ name: String) { Self.add(name, to: &calls) }

    mutating func call(_ value: PickleMachine.Value) {
        switch value {
        case .global(let name): call(name)
        case .text, .other: call("something it computes")
        }
    }

    private static func add(_ name: String, to list: inout [String]) {
        if list.count < RecognitionLimits.pickleNames, !list.contains(name) { list.append(name) }
    }

    mutating func merge(_ other: PickleTrace) {
        other.imports.forEach { imported($0) }
        other.calls.forEach { call($0) }
        asksForObjects = asksForObjects || other.asksForObjects
        builds = builds || other.builds
        isCut = isCut || other.isCut
        operations += other.operations
    }

    /// Whether loading it does more than put numbers and strings together. An import that nothing follows does not
    /// count: text may begin like one, and what is imported is not in the file.
    var runsCode: Bool { !calls.isEmpty || builds && !imports.isEmpty || complete > 0 && !imports.isEmpty }

    /// The strangest names first: `calls os.system; imports numpy.dtype`.
    var detail: String? {
        func listed(_ names: [String]) -> String {
            let strange = names.filter { !Self.usual.contains($0) }
            return (strange + names.filter(Self.usual.contains)).joined(separator: ", ")
        }
        let called = calls.isEmpty ? [] : ["calls \(listed(calls))"]
        let others = imports.filter { !calls.contains($0) }
        let imported = others.isEmpty ? [] : ["imports \(listed(others))"]
        let parts = called + imported
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }

    /// What models are full of; only the order of names depends on it.
    private static let usual: Set<String> = [
        "_codecs.encode", "collections.OrderedDict", "copy_reg._reconstructor", "copyreg._reconstructor",
        "joblib.numpy_pickle.NumpyArrayWrapper", "numpy.core.multiarray._reconstruct", "numpy.core.multiarray.scalar",
        "numpy._core.multiarray._reconstruct", "numpy._core.multiarray.scalar", "numpy.dtype", "numpy.ndarray",
        "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_parameter", "torch.FloatStorage",
        "torch.LongStorage", "torch.HalfStorage", "torch.BFloat16Storage", "torch.DoubleStorage", "torch.IntStorage",
    ]
}
