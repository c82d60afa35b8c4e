// The life of an endpoint: brought up, replaced, scaled, broken, taken away.
import WritVocabulary

extension Point {
    static let serving = [
        Point("40-first-deploy") { world in
            world.commit(Manifests(pin: "version: 1"))
            try world.registered()
        },
        Point("41-replicas-starting") { world in
            world.commit(Manifests(pin: "version: 1"))
            try world.registered()
            try world.pass()
        },
        Point("42-replicas-ready") { world in
            world.commit(Manifests(pin: "version: 1"))
            try world.registered()
            try world.pass()
            world.ready()
        },
        Point("43-serving") { try $0.serving() },
        Point("44-version-unknown-while-training") { world in
            try world.serving()
            world.commit(Manifests(training: ["parameters: {iterations: 200}"], pin: "version: 2"))
            try world.pass()
        },
        Point("45-version-never-assigned") { world in
            try world.serving()
            world.commit(Manifests(pin: "version: 7"))
        },
        Point("46-digest-differs") { world in
            try world.serving()
            world.commit(Manifests(pin: "version: 1\n  digest: \(Digest(of: Array("other".utf8)))"))
        },
        Point("50-blue-green-starts-beside") { try $0.replaced() },
        Point("51-blue-green-one-ready") { world in
            try world.replaced()
            try world.pass()
            world.ready { $0.ordinal == 0 }
        },
        Point("52-blue-green-traffic-moves") { world in
            try world.replaced()
            try world.pass()
            world.ready()
        },
        Point("53-blue-green-draining") { world in
            try world.moved()
            world.busy()
            world.advance(.seconds(2))
        },
        Point("54-blue-green-drained") { world in
            try world.moved()
            world.busy()
            world.advance(.seconds(10))
        },
        Point("55-recreate-route-goes-first") { try $0.replaced(strategy: "recreate") },
        Point("56-recreate-starts-after") { world in
            try world.replaced(strategy: "recreate")
            try world.passes(2)
        },
        Point("57-scale-up") { world in
            try world.serving()
            world.commit(Manifests(pin: "version: 1", replicas: 3))
        },
        Point("58-scale-down-leaves-route-first") { world in
            try world.serving()
            world.commit(Manifests(pin: "version: 1", replicas: 1))
        },
        Point("59-scale-down-stops") { world in
            try world.serving()
            world.commit(Manifests(pin: "version: 1", replicas: 1))
            try world.pass()
        },
        Point("60-two-endpoints-one-table") { world in
            world.commit(Manifests(pin: "version: 1", others: [("shadow", "version: 1")]))
            try world.registered()
            try world.pass()
            world.ready()
        },
        Point("61-endpoint-deleted") { world in
            try world.serving()
            world.commit(Manifests(hasEndpoint: false))
        },
        Point("62-endpoint-deleted-replicas-stop") { world in
            try world.serving()
            world.commit(Manifests(hasEndpoint: false))
            try world.pass()
        },
        Point("63-pin-removed") { world in
            try world.serving()
            world.commit(Manifests())
        },
        Point("64-rollback-uses-fresh-replicas") { world in
            try world.moved()
            try world.settle()
            world.commit(Manifests(training: ["parameters: {iterations: 200}"], pin: "version: 1"))
        },
    ]

    static let trouble = [
        Point("70-replica-crashed") { world in
            try world.serving()
            world.crash(world.replica(0))
        },
        Point("71-replica-restarted") { world in
            try world.serving()
            world.crash(world.replica(0))
            world.advance(.seconds(2))
        },
        Point("72-replica-crash-loop") { world in
            try world.serving()
            for _ in 0..<4 {
                world.crash(world.replica(0))
                world.advance(.seconds(20))
                try world.pass()
            }
            world.crash(world.replica(0))
            world.advance(.seconds(3))
            try world.pass()
        },
        Point("73-replica-not-ready-in-time") { world in
            world.commit(Manifests(pin: "version: 1"))
            try world.registered()
            try world.pass()
            world.ready { $0.ordinal == 0 }
            world.advance(.seconds(30))
        },
        Point("74-replica-does-not-answer") { world in
            try world.serving()
            world.live.replicas[world.replica(1)]?.phase = .unready
        },
        Point("75-no-replica-answers") { world in
            try world.serving()
            for id in world.live.replicas.keys { world.live.replicas[id]?.phase = .unready }
        },
        Point("76-gateway-away") { world in
            try world.serving()
            world.live.gateway = nil
        },
        Point("77-gateway-lost-its-table") { world in
            try world.serving()
            world.advance(.minutes(1))
            world.live.gateway = GatewayObservation(number: 0)
        },
        Point("78-publish-failed") { world in
            world.commit(Manifests(pin: "version: 1"))
            try world.registered()
            try world.pass()
            world.ready()
            world.failing["route"] = FailureRecord(
                code: "away", message: "the gateway took too long", retry: .transient)
            try world.pass()
            world.advance(.seconds(1))
        },
        Point("80-suspended") { world in
            world.commit(Manifests(pin: "version: 1"))
            try world.pass()
            let until = world.now + .minutes(60)
            world.record(
                .suspended(Suspension(actor: "ada", reason: "looking at the data", until: until)),
                about: ResourceID(.model, ResourceName("flight-time")!))
        },
        Point("81-action-backing-off") { world in
            world.commit(Manifests())
            world.failing["snapshot"] = FailureRecord(code: "disk", message: "the disk is full", retry: .stalled)
            try world.pass()
            world.advance(.seconds(20))
        },
        Point("82-action-refused-for-good") { world in
            world.commit(Manifests())
            world.failing["snapshot"] = FailureRecord(code: "format", message: "it is not UTF-8", retry: .terminal)
            try world.pass()
            world.advance(.minutes(60))
        },
        Point("83-actions-in-flight") { world in
            world.commit(Manifests(pin: "version: 1"))
            world.inFlight = Set(try world.plan().actions.map(\.key))
        },
        Point("84-unknown-replica-is-left-alone") { world in
            try world.serving()
            world.live.replicas[ReplicaID("other-0123456789ab.0.0")!] = ReplicaObservation(
                phase: .ready, startedAt: world.now, address: nil)
        },
        Point("85-bytes-differ") { world in
            try world.serving()
            world.corrupt(world.replica(0))
            world.advance(.seconds(1))
        },
        Point("86-bytes-differ-left-the-route") { world in
            try world.serving()
            world.corrupt(world.replica(0))
            world.advance(.seconds(1))
            try world.pass()
        },
        Point("87-bytes-of-every-replica-differ") { world in
            try world.serving()
            for ordinal in 0...1 { world.corrupt(world.replica(ordinal)) }
        },
        Point("118-bytes-differ-while-suspended") { world in
            try world.serving()
            world.suspend()
            world.corrupt(world.replica(0))
        },
        Point("119-bytes-differ-while-suspended-left-the-route") { world in
            try world.serving()
            world.suspend()
            world.corrupt(world.replica(0))
            try world.pass()
        },
        Point("120-bytes-differ-while-suspended-and-the-gateway-is-away") { world in
            try world.serving()
            world.suspend()
            world.corrupt(world.replica(0))
            world.live.gateway = nil
            try world.pass()
        },
        Point("88-version-and-deployment-attested") { world in
            try world.moved()
            world.attests = true
        },
    ]
}

extension World {
    /// Somebody looks at the endpoint for an hour.
    mutating func suspend() {
        let suspension = Suspension(actor: "ada", reason: "looking at the data", until: now + .minutes(60))
        record(.suspended(suspension), about: ResourceID(.endpoint, ResourceName("flights")!))
    }

    mutating func passes(_ count: Int) throws {
        for _ in 0..<count { try pass() }
    }

    /// To where the candidate's evaluation has just ended.
    mutating func evaluated(mae: MetricValue) throws {
        measures[.evaluation] = ["mae": mae]
        try passes(2)
        finishAll()
        try pass()
        finishAll()
    }

    /// To where the version of the declared model has just been registered.
    mutating func registered() throws {
        try evaluated(mae: 8.2)
        try passes(2)
    }

    /// To where version 1 serves and nothing is left to do.
    mutating func serving() throws {
        commit(Manifests(pin: "version: 1"))
        try settle()
    }

    /// Version 1 serves, and the run of a challenger that is to be compared with it goes on.
    mutating func challenge() throws {
        try serving()
        commit(
            Manifests(
                training: ["parameters: {iterations: 200}"], gates: ["{metric: mae, maximum: 12}", Manifests.noWorse],
                pin: "version: 1"))
        try pass()
    }

    /// To where version 2 is registered and its pin was just committed.
    mutating func replaced(strategy: String = "blueGreen") throws {
        try serving()
        var manifests = Manifests(training: ["parameters: {iterations: 200}"], pin: "version: 1", strategy: strategy)
        commit(manifests)
        try settle()
        manifests.pin = "version: 2"
        commit(manifests)
    }

    /// To where traffic has just moved to version 2.
    mutating func moved() throws {
        try replaced()
        try pass()
        ready()
        try pass()
    }

    /// Every replica of version 1 still has a request.
    mutating func busy() {
        let old = recorded.endpoints[ResourceName("flights")!]?.replicas.filter { $0.value.version.number == 1 } ?? [:]
        for id in old.keys { live.gateway?.active[id] = 1 }
    }

    /// The newest replica at a place of the endpoint.
    func replica(_ ordinal: Int) -> ReplicaID {
        recorded.endpoints[ResourceName("flights")!]!.replicas.keys.filter { $0.ordinal == ordinal }.max()!
    }
}
