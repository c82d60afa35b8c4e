// Every format, as its own tools write it, and the ways to make one look like another.
import Foundation
import Testing
import WritVocabulary

@testable import WritArtefacts

struct FormatTableTests {
    /// What Python calls the file, the format, and what the detail must say; nil where nothing is asked of it.
    typealias Row = (script: String, format: ArtefactFormat, detail: String?)

    static let proper: [Row] = [
        ("tensors()", .safetensors, nil), ("tensors(metadata={'format': 'pt'})", .safetensors, nil),
        ("onnx()", .onnx, nil), ("onnx(domain=b'com.example')", .onnx, "uses operators of com.example"),
        ("gguf()", .gguf, nil), ("gguf(version=2)", .gguf, nil), ("gguf(count=3)", .gguf, nil),
        ("array()", .numpy, nil), ("array(version=2)", .numpy, nil), ("array(shape=(6,))", .numpy, nil),
        ("array(shape=(), size=4)", .numpy, nil), ("array(descr=\"'<U5'\", shape=(2,), size=40)", .numpy, nil),
        ("array(descr=\"[('a', '<i4'), ('b', '|b1', (3,))]\", shape=(2,), size=14)", .numpy, nil),
        ("array(descr=\"'<M8[ns]'\", shape=(2,), size=16)", .numpy, nil),
        ("zipped({'a.npy': array(), 'b.npy': array()}, large=True)", .numpy, nil),
        ("zipped({'a.npy': array(), 'b.npy': array()}, method=zipfile.ZIP_DEFLATED)", .numpy, nil),
        ("hdf5()", .hdf5, nil), ("hdf5(b'model_config {\"class_name\": \"Dense\"}')", .hdf5, "without a Lambda"),
        ("ubj", .xgboost, nil), (#"b'{"learner": {"a": [1.5e3, null]}, "version": [2, 1, 0]}'"#, .xgboost, nil),
        ("b'tree\\nversion=v4\\nnum_class=1\\n\\nend of trees\\n\\nparameters:\\n'", .lightgbm, nil),
        ("b'{\"a\": [true, \"\\\\u00e4\"]}'", .json, nil), ("b'[]'", .json, nil),
        ("b'city,price\\nParis,3\\n'", .text, nil), ("'größe,ä\\n1,2\\n'.encode()", .text, nil),
        ("b''", .text, "empty"),
        ("b'city\\nParis\\nBerlin\\nRome\\n.\\n'", .text, nil), ("b'Income,Age\\n1,2\\n'", .text, nil),
        ("b'# Use\\n\\n```python\\nimport os\\n```\\n\\nimport duties rose in 2020.\\n'", .text, nil),
        ("b'PAR1' + bytes(20) + struct.pack('<I', 12) + b'PAR1'", .table, nil),
        ("b'ARROW1\\0\\0' + bytes(40) + struct.pack('<i', 16) + b'ARROW1'", .table, nil),
    ]

    static let carrying: [Row] = [
        ("b'cos\\nsystem\\n(S\\'true\\'\\ntR.'", .pickle, "calls os.system"),
        ("b'(S\\'true\\'\\nios\\nsystem\\n.'", .pickle, "calls os.system"),
        ("b'(ios\\nsystem\\n'", .pickle, "calls os.system"), ("b'(ios\\nsystem_'", .pickle, "calls os.system"),
        ("b'V' + b'x' * 200000 + b'\\n0' + pickle.dumps(evil, 0)", .pickle, "calls posix.system"),
        ("b'S\\'' + b'x' * 200000 + b'\\'\\n0' + pickle.dumps(evil, 0)", .pickle, "calls posix.system"),
        ("b'N.' * 100 + pickle.dumps(evil, 0)", .pickle, nil),
        ("b'(cos\\nsystem\\nS\\'true\\'\\no.'", .pickle, "calls os.system"),
        ("pickle.dumps({'a': [1, 2.5, 'x']})", .pickle, nil), ("pickle.dumps([1], 0)", .pickle, nil),
        ("pickle.dumps([1]) + pickle.dumps(evil)", .pickle, "calls posix.system"),
        ("pickle.dumps(evil) + bytes(100)", .pickle, "calls posix.system"),
        ("pickle.dumps(evil)[:-1]", .pickle, "calls posix.system"),
        ("b'cos\\nsystem\\n(S\\'true\\'\\ntR' + bytes(50)", .pickle, "calls os.system"),
        ("b'X\\x02\\0\\0\\0osq\\x05X\\x06\\0\\0\\0systemq\\x060h\\x05h\\x06\\x93)R.'", .pickle, "calls os.system"),
        (
            "b'\\x80\\x02cbuiltins\\ngetattr\\ncos\\n__dict__\\nU\\x01a\\x86RU\\x01b\\x85R.'", .pickle,
            "calls builtins.getattr, something"
        ),
        (
            "b'\\x80\\x04\\x8c\\x02os\\x94\\x8c\\x06system\\x940h\\x00h\\x01\\x93\\x8c\\x04true\\x85R.'", .pickle,
            "calls os.system"
        ),
        ("b'\\x80\\x02\\x82\\x05)R.'", .pickle, "copyreg extension 5"),
        ("pickle.dumps(Call(__import__('collections').OrderedDict))", .pickle, "collections.OrderedDict"),
        ("b'\\x80\\x03cjoblib.numpy_pickle\\nNumpyArrayWrapper\\nq\\x00)\\x81.'", .joblib, "joblib.numpy_pickle"),
        (
            "pickle.dumps(0x1950a86a20f9469cfc6c, 2) + pickle.dumps(1001, 2) + pickle.dumps(evil, 2)", .torch,
            "posix.system"
        ),
        ("zipped({'m/data.pkl': pickle.dumps(evil, 2), 'm/version': b'3'})", .torch, "calls posix.system"),
        ("zipped({'m/data.pkl': pickle.dumps(evil, 2)}, large=True)", .torch, "calls posix.system"),
        ("zipped({'m/data.pkl': b'', 'm/code/__torch__.py': b'x'})", .torchScript, nil),
        ("zipped({'config.json': b'{}', 'metadata.json': b'{}', 'model.weights.h5': hdf5()})", .keras, nil),
        ("hdf5(b'model_config {\"class_name\": \"Lambda\"}')", .keras, "Lambda"),
        ("hdf5(b'model_config {\"class_name\": \"\\\\u004cambda\"}')", .keras, "Lambda"),
        (#"b'{"config": {"layers": [{"class_name": "L\\u0061mbda"}]}}'"#, .keras, "Lambda"),
        (#"b'{"py/reduce": [{"py/type": "os.system"}]}'"#, .unknown, "jsonpickle"),
        ("b'a: !!python/object/apply:os.system [true]\\n'", .python, "YAML"),
        ("array(descr=\"'|O'\", shape=(), data=pickle.dumps(evil))", .numpyObjects, nil),
        ("array(descr=\"[('a', '<i4'), ('b', 'O')]\", shape=(1,), size=12)", .numpyObjects, nil),
        ("zipped({'a.npy': array(), 'b.npy': array(descr=\"'|O'\", shape=())}, method=8)", .numpyObjects, "b.npy"),
        ("field(1, 1) + field(2, field(1, b'') + field(2, field(1, field(1, b'n'))))", .tensorflow, "SavedModel"),
        ("field(1, field(1, b'n') + field(2, b'Const'))", .tensorflow, "graph"),
        ("zipped({'a.txt': b'x'})", .archive, nil), ("gzip.compress(b'x')", .archive, "gzip"),
        ("bz2.compress(b'x')", .archive, "bzip2"), ("lzma.compress(b'x')", .archive, "xz"),
        ("zlib.compress(pickle.dumps(evil))", .archive, "zlib"),
        (
            "(lambda o: (tarfile.open(fileobj=o, mode='w').close(), o.getvalue())[1])(io.BytesIO()) and (lambda o, i: (setattr(i, 'size', 1), (lambda t: (t.addfile(i, io.BytesIO(b'x')), t.close()))(tarfile.open(fileobj=o, mode='w')), o.getvalue())[2])(io.BytesIO(), tarfile.TarInfo('a'))",
            .archive, "tar"
        ),
        ("b'\\x7fELF' + bytes(60)", .executable, "ELF"), ("b'#!/bin/sh\\ntrue\\n'", .executable, "script"),
        (
            "__import__('importlib.util').util.MAGIC_NUMBER + bytes(12) + marshal.dumps(compile('1', 'a', 'eval'))",
            .executable, "byte code"
        ),
        ("b'import os\\nos.system(\"true\")\\n'", .python, nil), ("b'def f(x):\\n    return x\\n'", .python, nil),
        ("b'# coding: utf-7\\n+AGE-\\n'", .python, nil), ("b'x = 1; import os\\n'", .python, nil),
        ("b'\"\"\"\\n```\\n\"\"\"\\nimport os\\n\"\"\"\\n```\\n\"\"\"\\n'", .python, nil),
        ("os.urandom(8) + b'\\x00\\xff\\xfe' + bytes(50)", .unknown, nil),
        ("b'a\\x00b'", .unknown, nil), ("b'\\xff\\xfea\\0'", .unknown, nil), ("b'caf\\xe9'", .unknown, nil),
    ]

    /// Files that are a safe format at first sight.
    static let hostile: [Row] = [
        ("tensors(extra=b'x')", .unknown, "belong to no tensor"), ("tensors(hole=8)", .unknown, "belong to no tensor"),
        ("tensors()[:-1]", .unknown, nil), ("tensors(extra=zipped({'a/data.pkl': pickle.dumps(evil)}))", .torch, nil),
        (
            "tensors(header=b'{\"a\": {\"dtype\": \"U8\", \"shape\": [32], \"data_offsets\": [0, 32], \"x\": 1}}')",
            .unknown, "header"
        ),
        (
            "tensors(header=b'{\"a\": {\"dtype\": \"U8\", \"shape\": [9], \"data_offsets\": [0, 32]}}')", .unknown,
            "header"
        ),
        (
            "tensors(header=b'{\"a\": {\"dtype\": \"U8\", \"shape\": [32], \"data_offsets\": [0, 32]}, \"a\": {\"dtype\": \"U8\", \"shape\": [32], \"data_offsets\": [0, 32]}}')",
            .unknown, "header"
        ),
        ("(lambda d: d[:-48] + b'PK\\x05\\x06' + bytes(18))(tensors(metadata={'a': 'b'}) + bytes(26))", .archive, nil),
        // The length of a string in the eyes of a pickle, the header's in those of safetensors.
        (
            "(lambda h: struct.pack('<Q', len(h)) + h)((lambda j: j + b' ' * (0x158 - len(j)))(b'{}'))", .safetensors,
            nil
        ),
        ("jumping()", .pickle, "safetensors that is pickle as well: calls os.system"),
        ("gguf(tail=b'x')", .unknown, "last tensor"), ("gguf(tail=zipped({'a': b'x'}))", .archive, nil),
        ("gguf()[:-20]", .unknown, nil),
        ("b'GGUF' + struct.pack('<IQQ', 3, 1 << 60, 1)", .unknown, nil),
        ("b'GGUF' + struct.pack('<IQQ', 3, 0, 1) + struct.pack('<Q', 1 << 63)", .unknown, nil),
        ("array(size=25)", .unknown, nil), ("array() + pickle.dumps(evil)", .unknown, nil),
        ("array() + zipped({'x/data.pkl': pickle.dumps(evil)})", .torch, nil),
        ("array(descr=\"__import__('os')\")", .unknown, nil), ("array(shape='(9**9**9,)')", .unknown, nil),
        ("array(shape=(1 << 62, 1 << 62), size=0)", .unknown, nil),
        ("onnx(extra=field(99, b'x'))", .unknown, nil), ("onnx(extra=b'\\x00')", .unknown, nil),
        ("onnx(extra=zipped({'a': b'x'}))", .archive, nil),
        ("hdf5(extra=b'x')", .unknown, "end where it says"), ("hdf5(b'PYTABLES_FORMAT_VERSION')", .pickle, "PyTables"),
        ("hdf5(b'x' * 40 + zipped({'a/data.pkl': b''}))", .torch, nil),
        ("b'PAR1' + b'arrow.py_extension_type' + struct.pack('<I', 23) + b'PAR1'", .pickle, nil),
        ("b'PAR1' + bytes(8)", .unknown, nil),
        ("b'{\"a\": 1}' + zipped({'a': b'x'})", .archive, nil), ("b'{\"a\": 1} x'", .text, nil),
        ("b'['* 100000", .text, nil),
        ("b'a,b\\n' + zipped({'__main__.py': b'x'})", .archive, nil),
        ("b'#!/bin/sh\\n' + zipped({'a': b'x'})", .executable, nil),
        ("zipped({'a.npy': array()}) + b'x'", .unknown, "behind its end"),
        ("b'x' + zipped({'a.npy': array()})", .unknown, nil),
        ("zipped({'a.npy': array()}).replace(b'a.npy', b'b.pkl', 1)", .unknown, "two things"),
        ("zipped({'a.npy': array(), 'b.npy': array()}).replace(b'b.npy', b'a.npy')", .unknown, "one name"),
        ("zipped({'a.npy': array(size=25)})", .unknown, nil), ("zipped({'a.npy': b'x'})", .unknown, nil),
        ("zipped({'a.npy': array()}) + zipped({'b.npy': array()})", .unknown, nil),
    ]

    private static func found(_ rows: [Row]) throws -> [(Row, ArtefactFinding)] {
        let lines = rows.enumerated().map { "put('\($0.offset)', \($0.element.script))" }
        let samples = try SampleFiles(SampleFiles.preamble + "\n" + lines.joined(separator: "\n"))
        return try rows.enumerated().map { index, row in
            (row, try FormatReader().finding(path: "a", file: "\(samples.path)/\(index)"))
        }
    }

    private func check(_ rows: [Row]) throws {
        for (row, finding) in try Self.found(rows) {
            #expect(finding.format == row.format, "\(row.script): \(finding.detail ?? "")")
            if let detail = row.detail {
                #expect(finding.detail?.contains(detail) == true, "\(row.script): \(finding.detail ?? "nothing")")
            }
            #expect((finding.detail?.count ?? 0) <= 200)
        }
    }

    @Test("files that carry no code are told by their content") func properFiles() throws { try check(Self.proper) }

    @Test("files that carry code are told, with what they call") func carryingFiles() throws {
        try check(Self.carrying)
    }

    @Test("what only looks like a safe format is not taken for one") func hostileFiles() throws {
        try check(Self.hostile)
    }

    @Test("what a pickle calls is told at every protocol", arguments: 0...5)
    func protocols(number: Int) throws {
        let row: Row = ("pickle.dumps([1, {'a': evil}], \(number))", .pickle, nil)
        for (_, finding) in try Self.found([row]) {
            #expect(finding.format == .pickle)
            #expect(finding.detail?.contains("calls posix.system") == true)
        }
    }

    @Test("a detail is one short line, whatever the file says")
    func details() throws {
        let rows: [Row] = [
            (#"b'\x80\x04\x8c\x09o\x1b[2J\ns\xc2\x9b\x8c\x06\xe2\x80\xaeabc\x93)R.'"#, .pickle, nil),
            (
                "b'\\x80\\x04' + b''.join(b'\\x8c\\x40' + b'%064d' % n + b'\\x8c\\x01a\\x93)R0' for n in range(50)) + b'N.'",
                .pickle, nil
            ),
        ]
        for (_, finding) in try Self.found(rows) {
            let detail = try #require(finding.detail)
            #expect(finding.format == .pickle)
            #expect(detail.count <= 200)
            #expect(detail.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x9B && $0.value != 0x202E })
        }
    }

    @Test("a link and a folder are not read")
    func noFiles() throws {
        let samples = try SampleFiles("import os; os.symlink('/etc/passwd', 'link'); os.mkdir('folder')")
        for name in ["link", "folder", "gone"] {
            #expect(throws: ArtefactFailure.self) {
                try FormatReader().finding(path: name, file: "\(samples.path)/\(name)")
            }
        }
    }
}
