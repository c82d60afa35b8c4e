// `writ internal-gateway`: the process that carries the traffic.
import ArgumentParser
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals
import WritDrivers
import WritGateway

/// Started by the controller, never by people. Outlives the controller and obeys `<data>/gateway/table.json`.
struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "internal-gateway", abstract: "Carry the traffic of all endpoints.", shouldDisplay: false)

    @Option(help: "The controller's data directory.")
    var data: String

    @Option(help: "The IPv4 address and port to listen on.")
    var listen: String

    @Option(help: "Event loops, one thread each.")
    var loops: Int?

    @Option(help: "The largest head of a request, in bytes.")
    var headBytes: Int?

    @Option(help: "The largest body of a request, in bytes.")
    var bodyBytes: Int64?

    @Option(help: "Clients connected at once.")
    var connections: Int?

    @Flag(help: "Believe what a proxy in front says about the client.")
    var trustForwarded = false

    @Flag(help: "Send any request once more when a kept connection turns out closed, not only idempotent ones.")
    var replayAll = false

    func run() async throws {
        let address = try listenAddress()
        let folder = GatewayFolder("\(data)/gateway")
        try folder.hold()
        raiseDescriptorLimit()
        let seed = UInt64.random(in: .min ... .max)
        let gateway = try await Gateway.start(
            GatewayConfiguration(
                folder: folder.path, host: address.host, port: address.port,
                loops: loops ?? min(4, ProcessInfo.processInfo.activeProcessorCount), limits: limits,
                trustsForwarded: trustForwarded, replay: replayAll ? .all : .idempotent,
                makeRandom: { SplitMix64(seed: seed &+ UInt64($0)) }, report: report))
        let service = GatewayService(gateway: gateway)
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: Logger(label: "writ.gateway")))
        try await group.run()
    }

    private var limits: GatewayLimits {
        var limits = GatewayLimits()
        if let headBytes { limits.headBytesMax = headBytes }
        if let bodyBytes { limits.requestBodyBytesMax = bodyBytes }
        if let connections { limits.connectionsMax = connections }
        return limits
    }

    private func listenAddress() throws -> (host: String, port: Int) {
        let parts = listen.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = Int(parts[1]), (0...65_535).contains(port) else {
            throw ValidationError("--listen takes HOST:PORT, such as 127.0.0.1:8080, and not “\(listen)”.")
        }
        return (String(parts[0]), port)
    }

    /// Every connection is a descriptor; the usual soft limit of 1,024 would be reached first.
    private func raiseDescriptorLimit() {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private var report: @Sendable (String) -> Void {
        { line in FileHandle.standardError.write(Data("\(Date().ISO8601Format()) \(line)\n".utf8)) }
    }
}

/// Runs a gateway until a signal asks it to stop.
private struct GatewayService: Service {
    let gateway: Gateway

    func run() async throws {
        try await withGracefulShutdownHandler {
            try await gateway.run()
        } onGracefulShutdown: {
            gateway.requestStop()
        }
    }
}

extension OperatorConfiguration.Gateway {
    /// How `writ` is started as this gateway.
    func arguments(data: String) -> [String] {
        var words = ["internal-gateway", "--data", data, "--listen", "\(host):\(port)"]
        if let loops { words += ["--loops", "\(loops)"] }
        words += ["--head-bytes", "\(headBytes)", "--body-bytes", "\(bodyBytes)", "--connections", "\(connections)"]
        if trustsForwarded { words.append("--trust-forwarded") }
        if replaysAll { words.append("--replay-all") }
        return words
    }
}
