// Which control groups this machine lets Writ use. Pure: the texts of /proc are arguments.
import CLinux
import Foundation

/// Where groups can be made: one tree (v2), or one tree for each controller (v1), or nowhere.
enum ControlGroupLayout: Hashable, Sendable {
    /// The folder under which groups are made, and which of the controllers it hands down to them.
    case unified(String, [String])
    /// Controller to folder, and the v2 tree beside them when there is one: it has no controllers, but it kills surely.
    case perController([String: String], unified: String?)
    case unavailable

    static let controllers = ["cpu", "memory", "pids"]
    static func ofThisMachine() -> ControlGroupLayout {
        detect(
            mounts: SystemCall.kernelText("/proc/self/mountinfo") ?? "",
            membership: SystemCall.kernelText("/proc/self/cgroup") ?? "",
            handedDown: handedDown,
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
        let unified = folder("")
        // The nearest group above that hands memory down: v2 lets no group do so that has processes of its own.
        for candidate in ancestors(unified, upTo: trees[""]?.mount) where isWritable(candidate) {
            let names = Set(handedDown(candidate).split(whereSeparator: \.isWhitespace).map(String.init))
            if names.contains("memory") { return .unified(candidate, controllers.filter(names.contains)) }
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
        case .unified(_, let names): "cgroup v2" + ControlGroupLayout.shortfall(names)
        case .perController(let folders, _): "cgroup v1" + ControlGroupLayout.shortfall(folders.keys.sorted())
        case .unavailable: "rlimit"
        }
    }

    private static func shortfall(_ names: [String]) -> String {
        names.count == controllers.count ? "" : " (\(names.joined(separator: ", ")) only)"
    }

    /// Every folder under which a group is made.
    var parents: [String] {
        switch self {
        case .unified(let folder, _): [folder]
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

    /// A group and those above it, nearest first.
    private static func ancestors(_ folder: String?, upTo mount: String?) -> [String] {
        guard var current = folder, let mount else { return [] }
        var found = [current]
        while current != mount, current.hasPrefix(mount + "/"), let slash = current.lastIndex(of: "/") {
            current = String(current[..<slash])
            found.append(current)
        }
        return found
    }

    /// What a group hands down; first made to hand down all it can where it was delegated to Writ and holds no process.
    private static func handedDown(_ folder: String) -> String {
        if writ_is_delegated(folder) == 1, SystemCall.kernelText("\(folder)/cgroup.procs") == "" {
            let descriptor = open("\(folder)/cgroup.subtree_control", O_WRONLY | O_CLOEXEC)
            // Each by itself: one that is not there must not keep out the others. What came of it is read back below.
            for name in controllers where descriptor >= 0 { _ = write(descriptor, "+\(name)", name.utf8.count + 1) }
            close(descriptor)
        }
        return SystemCall.kernelText("\(folder)/cgroup.subtree_control") ?? ""
    }
}
