// Files of the model folder that a process still holds although the folder has them no longer.
import Foundation
import WritBackends
import WritVocabulary

/// A file replaced by a rename leaves the process with the old bytes and the folder with the new. Reading the folder
/// alone would call that intact.
struct HeldFiles {
    /// Where the process sees the model folder.
    let prefix: String
    let listed: ModelFolder
    let limits: ServingLimits

    /// The first path, sorted, that a process below `supervisor` holds in another file than the folder has there; nil
    /// also where the kernel does not let Writ look.
    func stray(below supervisor: Int32) -> (path: String, found: String)? {
        var strays: Set<String> = []
        for pid in descendants(of: supervisor).prefix(limits.processes) {
            strays.formUnion(open(by: pid))
            strays.formUnion(mapped(by: pid))
        }
        return strays.min().map { ($0, "the process holds another file that had this name") }
    }

    private func open(by pid: Int32) -> [String] {
        let folder = "/proc/\(pid)/fd"
        // A process that has ended, or that may not be looked at, holds nothing.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.prefix(limits.heldDescriptors).compactMap { name in
            guard let target = Self.target(of: "\(folder)/\(name)"), let path = path(of: target.text) else {
                return nil
            }
            if target.isDeleted { return path }
            var facts = stat()
            guard stat("\(folder)/\(name)", &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
            guard let known = listed.stamp(of: path) else { return path }
            let held = FileStamp(facts)
            return held.device == known.device && held.inode == known.inode ? nil : path
        }
    }

    /// Inode numbers in `maps` are not those of `stat` on every file system: here only what is gone counts.
    private func mapped(by pid: Int32) -> [String] {
        let lines = (SystemCall.kernelText("/proc/\(pid)/maps") ?? "").split(separator: "\n")
        return lines.compactMap { line in
            guard let start = line.firstIndex(of: "/") else { return nil }
            let target = Self.parted(String(line[start...]))
            return target.isDeleted ? path(of: target.text) : nil
        }
    }

    private func path(of target: String) -> String? {
        target.hasPrefix(prefix + "/") ? String(target.dropFirst(prefix.utf8.count + 1)) : nil
    }

    private static func target(of link: String) -> (text: String, isDeleted: Bool)? {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: link)).map(parted)
    }

    private static func parted(_ target: String) -> (text: String, isDeleted: Bool) {
        let mark = " (deleted)"
        return target.hasSuffix(mark) ? (String(target.dropLast(mark.count)), true) : (target, false)
    }

    private func descendants(of root: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        var children: [Int32: [Int32]] = [:]
        for pid in names.compactMap({ Int32($0) }) {
            if let facts = ProcessFacts(pid: pid) { children[facts.parent, default: []].append(pid) }
        }
        var found: [Int32] = []
        var waiting = [root]
        while let pid = waiting.popLast() {
            found.append(pid)
            waiting += children.removeValue(forKey: pid) ?? []
        }
        return found.sorted()
    }
}
