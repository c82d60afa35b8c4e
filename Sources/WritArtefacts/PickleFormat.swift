// Pickles: Python's, PyTorch's old ones, joblib's.
import WritVocabulary

struct PickleFormat {
    let trace: PickleTrace
    /// Behind the last complete pickle.
    private let end: Int64
    private let size: Int64
    private let isMarked: Bool
    private let isOldTorch: Bool

    /// The number PyTorch's older files begin with, as a pickle of its own.
    private static let torchMagic: [UInt8] = [
        0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E,
    ]

    /// Runs what lies at the beginning of a file as Python would, and all pickles that follow it.
    init(_ view: ByteView) throws {
        let head = try view.bytes(at: 0, Self.torchMagic.count)
        isMarked = head.count >= 2 && head[0] == 0x80 && head[1] <= 5
        isOldTorch = head == Self.torchMagic
        size = view.size
        var trace = PickleTrace()
        var cursor = ByteCursor(view)
        var end: Int64 = 0
        while trace.complete < RecognitionLimits.pickles, end < view.size {
            let (part, isComplete) = try Self.one(&cursor)
            trace.merge(part)
            guard isComplete else { break }
            trace.complete += 1
            end = cursor.position
        }
        // More may follow, and whoever reads them all would load it.
        trace.isCut = trace.isCut || trace.complete == RecognitionLimits.pickles && end < view.size
        self.trace = trace
        self.end = end
    }

    /// nil when it is none: a text may begin with letters that are operations.
    var verdict: Verdict? {
        let isWhole = trace.complete > 0 && end == size
        let isOne = trace.runsCode || trace.isCut || isWhole || isMarked && (trace.complete > 0 || trace.operations > 2)
        guard isOne else { return nil }
        let names = trace.imports + trace.calls
        if isOldTorch { return Verdict(.torch, trace.detail) }
        if names.contains(where: { $0.hasPrefix("joblib.") }) { return Verdict(.joblib, trace.detail) }
        return Verdict(.pickle, trace.detail ?? (trace.isCut ? "it is too long to be read through" : nil))
    }

    private static func one(_ cursor: inout ByteCursor) throws -> (PickleTrace, isComplete: Bool) {
        var machine = PickleMachine()
        var count = 0
        func traced(cut: Bool) -> PickleTrace {
            var trace = machine.trace
            trace.operations = count
            trace.isCut = cut
            return trace
        }
        do {
            while let byte = try cursor.next(), let opcode = PickleOpcode(rawValue: byte) {
                guard count < RecognitionLimits.pickleOperations else { return (traced(cut: true), false) }
                guard let (first, second) = try arguments(opcode, &cursor) else { break }
                if try machine.run(opcode, first, second) { return (traced(cut: false), true) }
                count += 1
            }
            return (traced(cut: false), false)
        } catch is PickleMachine.Broken {
            return (traced(cut: false), false)
        } catch is PickleMachine.TooMuch {
            return (traced(cut: true), false)
        }
    }

    /// nil where the stream ends within.
    private static func arguments(_ opcode: PickleOpcode, _ cursor: inout ByteCursor) throws -> ([UInt8], [UInt8])? {
        let limit = RecognitionLimits.pickleLineBytes
        switch opcode.argument {
        case .none: return ([], [])
        case .bytes(let count): return try cursor.take(count).map { ($0, []) }
        case .line: return try cursor.line(limit: limit).map { ($0, []) }
        case .twoLines:
            guard let first = try cursor.line(limit: limit), let second = try cursor.line(limit: limit) else {
                return nil
            }
            return (first, second)
        case .counted(let width):
            guard let length = try cursor.little(width) else { return nil }
            // Signed in these two.
            if opcode == .binString || opcode == .long4, length > UInt64(Int32.max) { return nil }
            if length <= UInt64(RecognitionLimits.pickleNameBytes) {
                return try cursor.take(Int(length)).map { ($0, []) }
            }
            return cursor.skip(length) ? ([UInt8](repeating: 0, count: RecognitionLimits.pickleNameBytes + 1), []) : nil
        }
    }
}
