// Resources whose planned actions found no room: each is planned again when there is some, in the order they asked.
import WritVocabulary

/// What an action needs room for.
enum Room: CaseIterable {
    /// Among the actions in flight, of all kinds together.
    case action
    case snapshot
    case execution
}

/// First come, first served. Waking only as many as there is room for keeps the cost of a long queue linear.
struct Backlog {
    private struct Line {
        var resources: [ResourceID] = []
        /// How many at the front have left.
        var gone = 0
    }

    private var lines: [Room: Line] = [:]
    private var causes: [Room: [ResourceID: Cause]] = [:]

    /// Puts a resource at the end of a line, unless it stands there already.
    mutating func add(_ resource: ResourceID, to room: Room, because cause: Cause) {
        guard causes[room, default: [:]].updateValue(cause, forKey: resource) == nil else { return }
        lines[room, default: Line()].resources.append(resource)
    }

    /// Takes the first of a line, each with the cause that put it there.
    mutating func take(_ limit: Int, from room: Room) -> [ResourceID: Cause] {
        guard limit > 0, var line = lines[room] else { return [:] }
        lines[room] = nil
        var taken: [ResourceID: Cause] = [:]
        while taken.count < limit, line.gone < line.resources.count {
            let resource = line.resources[line.gone]
            line.gone += 1
            taken[resource] = causes[room]?.removeValue(forKey: resource)
        }
        if line.gone > line.resources.count / 2 {
            line.resources.removeFirst(line.gone)
            line.gone = 0
        }
        lines[room] = line
        return taken
    }

    func count(_ room: Room) -> Int { causes[room]?.count ?? 0 }
}
