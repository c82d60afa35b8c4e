// Which control groups this machine lets Writ use. Pure: the texts of /proc are arguments.
import Foundation

/// Where groups can be made: one tree (v2), or one tree for each controller (v1), or nowhere.
enum ControlGroupLayout: Hashable, Sendable {
    /// The folder under which groups are made; its controllers are handed down to them.
    case unified(String)
    /// Controller to folder, and the v2 tree beside them when there is one: it has no controllers, but it kills surely.
    case perController([String: String], unified: String?)
    case unavailable

    static let controllers = ["cpu", "memory", "pids"]
    /// The controller process itself moves here, because v2 hands controllers down only from a group without processes.
    static let controllerLeaf = "writ-controller"

    static func ofThisMachine() -> ControlGroupLayout {
        detect(
            mounts: SystemCall.kernelText("/proc/self/mountinfo") ?? "",
            membership: SystemCall.kernelText("/proc/self/cgroup") ?? "",
            handedDown: { SystemCall.kernelText("\($0)/cgroup.subtree_control") ?? "" },
            isWritable: { access($0, W_OK) == 0 })
    }

    static func detect(
        mounts: String, membership: String, handedDown: (String) -> String, isWritable: (String) -> Bool
    ) -> ControlGroupLayout {
        let trees = ControlGroupLayout.trees(mounts)
        let groups = ControlGroupLayout.groups(membership)
        func folder(_ controller: String) -> String? {
            guard let tree = trees[controller], let group = groups[controller] else { return nil }
            return ControlGroupLayout.folder(tree, group)
        }
        let unified = folder("").map(withoutLeaf)
        if let unified, isWritable(unified),
            Set(controllers).isSubset(of: handedDown(unified).split(whereSeparator: \.isWhitespace).map(String.init))
        {
            return .unified(unified)
        }
        var perController: [String: String] = [:]
        for controller in controllers {
            if let folder = folder(controller), isWritable(folder) { perController[controller] = folder }
        }
        // Without a bound on memory the rest would promise more than it holds.
        guard perController["memory"] != nil else { return .unavailable }
        return .perController(perController, unified: unified.flatMap { isWritable($0) ? $0 : nil })
    }

    /// How a record names it.
    var name: String {
        switch self {
        case .unified: "cgroup v2"
        case .perController(let folders, _):
            folders.count == ControlGroupLayout.controllers.count
                ? "cgroup v1" : "cgroup v1 (\(folders.keys.sorted().joined(separator: ", ")) only)"
        case .unavailable: "rlimit"
        }
    }

    /// Every folder under which a group is made.
    var parents: [String] {
        switch self {
        case .unified(let folder): [folder]
        case .perController(let folders, let unified): folders.values.sorted() + [unified].compactMap(\.self)
        case .unavailable: []
        }
    }

    private struct Tree { var mount, root: String }

    /// Controller to tree; the v2 tree has the empty name. From `/proc/self/mountinfo`, whose fields after the dash are
    /// type, source and options.
    private static func trees(_ mounts: String) -> [String: Tree] {
        var found: [String: Tree] = [:]
        for line in mounts.split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            guard let dash = fields.firstIndex(of: "-"), fields.count > dash + 3, fields.count > 4 else { continue }
            let tree = Tree(mount: fields[4], root: fields[3])
            if fields[dash + 1] == "cgroup2" { found[""] = tree }
            guard fields[dash + 1] == "cgroup" else { continue }
            for controller in fields[dash + 3].split(separator: ",") { found[String(controller)] = tree }
        }
        return found
    }

    /// Controller to the group of the calling process. From `/proc/self/cgroup`: `4:memory:/a/b`, `0::/a/b`.
    private static func groups(_ membership: String) -> [String: String] {
        var found: [String: String] = [:]
        for line in membership.split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
            guard fields.count == 3 else { continue }
            for controller in fields[1].split(separator: ",", omittingEmptySubsequences: false) {
                found[String(controller)] = fields[2]
            }
        }
        return found
    }

    /// A group is named from the tree's root; a container may see only what lies below its own root.
    private static func folder(_ tree: Tree, _ group: String) -> String {
        var inside = Substring(group)
        if tree.root != "/", inside.hasPrefix(tree.root) { inside = inside.dropFirst(tree.root.count) }
        while inside.hasPrefix("/") { inside = inside.dropFirst() }
        return inside.isEmpty ? tree.mount : "\(tree.mount)/\(inside)"
    }

    private static func withoutLeaf(_ folder: String) -> String {
        folder.hasSuffix("/\(controllerLeaf)") ? String(folder.dropLast(controllerLeaf.count + 1)) : folder
    }
}
