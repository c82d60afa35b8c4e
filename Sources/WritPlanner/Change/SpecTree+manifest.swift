// The names of the canonical encoding, made those of the manifest.
import WritVocabulary

extension SpecTree {
    /// What a manifest declares: `metadata` and `spec`, with the fields people write.
    ///
    /// A name this does not know stays as it is encoded: a difference is better shown under an odd name than not at
    /// all.
    static func manifest(_ resource: Resource) throws -> SpecTree {
        var metadata = try encoding(resource.metadata)
        metadata["name"] = nil
        let spec: SpecTree =
            switch resource.spec {
            case .dataset(let dataset): try encoding(dataset).asDataset
            case .model(let model): try encoding(model).asModel
            case .endpoint(let endpoint): try encoding(endpoint).asEndpoint
            case .policy(let policy): try encoding(policy).asPolicy
            }
        return .map(["metadata": metadata, "spec": spec])
    }

    private var asDataset: SpecTree {
        var tree = self
        tree["source"] = tree["source"]?.asSource
        if var expectations = tree["expectations"] {
            expectations.rename("minimumRows", to: "minimum")
            expectations.rename("maximumRows", to: "maximum")
            let additional = expectations["additionalColumns"]
            expectations["additionalColumns"] = nil
            tree["expectations"] = .map(["rows": expectations])
            if let additional {
                tree["expectations"]?["additionalColumns"] = .text(additional == .bare("true") ? "allow" : "refuse")
            }
        }
        return tree
    }

    /// `{path: {path: a}}` is `{path: a}`; a command's fields stand beside its output.
    private var asSource: SpecTree {
        var tree = self
        for key in ["path", "file"] {
            if let place = tree[key]?["path"] { tree[key] = place }
        }
        guard var command = tree["command"] else { return tree }
        command.lift("command")
        tree["command"] = command.withResources
        return tree
    }

    private var asModel: SpecTree {
        var tree = self
        tree.lift("origin")
        for key in ["training", "import"] { tree[key]?.lift(key) }
        if var imported = tree["import"] {
            imported["source"] = imported["source"]?.asSource
            imported.lift("source")
            tree["import"] = imported
        }
        tree["training"] = tree["training"]?.asTraining
        tree["evaluation"] = tree["evaluation"]?.asCommand.withGates
        return tree
    }

    private var asTraining: SpecTree {
        var tree = asCommand
        guard var sweep = tree["sweep"] else { return tree }
        sweep.lift("search")
        sweep["grid"]?.lift("values")
        sweep["random"]?.rename("ranges", to: "parameters")
        tree["sweep"] = sweep
        return tree
    }

    private var asCommand: SpecTree {
        var tree = self
        tree.lift("command")
        tree.rename("argv", to: "command")
        return tree.withResources
    }

    private var withResources: SpecTree {
        var tree = self
        guard case .bare(let text)? = tree["resources"]?["cpuMillis"], let millis = Int(text) else { return tree }
        tree["resources"]?["cpuMillis"] = nil
        tree["resources"]?["cpu"] = .bare(millis.isMultiple(of: 1000) ? "\(millis / 1000)" : "\(millis)m")
        return tree
    }

    /// One entry a metric, as people write them; as they are where a metric has one rule twice.
    private var withGates: SpecTree {
        var tree = self
        guard case .list(let gates)? = tree["gates"] else { return tree }
        var byMetric: [String: SpecTree] = [:]
        for gate in gates {
            guard case .text(let metric)? = gate["metric"], case .map(let rules)? = gate["rule"] else { return tree }
            for (name, rule) in rules {
                guard byMetric[metric]?[name] == nil else { return tree }
                byMetric[metric, default: .map([:])][name] = rule["value"] ?? rule
            }
        }
        tree["gates"] = .map(byMetric)
        return tree
    }

    private var asPolicy: SpecTree {
        var tree = self
        tree.rename("openPGP", to: "openpgp")
        guard case .list(let rules)? = tree["rules"] else { return tree }
        tree["rules"] = .list(
            rules.map { rule in
                guard case .list(let windows)? = rule["windows"] else { return rule }
                var rule = rule
                rule["windows"] = .list(windows.map(\.asWindow))
                return rule
            })
        return tree
    }

    private var asWindow: SpecTree {
        var tree = self
        for key in ["freeze", "maintenance"] {
            tree[key]?.rename("start", to: "from")
            tree[key]?.rename("end", to: "until")
        }
        guard var maintenance = tree["maintenance"] else { return tree }
        for (minute, name) in [("startMinute", "from"), ("endMinute", "until")] {
            guard case .bare(let text)? = maintenance[minute], let count = Int(text) else { continue }
            maintenance[minute] = nil
            let parts = [count / 60, count % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            maintenance[name] = .text(parts.joined(separator: ":"))
        }
        let names = ["1": "Mon", "2": "Tue", "3": "Wed", "4": "Thu", "5": "Fri", "6": "Sat", "7": "Sun"]
        if case .list(let days)? = maintenance["days"] {
            maintenance["days"] = .list(days.map { day in names[day.words].map { .text($0) } ?? day })
        }
        tree["maintenance"] = maintenance
        return tree
    }

    private var asEndpoint: SpecTree {
        var tree = withResources
        tree.lift("pin")
        guard var runtime = tree["runtime"], var server = runtime["server"] else { return tree }
        runtime["server"] = nil
        if server["mlserver"] != nil {
            server.lift("mlserver")
            server["preset"] = .text("mlserver")
        } else {
            server.lift("command")
            server.rename("argv", to: "command")
        }
        runtime["\u{0}"] = server
        runtime.lift("\u{0}")
        tree["runtime"] = runtime
        return tree
    }
}
