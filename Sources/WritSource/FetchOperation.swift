// One fetch, from whichever kind of repository, into the mirror.
import WritVocabulary

/// Brings the branch's tip and everything it reaches into the mirror, then moves `refs/writ/tip`. Runs in the fetching
/// process.
struct FetchOperation {
    let request: FetchRequest
    let environment: [String: String]

    init(_ request: FetchRequest, environment: [String: String]) {
        self.request = request
        self.environment = environment
    }

    func perform() throws -> FetchAnswer {
        try GitLibrary.start()
        let mirror = try Repository.openMirror(request.mirror)
        let known = try mirror.target(of: MirrorReference.tip)
        var answer =
            if let path = request.remote.localPath {
                try LocalFetch(path: path, request: request, mirror: mirror).perform(known: known)
            } else {
                try NetworkFetch(request: request, environment: environment, mirror: mirror).perform(known: known)
            }
        let tip = ObjectID(answer.tip)
        if tip == known { return answer }
        _ = try mirror.rootTree(of: tip)
        try mirror.advance(MirrorReference.tip, to: tip)
        answer.joinedPacks = try mirror.joinSmallPacks(limits: request.limits)
        return answer
    }
}

extension FetchRequest {
    func branchMissing() -> SourceFailure {
        .fetch(
            "branch-missing",
            "\(remote) has no branch “\(branch)”. Push it, or name another branch in Writ's configuration.")
    }

    func tooLarge() -> SourceFailure {
        .tooLarge(
            "\(remote) sends more than \(limits.fetchBytesMaximum) bytes or \(limits.fetchObjectsMaximum) objects. "
                + "Raise the fetch limits if it should.")
    }
}
