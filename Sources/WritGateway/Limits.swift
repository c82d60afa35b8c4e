// Every bound of the gateway, with its unit in its name.

/// What one gateway accepts, holds and waits for.
public struct GatewayLimits: Sendable, Hashable {
    // Connections.
    public var connectionsMax = 10_000
    public var acceptBacklog: Int32 = 1024
    /// Open connections to one replica, on each event loop.
    public var replicaConnectionsMax = 1024
    /// Connections kept for later to one replica, on each event loop.
    public var replicaIdleConnectionsMax = 64

    // Heads.
    public var methodBytesMax = 32
    public var requestLineBytesMax = 8 * 1024
    public var headBytesMax = 32 * 1024
    public var responseHeadBytesMax = 64 * 1024
    public var fieldCountMax = 100
    public var informationalResponsesMax = 8

    // Bodies.
    public var requestBodyBytesMax: Int64 = 64 << 20
    public var chunkLineBytesMax = 256
    public var trailerBytesMax = 8 * 1024
    /// Bytes read ahead of the request being served.
    public var pipelinedBytesMax = 32 * 1024
    /// What waits to be written to a peer before reading from the other one pauses.
    public var writeBufferHighBytes = 128 * 1024
    public var writeBufferLowBytes = 32 * 1024
    /// A body up to this size is written in one piece with its head.
    public var joinedBodyBytesMax = 16 * 1024

    // Trying again.
    public var attemptsMax = 4
    /// How often a request that may have reached a replica is sent again: on a fresh connection, since the kept one may
    /// just have grown old, and then to another replica, since the first may be dying.
    public var replaysMax = 2
    /// What is kept of a request so that it can be sent once more.
    public var replayBytesMax = 256 * 1024
    /// How long a replica that refused a connection is asked last.
    public var avoidMilliseconds: Int64 = 1000

    // Waiting.
    public var headMilliseconds: Int64 = 10_000
    public var keepAliveMilliseconds: Int64 = 60_000
    /// Without one byte of progress, in either direction.
    public var bodyIdleMilliseconds: Int64 = 30_000
    public var connectMilliseconds: Int64 = 2000
    /// From the end of the request to the head of the response.
    public var responseMilliseconds: Int64 = 60_000
    public var exchangeMilliseconds: Int64 = 600_000
    /// Shorter than any usual server's keep-alive, so that few pooled connections are found closed.
    public var replicaIdleMilliseconds: Int64 = 1500
    public var lingerMilliseconds: Int64 = 2000
    public var lingerBytesMax = 4 << 20
    /// How long a stopping gateway waits for requests in flight.
    public var drainMilliseconds: Int64 = 30_000
    /// How long a stopping gateway leaves idle clients the chance to be told so with an answer.
    public var drainIdleMilliseconds: Int64 = 1000
    /// How often deadlines are looked at; they are late by at most this.
    public var sweepMilliseconds: Int64 = 200

    // The control side.
    public var tableBytesMax = 16 << 20
    public var controlConnectionsMax = 32
    public var controlMilliseconds: Int64 = 5000
    /// Endpoint and version pairs whose figures are kept.
    public var seriesMax = 1024

    public init() {}
}
