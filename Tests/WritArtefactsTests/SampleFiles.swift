// Files of every kind, made by Python's standard library, and what each shall be found to be.
import Foundation
import Testing
import WritVocabulary

/// A folder of files a script made; removed when the test is over.
final class SampleFiles: Sendable {
    let path: String

    init(_ script: String) throws {
        var template = Array("\(NSTemporaryDirectory())writ-samples-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let output = try Self.python(script, in: path)
        try #require(output != nil)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
    }

    /// What a script printed; nil where it failed.
    static func python(_ script: String, in folder: String) throws -> String? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-I", "-c", script]
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.standardError
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return process.terminationStatus == 0 ? String(decoding: data, as: UTF8.self) : nil
    }

    /// Shared by all scripts.
    static let preamble = #"""
        import io, json, pickle, pickletools, struct, zipfile, tarfile, gzip, bz2, lzma, zlib, os, marshal
        def put(name, data):
            with open(name, "wb") as file: file.write(data)
        class Call:
            def __init__(self, function, *arguments): self.call = (function, arguments)
            def __reduce__(self): return self.call
        evil = Call(os.system, "true")
        def tensors(extra=b"", hole=0, header=None, metadata=None):
            entries = {"w": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]},
                       "b": {"dtype": "F16", "shape": [4], "data_offsets": [24 + hole, 32 + hole]}}
            if metadata: entries["__metadata__"] = metadata
            text = header if header is not None else json.dumps(entries).encode()
            text += b" " * (-len(text) % 8)
            return struct.pack("<Q", len(text)) + text + bytes(32 + hole) + extra
        def jumping():
            """Safetensors to the last byte, and to a pickle strings that reach from its length into its data."""
            size, payload = 0x4058, b"cos\nsystem\n(S'true'\ntR."
            head = b'{"__metadata__":{"k":"'
            tail = b'"},"w":{"dtype":"U8","shape":[200],"data_offsets":[0,200]}}'
            body = b"a" * (61 - len(head)) + b"U<" + b"b" * 60 + (b"U~" + b"b" * 126) * 129
            body = body[:size - len(head) - len(tail)]
            return struct.pack("<Q", size) + head + body + tail + bytes(35) + payload.ljust(165, b"\0")
        def array(descr="'<f4'", shape=(2, 3), size=24, version=1, data=None):
            text = "{'descr': %s, 'fortran_order': False, 'shape': %r, }" % (descr, shape)
            head = 8 + (2 if version == 1 else 4)
            text = text.encode() + b" " * (-(len(text) + head + 1) % 64) + b"\n"
            return (b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", len(text)) + text
                    + (bytes(size) if data is None else data))
        def zipped(members, method=zipfile.ZIP_STORED, large=False):
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", method) as archive:
                for name, data in members.items():
                    with archive.open(zipfile.ZipInfo(name) if method == 0 else name, "w", force_zip64=large) as member:
                        member.write(data)
            return out.getvalue()
        def text(value): return struct.pack("<Q", len(value)) + value
        def gguf(tail=b"", count=1, version=3):
            out = b"GGUF" + struct.pack("<IQQ", version, count, 2)
            out += text(b"general.architecture") + struct.pack("<I", 8) + text(b"llama")
            out += text(b"tokens") + struct.pack("<IIQ", 9, 8, 2) + text(b"a") + text(b"b")
            for index in range(count):
                out += text(b"t%d" % index) + struct.pack("<IQIQ", 1, 32, 2, 32 * index)
            out += bytes(-len(out) % 32)
            return out + bytes(18).ljust(32, b"\0") * count + tail
        def field(number, value):
            def varint(n):
                out = b""
                while True:
                    out += bytes([n & 127 | (128 if n > 127 else 0)]); n >>= 7
                    if not n: return out
            if isinstance(value, int): return varint(number << 3) + varint(value)
            return varint(number << 3 | 2) + varint(len(value)) + value
        def onnx(extra=b"", domain=b""):
            node = field(1, b"x") + field(2, b"y") + field(4, b"Relu") + (field(7, domain) if domain else b"")
            weight = field(1, 3) + field(2, 1) + field(8, b"w") + field(9, bytes(12))
            graph = field(1, node) + field(2, b"g") + field(5, weight) + field(11, field(1, b"x")) + field(12, field(1, b"y"))
            return field(1, 9) + field(2, b"writ") + field(7, graph) + field(8, field(1, b"") + field(2, 17)) + extra
        def hdf5(body=b"", extra=b""):
            head = bytearray(b"\x89HDF\r\n\x1a\n" + bytes(88))
            head[13] = head[14] = 8
            head[40:48] = struct.pack("<Q", 96 + len(body))
            return bytes(head) + body + extra
        def key(name): return b"L" + struct.pack(">q", len(name)) + name
        ubj = (b"{" + key(b"learner") + b"{" + key(b"weights") + b"[$d#L" + struct.pack(">q", 2) + bytes(8)
               + key(b"n") + b"S" + key(b"1") + b"}" + key(b"version") + b"[i\x02i\x01]" + b"}")
        """#
}
