// Which endpoints a change gives another version.
import WritVocabulary

extension PinMove {
    /// The unit's moves, and those its declarations show although the unit does not list them: who keeps the number of
    /// a pin and puts another model beside it moves the endpoint just as well.
    static func moves(of unit: ChangeUnit, base: DesiredState, head: DesiredState) -> [PinMove] {
        let listed = Set(unit.moves.map(\.endpoint))
        let named = Set(unit.items.flatMap(\.resources).filter { $0.kind == .endpoint }.map(\.name))
        let unlisted = named.subtracting(listed).sorted().compactMap { name -> PinMove? in
            guard let after = head.endpoint(name), after.pin != nil else { return nil }
            let before = base.endpoint(name)
            guard before?.model != after.model || before?.pin != after.pin else { return nil }
            let from = before?.model == after.model ? before?.pin : nil
            return PinMove(endpoint: name, model: after.model, from: from, to: after.pin)
        }
        return unit.moves + unlisted
    }
}
