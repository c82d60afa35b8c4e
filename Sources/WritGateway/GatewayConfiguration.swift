// What the operator decides about one gateway process.

public struct GatewayConfiguration: Sendable {
    /// Which requests may be sent once more when a kept connection turns out closed.
    public enum Replay: String, Sendable, CaseIterable {
        /// Those HTTP calls idempotent, and those with an `Idempotency-Key`.
        case idempotent
        /// All: right where every request is a pure prediction.
        case all
    }

    /// Holds `table.json`, `control.sock`, `lock` and `process.json`.
    public var folder: String
    /// An IPv4 address to listen on.
    public var host: String
    /// 0 lets the kernel choose.
    public var port: Int
    public var loops: Int
    public var limits: GatewayLimits
    /// Whether a proxy in front may say who the client is.
    public var trustsForwarded: Bool
    public var replay: Replay
    /// A generator for each event loop; it decides between weighted targets.
    public var makeRandom: @Sendable (_ loop: Int) -> any RandomNumberGenerator
    /// Milliseconds since 1970: what the ids of requests say.
    public var wallClock: @Sendable () -> Int64
    /// Told in one line what an operator would want to know.
    public var report: @Sendable (String) -> Void

    public init(
        folder: String, host: String, port: Int, loops: Int, limits: GatewayLimits = GatewayLimits(),
        trustsForwarded: Bool = false, replay: Replay = .idempotent,
        makeRandom: @escaping @Sendable (Int) -> any RandomNumberGenerator,
        wallClock: @escaping @Sendable () -> Int64 = WallClock.milliseconds,
        report: @escaping @Sendable (String) -> Void
    ) {
        self.folder = folder
        self.host = host
        self.port = port
        self.loops = loops
        self.limits = limits
        self.trustsForwarded = trustsForwarded
        self.replay = replay
        self.makeRandom = makeRandom
        self.wallClock = wallClock
        self.report = report
    }
}
