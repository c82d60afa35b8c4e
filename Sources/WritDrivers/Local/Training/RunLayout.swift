// What a process of an order is shown, told and allowed. Pure: equal orders give equal bytes.
import Foundation
import WritVocabulary

/// The paths of a workspace as the process sees them, and the process's specification made from them.
struct RunLayout {
    let order: ExecutionOrder
    private let folder: RunFolder
    private let sandbox: Sandbox.Kind
    private let root: String

    init(_ order: ExecutionOrder, folder: RunFolder, sandbox: Sandbox.Kind) {
        self.order = order
        self.folder = folder
        self.sandbox = sandbox
        root =
            switch sandbox {
            case .bubblewrap: "/writ"
            case .none: folder.path
            }
    }

    private var code: String { "\(root)/code" }
    private var output: String { "\(root)/output" }
    private var metrics: String { "\(root)/metrics/metrics.jsonl" }
    private var model: String? { order.model.map { _ in "\(root)/model" } }

    static func fileName(_ input: String, _ format: Dataset.Format) -> String { "\(input).\(format.rawValue)" }

    private var inputs: [String: String] {
        Dictionary(uniqueKeysWithValues: order.inputs.map { ($0, "\(root)/inputs/\(Self.fileName($0, $1.format))") })
    }

    /// Why an order cannot be laid out; its names become file and variable names.
    var defect: String? {
        for name in order.inputs.keys.sorted() {
            let fits =
                (1...63).contains(name.utf8.count)
                && name.utf8.allSatisfy {
                    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 95
                }
            if !fits { return "the input name “\(name.prefix(64))” may hold only letters, digits, “-” and “_”" }
        }
        let variables = order.inputs.keys.map(Self.variable)
        if Set(variables).count < variables.count { return "two input names differ only in case or in “-” and “_”" }
        return order.argv.isEmpty ? "the command is empty" : nil
    }

    static func variable(_ input: String) -> String { "WRIT_INPUT_" + input.uppercased().replacing("-", with: "_") }

    /// `parameters.json`: plain JSON, as a program of any language reads it.
    func parameters() throws -> Data {
        try Canonical.encodePretty(
            Parameters(
                parameters: order.parameters.mapValues(PlainScalar.init), seed: order.seed, inputs: inputs,
                model: model,
                output: output, metrics: metrics, run: order.id, purpose: order.purpose))
    }

    private struct Parameters: Encodable {
        var parameters: [String: PlainScalar]
        var seed: Int64
        var inputs: [String: String]
        var model: String?
        var output: String
        var metrics: String
        var run: ExecutionID
        var purpose: Purpose
    }

    func spec(_ environment: PythonEnvironment?, hidden: [String], limits: TrainingLimits) -> ProcessSpec {
        var binds = environment?.binds ?? []
        binds += [
            Sandbox.Bind(host: folder.code, inside: code), Sandbox.Bind(host: folder.inputs, inside: "\(root)/inputs"),
        ]
        if let model { binds.append(Sandbox.Bind(host: folder.model, inside: model)) }
        binds += [
            Sandbox.Bind(host: folder.parameters, inside: "\(root)/parameters.json"),
            Sandbox.Bind(host: folder.output, inside: output, writable: true),
            Sandbox.Bind(host: folder.metricsFolder, inside: "\(root)/metrics", writable: true),
        ]
        return ProcessSpec(
            argv: order.argv, environment: variables(environment), workingFolder: code,
            sandbox: Sandbox(kind: sandbox, network: order.network, binds: binds, hidden: hidden),
            limits: ProcessLimits(
                memory: order.resources.memory, cpuMillis: order.resources.cpuMillis, processes: limits.processes),
            timeout: order.timeout, grace: limits.grace,
            log: .ends(head: limits.logHeadBytes, tail: limits.logTailBytes))
    }

    private func variables(_ environment: PythonEnvironment?) -> [String: String] {
        let threads = String(max(1, order.resources.cpuMillis / 1000))
        var variables = [
            "PATH": PythonEnvironment.systemPath, "HOME": "/tmp", "TMPDIR": "/tmp", "USER": "writ", "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "OMP_NUM_THREADS": threads,
            "OPENBLAS_NUM_THREADS": threads, "MKL_NUM_THREADS": threads, "NUMEXPR_MAX_THREADS": threads,
            "LOKY_MAX_CPU_COUNT": threads, "WRIT_RUN": order.id.text, "WRIT_SEED": String(order.seed),
            "WRIT_PARAMETERS": "\(root)/parameters.json", "WRIT_OUTPUT_DIR": output, "WRIT_METRICS": metrics,
        ]
        for (name, path) in inputs { variables[Self.variable(name)] = path }
        if let model { variables["WRIT_MODEL_DIR"] = model }
        return variables.merging(environment?.variables ?? [:]) { _, theirs in theirs }
    }
}

/// A parameter as JSON has it: unlike in canonical encoding, a number is a number.
private struct PlainScalar: Encodable {
    let value: ParameterValue
    init(_ value: ParameterValue) { self.value = value }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch value {
        case .string(let text): try container.encode(text)
        case .integer(let number): try container.encode(number)
        case .number(let number): try container.encode(number.value)
        case .boolean(let flag): try container.encode(flag)
        }
    }
}
