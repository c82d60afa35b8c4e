// Has the ledger's head cosigned by the witnesses of the operator's policy, round after round.
import Foundation
import Logging
import ServiceLifecycle
import WritDrivers
import WritLedger
import WritVocabulary

struct WitnessService: Service {
    static let policyBytes = 256 << 10

    private let client: WitnessClient
    private let every: TimeSpan
    private let logger: Logger

    init(_ settings: OperatorConfiguration.Witnesses, ledger: LedgerReader, logger: Logger) throws {
        let policy: WitnessPolicy
        do {
            policy = try WitnessPolicy(FileBytes.read(settings.policy, limit: Self.policyBytes))
        } catch let failure as PolicyFailure {
            throw CommandFailure("\(settings.policy): \(failure.message)", code: .notSo)
        }
        let post = HTTPPost(deadline: settings.deadline)
        client = try WitnessClient(
            reader: ledger, policy: policy,
            send: { request in
                let answer = try await post.send(request.body, contentType: "text/plain", to: request.url)
                return WitnessResponse(status: answer.status, contentType: answer.contentType, body: answer.body)
            }, pause: { try await Task.sleep(for: .milliseconds($0.milliseconds)) })
        every = settings.every
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                do { try await Task.sleep(for: .milliseconds(every.milliseconds)) } catch { return }
                await round()
            }
        }
    }

    private func round() async {
        do {
            let round = try await client.round()
            for failure in round.failures {
                logger.warning("a witness did not cosign", metadata: ["reason": "\(failure.message)"])
            }
            if !round.isQuorum {
                logger.warning(
                    "the ledger's head is not witnessed",
                    metadata: ["size": "\(round.head.checkpoint.size)", "cosigned by": "\(round.cosigners)"])
            }
        } catch is CancellationError {
            return
        } catch {
            logger.warning("the witnesses were not asked", metadata: ["reason": "\(FailureRecord(error).message)"])
        }
    }
}
