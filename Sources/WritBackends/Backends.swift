// The set of ports one controller works with.
import WritVocabulary

/// One driver for each port.
public struct Backends: Sendable {
    public var trainer: any Trainer
    public var serving: any Serving
    public var router: any TrafficRouter
    public var data: any DataSource
    public var registry: any ModelRegistry
    public var proposer: any Proposer
    public var attestor: any Attestor

    public init(
        trainer: any Trainer, serving: any Serving, router: any TrafficRouter, data: any DataSource,
        registry: any ModelRegistry, proposer: any Proposer = NoProposer(),
        attestor: any Attestor = NoAttestor()
    ) {
        self.attestor = attestor
        self.trainer = trainer
        self.serving = serving
        self.router = router
        self.data = data
        self.registry = registry
        self.proposer = proposer
    }
}
