// The user's own `git` in one clone: what it knows, and what only the user may do.
import WritVocabulary

struct UserGit {
    let root: String

    /// What git answers. What it complains of is shown as it says it.
    func ask(_ arguments: [String], hint: String? = nil) throws -> String {
        let ending = try run(arguments, .kept)
        guard ending.code == 0 else { throw UserGit.failed(arguments, ending.code, hint: hint) }
        return ending.text
    }

    /// Does it before the user's eyes; false when git refused, which it said itself.
    func does(_ arguments: [String]) throws -> Bool { try run(arguments, .shown).code == 0 }

    /// What git answers, where no answer is an answer too.
    func look(_ arguments: [String]) throws -> String? {
        let ending = try run(arguments, .silent)
        return ending.code == 0 ? ending.text : nil
    }

    /// A setting; nil when it is not set. `~/` in a path is the user's home.
    func setting(_ name: String, isPath: Bool = false) throws -> String? {
        let text = try look(["config"] + (isPath ? ["--type=path"] : []) + ["--get", name])
        return text?.isEmpty == false ? text : nil
    }

    /// The tip of a reference at a remote; nil when there is none.
    func tip(of reference: String, at remote: String) throws -> RevisionID? {
        let listed = try ask(["ls-remote", "--", remote, reference], hint: "see `git remote --verbose`")
        for line in listed.split(separator: "\n") {
            let parts = line.split(separator: "\t")
            if parts.count == 2, parts[1] == reference { return RevisionID(String(parts[0])) }
        }
        return nil
    }

    static func failed(_ arguments: [String], _ code: Int32, hint: String? = nil) -> CommandFailure {
        let how = code < 0 ? "was ended by signal \(-code)" : "ended with \(code), see above"
        return CommandFailure("git \(arguments.first ?? "") \(how)", hint: hint, code: .unknown)
    }

    private func run(_ arguments: [String], _ words: UserProgram.Words) throws -> UserProgram.Ending {
        try UserProgram.run([try UserProgram.find("git"), "-C", root] + arguments, words)
    }
}
