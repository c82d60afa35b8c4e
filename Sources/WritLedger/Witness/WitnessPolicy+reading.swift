// Reads a policy file (C2SP tlog-policy): a definition in each line, each naming only what stands before it.
import Foundation
import WritVocabulary

/// A policy file that cannot be used, and where.
public struct PolicyFailure: WritFailure, Hashable {
    /// From 1; nil where something is missing.
    public let line: Int?
    public let reason: String

    public var code: String { "witness-policy-invalid" }
    public var message: String { (line.map { "line \($0): " } ?? "") + reason }
    public var retry: Retry { .terminal }
}

extension WitnessPolicy {
    /// Throws `PolicyFailure`.
    public init(_ bytes: [UInt8]) throws {
        guard bytes.count <= Limits.policyBytes else {
            throw PolicyFailure(line: nil, reason: "the policy is larger than \(Limits.policyBytes) bytes")
        }
        var reader = PolicyReader()
        let lines = bytes.split(separator: 10, omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() { try reader.read(line, number: index + 1) }
        guard reader.hasQuorum else {
            throw PolicyFailure(
                line: nil, reason: "the policy has no quorum line; add “quorum NAME”, or “quorum none” on purpose")
        }
        self = reader.policy
    }
}

/// The words of one line; opaque bytes, as the format wants them.
private typealias Word = WitnessPolicy.Name

private struct PolicyReader {
    var policy = WitnessPolicy()
    var hasQuorum = false
    private static let none = Word("none".utf8)
    private var names: Set<Word> = [none]
    private var members: Set<Word> = []
    private var number = 0

    mutating func read(_ line: ArraySlice<UInt8>, number: Int) throws {
        self.number = number
        guard line.allSatisfy({ $0 == 9 || (32...126).contains($0) || $0 >= 128 }) else {
            throw wrong("only tab and line end are allowed as control characters")
        }
        let words = line.split { $0 == 32 || $0 == 9 }.map { Word($0) }
        guard let keyword = words.first, keyword.bytes.first != UInt8(ascii: "#") else { return }
        let rest = Array(words.dropFirst())
        switch keyword.description {
        case "log": try readLog(rest)
        case "witness": try readWitness(rest)
        case "group": try readGroup(rest)
        case "quorum": try readQuorum(rest)
        default: throw wrong("“\(keyword)” is not one of log, witness, group, quorum")
        }
    }

    private mutating func readLog(_ words: [Word]) throws {
        guard (1...2).contains(words.count), let verifier = NoteVerifier(vkey: words[0].description) else {
            throw wrong("a log is “log VKEY [URL]”, with a key of type 1")
        }
        guard !policy.logs.contains(where: { $0.verifier.publicKey == verifier.publicKey }) else {
            throw wrong("this log's key stands there already")
        }
        guard policy.logs.count < Limits.policyItems else { throw tooMany("logs") }
        policy.logs.append(WitnessPolicy.Log(verifier: verifier, url: words.dropFirst().first?.description))
    }

    private mutating func readWitness(_ words: [Word]) throws {
        guard (2...3).contains(words.count), let verifier = CosignerVerifier(vkey: words[1].description) else {
            throw wrong("a witness is “witness NAME VKEY [URL]”, with a key of type 4")
        }
        guard !policy.witnesses.contains(where: { $0.verifier.publicKey == verifier.publicKey }) else {
            throw wrong("this witness's key stands there already")
        }
        guard policy.witnesses.count < Limits.policyItems else { throw tooMany("witnesses") }
        try define(words[0])
        policy.witnesses.append(
            WitnessPolicy.Witness(name: words[0], verifier: verifier, url: words.dropFirst(2).first?.description))
    }

    private mutating func readGroup(_ words: [Word]) throws {
        guard words.count >= 3 else { throw wrong("a group is “group NAME all|any|K MEMBER…”") }
        let listed = Array(words.dropFirst(2))
        for member in listed {
            guard member != PolicyReader.none, names.contains(member) else { throw unknown(member) }
            guard members.insert(member).inserted else {
                throw wrong("“\(member)” is a member already; each name counts in one group only")
            }
        }
        guard let threshold = threshold(words[1].description, of: listed.count) else {
            throw wrong("“\(words[1])” must be all, any, or a number from 1 to \(listed.count)")
        }
        guard policy.groups.count < Limits.policyItems else { throw tooMany("groups") }
        try define(words[0])
        policy.groups.append(WitnessPolicy.Group(name: words[0], threshold: threshold, members: listed))
    }

    private func threshold(_ word: String, of count: Int) -> Int? {
        switch word {
        case "all": return count
        case "any": return 1
        default: return Checkpoint.size(word[...]).flatMap { (1...count).contains($0) ? $0 : nil }
        }
    }

    private mutating func readQuorum(_ words: [Word]) throws {
        guard words.count == 1 else { throw wrong("a quorum is “quorum NAME” or “quorum none”") }
        guard !hasQuorum else { throw wrong("there is a quorum already") }
        guard names.contains(words[0]) else { throw unknown(words[0]) }
        hasQuorum = true
        policy.quorum = words[0] == PolicyReader.none ? nil : words[0]
    }

    private mutating func define(_ name: Word) throws {
        guard names.insert(name).inserted else { throw wrong("the name “\(name)” is taken") }
    }

    private func wrong(_ reason: String) -> PolicyFailure { PolicyFailure(line: number, reason: reason) }
    private func unknown(_ name: Word) -> PolicyFailure {
        wrong("“\(name)” is neither a witness nor a group of a line before this one")
    }
    private func tooMany(_ what: String) -> PolicyFailure { wrong("more than \(Limits.policyItems) \(what)") }
}
