// Files with some bytes flipped, cut or doubled. Python itself says whether one still loads code.
import Foundation
import Testing
import WritVocabulary

@testable import WritArtefacts

struct FormatFuzzTests {
    /// SplitMix64: the same flips in every run.
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    private static let carrying = [
        "pickle.dumps(evil, 0)", "pickle.dumps([1, evil, 'x'], 1)", "pickle.dumps([evil, 2.5], 2)",
        "pickle.dumps(evil, 4)",
        "pickle.dumps({'a': (1, b'2'), 'b': evil}, 5)", "b'(S\\'true\\'\\nios\\nsystem\\n.'", "jumping()",
        "zipped({'m/data.pkl': pickle.dumps(evil, 2), 'm/version': b'3'})",
        "zipped({'m/data.pkl': pickle.dumps(evil, 2)}, large=True)",
        "array(descr=\"'|O'\", shape=(), data=pickle.dumps(evil))",
        "zipped({'b.npy': array(descr=\"'|O'\", shape=(), data=pickle.dumps(evil))})",
    ]
    private static let safe = [
        "tensors()", "onnx()", "gguf(count=2)", "array()", "zipped({'a.npy': array()}, method=8)", "hdf5(b'x' * 50)",
        "ubj",
        "b'{\"learner\": {}, \"version\": [1]}'", "b'a,b\\n1,2\\n'",
    ]

    private static func samples(_ scripts: [String]) throws -> [[UInt8]] {
        let lines = scripts.enumerated().map { "put('\($0.offset)', \($0.element))" }
        let files = try SampleFiles(SampleFiles.preamble + "\n" + lines.joined(separator: "\n"))
        return try scripts.indices.map { try files.bytes("\($0)") }
    }

    private static func mutated(_ bytes: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...3, using: &dice) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &dice)
            switch Int.random(in: 0..<8, using: &dice) {
            case 0: bytes.removeLast(min(bytes.count, Int.random(in: 1...20, using: &dice)))
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &dice), at: index)
            case 3: bytes += bytes[index...]
            case 4: bytes[index] = UInt8.random(in: 0...255, using: &dice)
            default: bytes[index] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
            }
        }
        return bytes
    }

    /// Prints the names of files whose loading calls something, by CPython's two unpicklers, PyTorch's place in an
    /// archive and NumPy's header. Nothing is called: what is imported is a class that refuses to be made.
    private static let judge = #"""
        import ast, glob, io, pickle, resource, struct, sys, zipfile
        resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
        class Found(BaseException): pass
        class Never:
            def __new__(cls, *arguments, **named): raise Found()
        def loads(data):
            for kind in (pickle.Unpickler, pickle._Unpickler):
                class Watching(kind):
                    reached = False
                    def find_class(self, module, name):
                        if str(module).split(".")[0] not in sys.stdlib_module_names: raise ImportError(module)
                        if not str(name).replace(".", "").isidentifier(): raise AttributeError(name)
                        Watching.reached = True
                        return Never
                try:
                    Watching(io.BytesIO(data)).load()
                    if Watching.reached: return True
                except Found: return True
                except Exception: pass
            return False
        def array(data):
            if data[:6] != b"\x93NUMPY": return False
            wide = data[6] > 1
            size = struct.unpack_from("<I" if wide else "<H", data, 8)[0]
            start = 12 if wide else 10
            try: header = ast.literal_eval(data[start:start + size].decode("latin1"))
            except Exception: return False
            return "O" in str(header.get("descr")) and loads(data[start + size:])
        def members(data):
            try:
                with zipfile.ZipFile(io.BytesIO(data)) as archive:
                    for name in archive.namelist():
                        try: yield archive.read(name)
                        except Exception: pass
            except Exception: return
        for name in sorted(glob.glob("*")):
            data = open(name, "rb").read()
            try:
                if loads(data) or array(data) or any(loads(m) or array(m) for m in members(data)): print(name)
            except Exception as error: pass
        """#

    @Test("a file that Python still loads code from is never called safe, whatever was done to it", arguments: [1, 2])
    func neverSafe(seed: UInt64) throws {
        var dice = Dice(state: seed)
        let folder = try SampleFiles("pass")
        var calledSafe = 0
        for (number, bytes) in try Self.samples(Self.carrying).enumerated() {
            #expect(try FormatReader.verdict(ByteView(bytes)).format.carriesCode)
            for round in 0..<(bytes.count > 5000 ? 50 : 500) {
                let mutated = Self.mutated(bytes, &dice)
                let format = try FormatReader.verdict(ByteView(mutated)).format
                guard !format.carriesCode else { continue }
                calledSafe += 1
                try Data(mutated).write(to: URL(fileURLWithPath: "\(folder.path)/\(number)-\(round)-\(format)"))
            }
        }
        // Some are safe: a text that begins with a letter that is no operation, for one.
        #expect(calledSafe > 0)
        let loaded = try #require(try SampleFiles.python(Self.judge, in: folder.path))
        #expect(loaded == "")
    }

    @Test("Python agrees that the files the tests call evil load code")
    func judgeWorks() throws {
        let folder = try SampleFiles("pass")
        for (number, bytes) in try Self.samples(Self.carrying).enumerated() {
            try Data(bytes).write(to: URL(fileURLWithPath: "\(folder.path)/\(number)"))
        }
        let loaded = try #require(try SampleFiles.python(Self.judge, in: folder.path))
        #expect(Set(loaded.split(separator: "\n").map(String.init)) == Set(Self.carrying.indices.map(String.init)))
    }

    @Test("no bytes make the reader fail", arguments: [3, 4])
    func neverFails(seed: UInt64) throws {
        var dice = Dice(state: seed)
        for bytes in try Self.samples(Self.safe) {
            #expect(try !FormatReader.verdict(ByteView(bytes)).format.carriesCode)
            for _ in 0..<200 { _ = try FormatReader.verdict(ByteView(Self.mutated(bytes, &dice))) }
            for length in 0..<bytes.count { _ = try FormatReader.verdict(ByteView(Array(bytes[..<length]))) }
        }
    }
}
