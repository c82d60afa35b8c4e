// The table in force, and its replacement on all loops.
import NIOCore
import WritVocabulary

/// Guards which table is in force and which file was refused last.
actor TableKeeper {
    private(set) var table = RoutingTable()
    private(set) var refusal: GatewayFailure?
    private let file: TableFile
    private let loops: [NIOLoopBound<ProxyLoop>]
    private let eventLoops: [any EventLoop]

    init(file: TableFile, loops: [NIOLoopBound<ProxyLoop>], eventLoops: [any EventLoop]) {
        self.file = file
        self.loops = loops
        self.eventLoops = eventLoops
    }

    /// Reads the file and puts it in force; returns once no loop follows the old table any more.
    ///
    /// Reading and handing over happen without a pause between them, so two calls never mix up their order.
    func reload() async throws {
        do {
            guard let new = try file.read() else { return }
            refusal = nil
            try await putInForce(new)
        } catch {
            refusal = error as? GatewayFailure
            throw error
        }
    }

    private func putInForce(_ new: RoutingTable) async throws {
        let swaps = zip(loops, eventLoops).map { bound, loop in loop.submit { try bound.value.swap(to: new) } }
        table = new
        for swap in swaps { try await swap.get() }
    }
}
