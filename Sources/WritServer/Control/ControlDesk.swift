// Carries out a request on a controller: everything the control socket does, without the socket.
import Foundation
import WritVocabulary

/// Turns requests into bytes or failures.
struct ControlDesk: Sendable {
    struct Reply: Hashable, Sendable {
        var body: Data
        var contentType: String

        static func json(_ value: some Encodable) throws -> Reply {
            Reply(body: try Canonical.encode(value), contentType: "application/json")
        }
    }

    let controller: any ControllerHandle
    let now: @Sendable () -> Timestamp

    /// `actor` is who asks, as the kernel tells it; acts are refused without.
    func reply(to request: ControlRequest, actor: String?) async throws -> Reply {
        switch request {
        case .answer(let question): return try .json(await Answerer(controller).answer(question))
        case .live: return try .json(await controller.live())
        case .standing: return try .json(await controller.standing())
        case .health: return Reply(body: Data("ok\n".utf8), contentType: "text/plain; charset=utf-8")
        case .metrics:
            let text = MetricsText.text(try await controller.recorded())
            return Reply(body: Data(text.utf8), contentType: "text/plain; version=0.0.4; charset=utf-8")
        case .log(let id, let offset):
            let bytes = try await controller.log(of: id, from: offset, limit: Limits.logBytes)
            return Reply(body: Data(bytes), contentType: "application/octet-stream")
        case .statements(let id):
            let statements = try await controller.recorded().statements(about: id)
            let bytes = try await controller.bundle(of: statements, limit: Limits.responseBytes)
            return Reply(body: Data(bytes), contentType: "application/vnd.in-toto.bundle")
        case .reconcile, .suspend, .resume, .acceptTip, .hold, .release, .expunge, .issue:
            guard let actor else {
                throw ServerFailure(
                    code: "unknown-actor", message: "the kernel does not say who asks, so nothing is changed",
                    retry: .stalled)
            }
            try await act(request, actor)
            return try .json(await controller.standing())
        }
    }

    private func act(_ request: ControlRequest, _ actor: String) async throws {
        switch request {
        case .answer, .live, .standing, .health, .metrics, .log, .statements: return
        case .reconcile: try await controller.wake()
        case .suspend(let order):
            try await controller.recorded().requireKnown(order.resource)
            let suspension = Suspension(actor: actor, reason: order.reason, until: now() + order.span)
            try await controller.suspend(order.resource, suspension)
        case .resume(let order):
            guard try await controller.recorded().suspensions[order.resource] != nil else {
                throw ServerFailure(code: "not-suspended", message: "\(order.resource) is not suspended")
            }
            try await controller.resume(order.resource, actor: actor)
        case .acceptTip(let order):
            let frozen = try await controller.recorded().source.frozenAt
            guard frozen == order.revision else {
                let fact = frozen.map { "the source is frozen at \($0)" } ?? "the source is not frozen"
                throw ServerFailure(
                    code: "not-frozen", message: "\(fact), so \(order.revision.short) was not accepted",
                    hint: "`writ get source` shows the source's condition")
            }
            try await controller.acceptTip(order.revision, actor: actor, reason: order.reason)
        case .hold(let order):
            if let scope = order.scope { try await controller.recorded().requireKnown(scope) }
            let hold = LegalHold(name: order.name, scope: order.scope, actor: actor, reason: order.reason)
            if let standing = try await controller.recorded().holds[order.name], standing != hold {
                throw ServerFailure(
                    code: "hold-exists", message: "there is a hold \(order.name) of \(standing.actor) already",
                    hint: "choose another name, or release that one first")
            }
            try await controller.keep(.hold(hold))
        case .release(let order):
            guard try await controller.recorded().holds[order.name] != nil else {
                throw ServerFailure(
                    code: "no-hold", message: "there is no hold \(order.name)",
                    hint: "`writ audit retention` lists them")
            }
            try await controller.keep(.release(name: order.name, actor: actor, reason: order.reason))
        case .issue(let order):
            try await controller.keep(
                .issue(
                    IssuedDocument(
                        kind: order.kind, about: order.about, digest: order.digest, size: order.size,
                        entries: order.entries, actor: actor)))
        case .expunge(let order):
            let recorded = try await controller.recorded()
            for blob in order.blobs.sorted() {
                guard let reason = recorded.reasonToKeep(blob) else { continue }
                throw ServerFailure(
                    code: "must-stay", message: "\(blob) stays: \(reason)",
                    hint: "nothing was taken out; `writ audit retention` shows what is kept and why")
            }
            try await controller.keep(
                .expunge(Expunction(blobs: order.blobs, actor: actor, reason: order.reason)))
        }
    }
}
