// Fields with values they may not have, and the message and hint a user reads.
import Testing
import WritVocabulary

@testable import WritManifests

struct ModelRefusalTests {
    @Test("a wrong field of a Model or a Dataset says where, what and what to do", arguments: cases)
    func message(refusal: FieldRefusal) {
        let found = decode(refusal.text).diagnostics
        #expect(found.map(FieldRefusal.line) == refusal.expected)
    }

    static let cases: [FieldRefusal] = [
        FieldRefusal(
            .model, "  training:\n", "  trainig:\n",
            [
                "7:1 `spec` needs exactly one of `training`, `import`, but none is given",
                "8:3 `trainig` is not a field of `spec` | did you mean `training`?",
            ]),
        FieldRefusal(
            .model, "cpu: 500m", "cpu: 5000",
            [
                "19:22 `spec.training.resources.cpu` must be a number of cores from 0.01 to 1024, but is the number 5000"
            ]),
        FieldRefusal(
            .model, "cpu: 500m", "cpu: fast",
            [
                "19:22 `spec.training.resources.cpu` must be a number of cores from 0.01 to 1024, but is “fast” | write `2`, `0.5` or `500m`"
            ]),
        FieldRefusal(
            .model, "memory: 4Gi", "memory: 4GB",
            [
                "19:36 `spec.training.resources.memory` must be an amount of memory from 1Mi to 16384Gi, but is “4GB” | write `512Mi` or `2Gi`"
            ]),
        FieldRefusal(
            .model, "memory: 4Gi", "memory: 4",
            [
                "19:36 `spec.training.resources.memory` must be an amount of memory from 1Mi to 16384Gi, but is the number 4"
            ]),
        FieldRefusal(
            .model, "retries: 1", "retries: 11",
            [
                "21:14 `spec.training.retries` must be a whole number from 0 to 10, but is the number 11"
            ]),
        FieldRefusal(
            .model, "rate: 0.1", "rate: .nan",
            [
                "13:34 `spec.training.parameters.rate` must be text, a number, `true` or `false`, but is the number .nan"
                    + " | write a finite number"
            ]),
        FieldRefusal(
            .model, "rate: 0.1", "rate:",
            [
                "13:32 this is not YAML: a `:` stands inside a value | put a space after `:`, or quotes around the value"
            ]),
        FieldRefusal(
            .model, "rate: 0.1", "rate: [1]",
            [
                "13:28 `spec.training.parameters.rate` must be text, a number, `true` or `false`, but is a list"
            ]),
        FieldRefusal(
            .model, "rate: 0.1", "rate rate: 1",
            [
                "13:28 the key `rate rate` in `spec.training.parameters` must be a parameter name of letters, digits,"
                    + " `_`, `.` and `-` that begins with a letter or `_`, at most 128 characters"
            ]),
        FieldRefusal(
            .model, "rate: 0.1", "rate: 0x1ffffffffffffffff",
            [
                "13:34 `spec.training.parameters.rate` must be text, a number, `true` or `false`, but is the number"
                    + " 0x1ffffffffffffffff | a whole number has at most 64 bits; put it in quotes to keep it as text"
            ]),
        FieldRefusal(
            .model, "rate: 0.1", "leaves: 3",
            [
                "13:36 `spec.training.parameters.leaves`: the sweep sets it too | remove it here or in `sweep`"
            ]),
        FieldRefusal(
            .model, "holdout: flights-holdout", "holdout: flights-january",
            [
                "25:25 `spec.evaluation.datasets.holdout`: the training is given `flights-january` too, so it cannot"
                    + " judge what was learnt | evaluate on rows the training never sees"
            ]),
        FieldRefusal(
            .model, "minimum: 0.8", "minimum: 0.8, maximum: 0.1",
            [
                "28:31 `spec.evaluation.gates[1].minimum`: it is larger than `maximum`"
            ]),
        FieldRefusal(
            .model, "{metric: r2, minimum: 0.8}", "{metric: r2}",
            [
                "28:10 `spec.evaluation.gates[1]` needs at least one of `minimum`, `maximum`, `noWorseThanChampion`"
            ]),
        FieldRefusal(
            .model, "margin: 0.5", "margin: -1",
            [
                "27:82 `spec.evaluation.gates[0].noWorseThanChampion.margin` must be a number of at least 0, but is the number -1"
            ]),
        FieldRefusal(
            .model, "goal: minimize, margin", "goal: minimise, margin",
            [
                "27:64 `spec.evaluation.gates[0].noWorseThanChampion.goal` must be one of `minimize`, `maximize`, but is"
                    + " “minimise” | did you mean `minimize`?"
            ]),
        FieldRefusal(
            .model, "grid: {leaves: [15, 31]}",
            "random: {samples: 0, parameters: {a: {minimum: 0, maximum: 1, scale: logarithmic}, b: {minimum: 0.5,"
                + " maximum: 4, integer: true}, c: {minimum: 2, maximum: 1}}}",
            [
                "15:25 `spec.training.sweep.random.samples` must be a whole number from 1 to 1000, but is the number 0",
                "15:54 `spec.training.sweep.random.parameters.a.minimum`: a logarithmic range begins above 0",
                "15:103 `spec.training.sweep.random.parameters.b.minimum`: `integer` is `true`, so the range begins and"
                    + " ends with whole numbers",
                "15:149 `spec.training.sweep.random.parameters.c.minimum`: it is larger than `maximum`",
            ]),
        FieldRefusal(
            .model, "grid: {leaves: [15, 31]}",
            "grid: {a: [\(Array(repeating: "1", count: 100).joined(separator: ","))], b: [1,2,3,4,5,6,7,8,9,10,11]}",
            [
                "15:7 `spec.training.sweep.grid`: it makes 1100 runs, and 1000 is the most | list fewer values, or use `random`"
            ]),
        FieldRefusal(
            .model, "early: true", "early: true, <<: x",
            [
                "13:67 merge keys are not allowed: a manifest says everything where it stands | write the fields out"
            ]),
        FieldRefusal(
            .dataset, "path: data/january.csv", "path: data/january.csv\n    file: /a",
            [
                "6:3 `spec.source` needs exactly one of `path`, `file`, `command`, but 2 are given"
            ]),
        FieldRefusal(
            .dataset, "path: data/january.csv", "file: data/x",
            [
                "7:11 `spec.source.file` must be an absolute path without `..`, but is “data/x”"
            ]),
        FieldRefusal(
            .dataset, "format: csv", "format: parquet",
            [
                "8:11 `spec.format` must be one of `csv`, `jsonl`, but is “parquet”"
            ]),
        FieldRefusal(
            .dataset, "0.05", "1.5",
            [
                "12:59 `spec.columns[2].maximumNullFraction` must be a number from 0 to 1, but is the number 1.5"
            ]),
        FieldRefusal(
            .dataset, "minimum: 1, maximum: 6000", "minimum: 9, maximum: 6",
            [
                "10:48 `spec.columns[0].minimum`: it is larger than `maximum`"
            ]),
        FieldRefusal(
            .dataset, "type: string, values: [UA, AA, 9E]", "type: string, minimum: 1",
            [
                "11:46 `spec.columns[1].minimum`: only integers and numbers have one, but `type` is `string`"
            ]),
        FieldRefusal(
            .dataset, "nullable: false", "nullable: false, maximumNullFraction: 0.1",
            [
                "13:84 `spec.columns[3].maximumNullFraction`: no row may lack a value, since `nullable` is `false` | remove one of the two"
            ]),
        FieldRefusal(
            .dataset, "nullable: false", "nullable: no",
            [
                "13:56 `spec.columns[3].nullable` must be `true` or `false`, but is “no” | write `false`"
            ]),
        FieldRefusal(
            .dataset, "name: air_time", "name: carrier",
            [
                "12:14 `spec.columns[2].name`: a column above is called “carrier” already"
            ]),
        FieldRefusal(
            .dataset, "minimum: 1000,", "minimum: 5000000,",
            [
                "15:21 `spec.expectations.rows.minimum`: it is larger than `maximum`"
            ]),
        FieldRefusal(
            .dataset, "additionalColumns: refuse", "additionalColumns: false",
            [
                "16:24 `spec.expectations.additionalColumns` must be one of `allow`, `refuse`, but is the truth value `false`"
            ]),
        FieldRefusal(
            .dataset, "[UA, AA, 9E]", "[[UA], ~]",
            [
                "11:46 `spec.columns[1].values[0]` must be text, a number, `true` or `false`, but is a list",
                "11:52 `spec.columns[1].values[1]` must be text, a number, `true` or `false`, but is empty | give it a value or leave it out",
            ]),
        FieldRefusal(
            .dataset, "[UA, AA, 9E]", "UA",
            [
                "11:45 `spec.columns[1].values` must be a list, but is “UA” | put it in brackets: `[…]`"
            ]),
    ]
}
