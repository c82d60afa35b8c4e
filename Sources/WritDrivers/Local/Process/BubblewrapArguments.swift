// The walls, as bubblewrap is told to build them. Pure: what the machine looks like is an argument.
import Foundation
import WritVocabulary

/// What of the machine's file tree every sandbox sees read-only.
struct SystemTree: Hashable, Sendable {
    /// Path to link target, for `/bin` and its like where they are links into `/usr`.
    var links: [String: String]
    /// Folders and files shown as they are.
    var shown: [String]

    static let programs = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"]
    /// What the loader, the C library and certificate checks read; nothing that tells of people or secrets.
    static let settings = [
        "/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/localtime",
        "/etc/nsswitch.conf",
        "/etc/mime.types",
    ]
    static let networkSettings = [
        "/etc/hosts", "/etc/resolv.conf", "/etc/services", "/etc/protocols", "/etc/ssl/certs", "/etc/ca-certificates",
        "/etc/pki/tls/certs", "/etc/gai.conf",
    ]

    static func ofThisMachine(network: Bool) -> SystemTree {
        var tree = SystemTree(links: [:], shown: ["/usr"])
        let files = FileManager.default
        for path in programs {
            if let target = try? files.destinationOfSymbolicLink(atPath: path) {
                tree.links[path] = target
            } else if files.fileExists(atPath: path) {
                tree.shown.append(path)
            }
        }
        tree.shown += (settings + (network ? networkSettings : [])).filter { files.fileExists(atPath: $0) }
        return tree
    }
}

enum BubblewrapArguments {
    /// The id a sandboxed program believes to have.
    static let user = "1000"
    static let passwords = "writ:x:1000:1000::/tmp:/bin/sh\n"
    static let groups = "writ:x:1000:\n"

    /// `accounts` is a folder that holds `passwd` and `group`.
    static func make(_ spec: ProcessSpec, tree: SystemTree, accounts: String) -> [String] {
        var words = [
            "--unshare-user", "--uid", user, "--gid", user, "--disable-userns", "--cap-drop", "ALL", "--unshare-pid",
            "--unshare-ipc", "--unshare-uts", "--unshare-cgroup", "--hostname", "writ", "--new-session",
            "--die-with-parent",
            "--json-status-fd", "3",
        ]
        if !spec.sandbox.network { words.append("--unshare-net") }
        for path in tree.shown { words += ["--ro-bind", path, path] }
        for (path, target) in tree.links.sorted(by: { $0.key < $1.key }) { words += ["--symlink", target, path] }
        words += ["--ro-bind", "\(accounts)/passwd", "/etc/passwd", "--ro-bind", "\(accounts)/group", "/etc/group"]
        words += ["--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]
        let system = tree.shown.map { Sandbox.Bind(host: $0, inside: $0) }
        // Hidden below the system's folders before the given binds, so that what was given out of them stays visible.
        words += masks(spec.sandbox.hidden, below: system)
        for bind in spec.sandbox.binds {
            words += [bind.writable ? "--bind" : "--ro-bind", bind.host, bind.inside]
            words += masks(spec.sandbox.hidden, below: [bind])
        }
        words += ["--remount-ro", "/"]
        return words + ["--chdir", spec.workingFolder, "--"] + spec.argv
    }

    /// An empty folder over each hidden path that a bind of one of its ancestors would show.
    private static func masks(_ hidden: [String], below binds: [Sandbox.Bind]) -> [String] {
        binds.flatMap { bind in
            hidden.filter { $0 == bind.host || $0.hasPrefix(bind.host == "/" ? "/" : bind.host + "/") }
                .flatMap { ["--tmpfs", bind.inside + $0.dropFirst(bind.host.count)] }
        }
    }
}
