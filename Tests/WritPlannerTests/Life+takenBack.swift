// The life of a rollback: a version that keeps failing is taken back, and Git is asked to agree.
import WritPlanner
import WritVocabulary

extension Point {
    static let takenBack = [
        Point("100-third-failure") { try $0.doomed() },
        Point("101-taken-back-before-traffic") { world in
            try world.doomed()
            try world.pass()
        },
        Point("102-taken-back-merge-awaited") { try $0.returned() },
        Point("103-taken-back-after-traffic") { world in
            try world.promoted()
            try world.crashLoop()
            try world.pass()
        },
        Point("104-traffic-moves-back") { world in
            try world.promoted()
            try world.crashLoop()
            try world.passes(2)
            world.ready()
        },
        Point("105-refuge-fails-too") { world in
            try world.promoted()
            try world.crashLoop()
            world.crashing = [1, 2]
            for _ in 0..<20 {
                try world.pass()
                world.ready()
                world.advance(.seconds(3))
            }
        },
        Point("106-revert-merged") { world in
            try world.returned()
            world.merge()
        },
        Point("107-taken-back-newer-pinned") { world in
            try world.returned()
            try world.offered(3)
            world.declare(
                world.yaml.replacing("  version: 2\n", with: "  version: 3\n").replacing("  digest: ", with: "  # "),
                contents: world.contents)
        },
        Point("108-taken-back-return-declined-newer-offered") { world in
            try world.returned()
            try world.offered(3)
            try world.settle()
            world.end(ProposalID("flights/rollback/1")!, .declined)
        },
        Point("109-recreate-third-failure") { try $0.doomed(strategy: "recreate") },
        Point("110-recreate-taken-back") { world in
            try world.doomed(strategy: "recreate")
            try world.passes(2)
        },
        Point("111-first-deployment-has-nothing-to-go-back-to") { world in
            world.crashing = [1]
            world.commit(Manifests(pin: "version: 1"))
            try world.registered()
            for _ in 0..<20 {
                try world.pass()
                world.ready()
                world.advance(.seconds(3))
            }
        },
        Point("112-served-for-long-is-no-rollout") { world in
            try world.promoted()
            world.advance(.minutes(90))
            for _ in 0..<5 {
                world.crash(world.replica(0))
                world.advance(.seconds(20))
                try world.pass()
                world.ready()
                try world.pass()
            }
            world.crash(world.replica(0))
        },
        Point("113-other-serving-code-taken-back") { world in
            try world.serving()
            world.declare(world.yaml, contents: ["serving"])
            world.crashing = [1]
            try world.go(to: { $1.rejections != nil })
            world.crashing = []
            try world.settle()
        },
        Point("114-taken-back-committed") { world in
            world.automation = Point.writ
            try world.doomed(promotion: "auto")
            try world.pass()
        },
        Point("115-return-cannot-be-pushed") { world in
            try world.doomed()
            world.failing["propose"] = FailureRecord(
                code: "push-not-allowed", message: "Writ may not push to the repository", retry: .stalled)
            try world.passes(2)
            world.advance(.seconds(30))
        },
        Point("116-endpoint-deleted-while-taken-back") { world in
            try world.returned()
            world.commit(Manifests(hasEndpoint: false))
        },
        Point("117-suspended-while-failing") { world in
            try world.doomed()
            world.record(
                .suspended(
                    Suspension(actor: "alice@example.com", reason: "looking into it", until: world.now + .minutes(30))),
                about: ResourceID(.endpoint, ResourceName("flights")!))
        },
    ]
}

extension World {
    /// To where version 2, which was proposed and merged, has just failed for the third time.
    mutating func doomed(promotion: String = "propose", strategy: String = "blueGreen") throws {
        try serving(promotion: promotion, strategy: strategy)
        try offered(2)
        try settle()
        crashing = [2]
        merge()
        try go(to: { $1.rejections != nil })
    }

    /// To where version 1 serves again and the return is proposed.
    mutating func returned() throws {
        try doomed()
        try settle()
    }

    /// To where traffic moved to version 2 and all is well.
    mutating func promoted() throws {
        try serving(promotion: "propose")
        try offered(2)
        try settle()
        merge()
        try settle()
    }

    /// What serves begins to end as soon as it is started, until Writ gives it up.
    mutating func crashLoop() throws {
        crashing = [2]
        crash(replica(0))
        crash(replica(1))
        try go(to: { $1.rejections != nil })
    }
}
