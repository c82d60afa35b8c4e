// At rest, what was accepted takes little more memory than its files.
import WritManifests
import WritVocabulary

extension ControllerMachine {
    /// Gives accepted manifests their small form when there is nothing else to do and enough of them are new.
    mutating func settle() {
        // By part of the whole: what is settled already is written again.
        let due = max(limits.unsettledManifests, index.count / ControllerMachine.partUnsettled)
        guard canSettle, index.unsettledCount >= due, isAtRest, index.count == desired.resources.count else { return }
        guard let settled = index.settle() else {
            canSettle = false
            return
        }
        desired.settle(on: settled)
        settlings += 1
    }

    private static let partUnsettled = 4

    /// Whether nothing is planned, under way, or being read.
    private var isAtRest: Bool {
        queue.isEmpty && arrived.isEmpty && inFlight.isEmpty && compiled == nil && trusting == nil && judging == nil
            && tracing == nil && !source.isOnTheWay
    }
}
