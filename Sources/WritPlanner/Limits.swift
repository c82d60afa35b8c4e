// Every bound the planner keeps, in one place.
import WritVocabulary

extension Planner {
    public struct Limits: Sendable {
        /// Routes in one change: so many fit into a ledger entry of 64 KiB.
        public var routesPerChange = 100
        /// Trials of one sweep.
        public var trials = 1000
        /// Executions of one recipe, from the form of their ids.
        public var attempts = 999
        /// Versions, violations and gates named in one sentence.
        public var listed = 3
        /// Versions of one model attested in one plan: the rest follow when these are done.
        public var attestationsPerModel = 5
        /// What an order to attest may weigh, in bytes of its canonical encoding: an entry of the ledger holds it, with
        /// room for the reason beside it.
        public var attestationBytes = LedgerEntry.maximumBytes - 4096
        /// How old an effect is before its absence from what the backends show counts.
        public var observationGrace = TimeSpan.seconds(10)

        /// How long a replica that was ready may be silent before another is started in its place; at least as long as
        /// it may take to become ready.
        public var unreadyPatience = TimeSpan.seconds(60)

        /// Between the ends of a replica and its next starts.
        public var replicaBackoff = Backoff(first: .seconds(1), longest: .minutes(5))
        /// Between incidents with the bytes of replicas at one place, and the next starts there.
        public var incidentBackoff = Backoff(first: .seconds(1), longest: .minutes(5))
        /// Ends in a row at one place after which a deployment is given up, when there is another to go back to.
        public var failuresUntilRollback = 3
        /// How long after traffic moved its deployment can still be given up: later it is no rollout any more.
        public var rolloutPeriod = TimeSpan.minutes(60)
        /// Between the attempts of one recipe.
        public var executionBackoff = Backoff(first: .seconds(1), longest: .minutes(5))
        /// Between tries of an act that failed for a passing reason.
        public var transientBackoff = Backoff(first: .seconds(1), longest: .minutes(5))
        /// Between tries of an act that needs something outside to change.
        public var stalledBackoff = Backoff(first: .minutes(1), longest: .minutes(30))

        public init() {}
    }
}
