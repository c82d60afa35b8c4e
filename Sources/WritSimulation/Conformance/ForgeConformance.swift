// The promises of a `Forge`.
import WritBackends
import WritVocabulary

public struct ForgeConformance: Sendable {
    let forge: any Forge
    /// What is behind the forge's interface: people act on it, and what was written is read there.
    let world: SimulatedForge
    /// False where a forge has no reviews that ask for changes.
    let hasRejections: Bool
    private let main = "main"

    /// `forge` speaks for the account of `world`.
    public init(forge: any Forge, world: SimulatedForge, hasRejections: Bool = true) {
        self.forge = forge
        self.world = world
        self.hasRejections = hasRejections
    }

    public func run() async throws {
        try await nothing()
        try await opening()
        try await fork()
        try await commenting()
        try await crowdedComments()
        try await statuses()
        try await reviewing()
        try await closing()
        try await landing()
        try await many()
    }

    private func nothing() async throws {
        try demand(
            try await forge.openRequests(into: main, limit: 10).isEmpty, "where nothing is open, nothing is listed")
        try demand(try await forge.request(4711) == nil, "a request that does not exist is nil")
        try demand(forge.headReference(of: 7).hasPrefix("refs/"), "a head reference is whole")
    }

    private func opening() async throws {
        let first = try push("writ/promote/live/8", "opening")
        let draft = PullRequestDraft(
            source: "writ/promote/live/8", target: main, title: "Promote live to 8", text: "Zeile 1\n\n“µ” <b> & 😀")
        let made = try await forge.open(draft)
        try demand(made.phase == .open && made.number > 0, "a request that was opened is open")
        try demand(made.source == draft.source && made.target == main, "a request names its branches")
        try demand(made.head == first && made.title == draft.title, "a request has the branch's head and its title")
        try demand(made.account == world.account, "a request was opened by Writ's account")
        try demand(text(made.number) == draft.text, "the text arrives as it was given")
        try await unchanged("opening an open request again writes nothing") {
            try demand(try await forge.open(draft) == made, "opening an open request again returns it")
        }
        var newer = draft
        newer.title = "Promote live to 8, again\nand more"
        newer.text = "other"
        let updated = try await forge.open(newer)
        try demand(updated.number == made.number, "a changed draft brings the open request up to date")
        try demand(text(made.number) == "other", "the open request's text is replaced")
        let second = try push("writ/promote/live/8", "opening, second")
        try demand(try await forge.request(made.number)?.head == second, "a request's head follows its branch")
        try demand(try await forge.openRequests(into: main, limit: 10).map(\.number) == [made.number], "one is listed")
        try demand(
            try await forge.openRequests(into: "other", limit: 10).isEmpty, "only those into the branch are listed")
        try await limits(draft)
    }

    private func limits(_ draft: PullRequestDraft) async throws {
        var long = draft
        long.title = String(repeating: "ä", count: 400)
        let cut = try await forge.open(long)
        try demand(cut.title.unicodeScalars.count <= 255, "a title that is too long is cut")
        long.text = String(repeating: "x", count: forge.textMaximum + 1)
        try await refuses("a text that is too long", retry: [.terminal]) { _ = try await forge.open(long) }
        long.text = String(repeating: "x", count: forge.textMaximum)
        _ = try await forge.open(long)
        try demand(text(cut.number) == long.text, "the longest text is taken whole")
        var absent = draft
        absent.source = "writ/never-pushed"
        try await refuses("a branch that does not exist", retry: [.terminal, .stalled]) {
            _ = try await forge.open(absent)
        }
    }

    /// Anybody may fork a public repository and name a branch as Writ does.
    private func fork() async throws {
        let branch = "writ/promote/fork/1"
        let head = try revision("fork")
        // One of a stranger's, and one in the same organisation, which a filter by owner lets pass.
        let foreign = Set(
            ["mallory/models", "ml/copy"].compactMap { fork in
                world.people {
                    $0.open(branch: branch, fork: fork, head: head, target: main, title: "mine", text: "", account: "x")
                }
            })
        let own = try push(branch, "not the fork")
        let made = try await forge.open(PullRequestDraft(source: branch, target: main, title: "ours", text: "ours"))
        try demand(!foreign.contains(made.number) && made.head == own, "a fork's branch of the same name is not Writ's")
        let sources = try await forge.openRequests(into: main, limit: 10).filter { foreign.contains($0.number) }
        try demand(
            sources.count == 2 && sources.allSatisfy { $0.source != branch },
            "a fork's request is listed, and does not bear the branch's bare name")
        try demand(
            world.people { repository in foreign.allSatisfy { repository.requests[$0]?.title == "mine" } },
            "a fork's request is left alone")
    }

    private func commenting() async throws {
        let number = try await request("comments")
        let marker = "<!-- writ:plan -->"
        world.people { $0.comment(number, by: "mallory", "\(marker) looks good to me") }
        try await forge.comment("\(marker)\nfirst", marker: marker, on: number)
        try demand(comments(number, marker) == ["\(marker)\nfirst"], "a comment is made, whoever else used the marker")
        try await forge.comment("\(marker)\nsecond", marker: marker, on: number)
        try demand(comments(number, marker) == ["\(marker)\nsecond"], "the comment is updated in place")
        try await unchanged("the same comment again writes nothing") {
            try await forge.comment("\(marker)\nsecond", marker: marker, on: number)
        }
        try await forge.comment("<!-- other -->", marker: "<!-- other -->", on: number)
        try demand(comments(number, marker).count == 1, "another marker is another comment")
        try demand(comments(number, "<!-- other -->").count == 1, "another marker has its own comment")
        let foreign = world.people { $0.requests[number]?.comments.filter { $0.account == "mallory" }.map(\.text) }
        try demand(foreign == ["\(marker) looks good to me"], "comments of others are left alone")
        try await refuses("a comment on no request", retry: [.stalled]) {
            try await forge.comment(marker, marker: marker, on: 4711)
        }
    }

    private func crowdedComments() async throws {
        let number = try await request("crowd")
        let marker = "<!-- writ:plan -->"
        for index in 1...130 { world.people { $0.comment(number, by: "alice", "comment \(index)") } }
        try await forge.comment("\(marker) 1", marker: marker, on: number)
        try await forge.comment("\(marker) 2", marker: marker, on: number)
        try demand(comments(number, marker) == ["\(marker) 2"], "the comment is found behind many others")
        // Its answer had been lost, and it was made again.
        world.people { $0.comment(number, by: world.account, "\(marker) twin") }
        try await forge.comment("\(marker) 3", marker: marker, on: number)
        try demand(comments(number, marker) == ["\(marker) 3"], "of two of Writ's own with the marker one remains")
    }

    private func statuses() async throws {
        let revision = try push("writ/statuses", "statuses")
        for outcome in [CommitStatus.Outcome.pending, .success, .failure, .pending, .success] {
            let status = CommitStatus(
                outcome: outcome, context: "writ/plan", text: "said \(outcome.rawValue)", url: nil)
            try await forge.setStatus(status, of: revision)
            try demand(self.status("writ/plan", of: revision)?.outcome == outcome, "\(outcome.rawValue) is shown")
            try await unchanged("the same status again writes nothing") {
                try await forge.setStatus(status, of: revision)
            }
        }
        let long = CommitStatus(
            outcome: .failure, context: "writ/policy", text: String(repeating: "é", count: 200) + "😀",
            url: "https://writ.example.com/plans/1?a=b")
        try await forge.setStatus(long, of: revision)
        let shown = status("writ/policy", of: revision)
        try demand(shown?.url == long.url, "a status has its address")
        try demand(shown.map { (100...140).contains($0.text.unicodeScalars.count) } == true, "a long text is cut")
        try demand(status("writ/plan", of: revision)?.outcome == .success, "contexts do not touch each other")
    }

    private func reviewing() async throws {
        let number = try await request("reviews")
        let first = try revision("reviews")
        try demand(try await forge.reviews(of: number).isEmpty, "where nobody reviewed, there are no reviews")
        world.people { $0.review(number, by: "alice", .approves) }
        world.people { $0.review(number, by: "alice", .comments) }
        world.people { $0.review(number, by: "carol", .approves) }
        let second = try push("writ/reviews", "reviews, second")
        world.people { $0.review(number, by: "bob", .approves) }
        world.people { $0.dismissReviews(of: "carol", on: number) }
        var wanted = [
            ReviewFacts(account: "alice", head: first, approves: true),
            ReviewFacts(account: "bob", head: second, approves: true),
        ]
        try demand(
            try await forge.reviews(of: number) == wanted,
            "a review is of the head it was given for; comments and dismissed ones do not count")
        if hasRejections {
            world.people { $0.review(number, by: "alice", .rejects) }
            wanted[0] = ReviewFacts(account: "alice", head: second, approves: false)
            try demand(try await forge.reviews(of: number) == wanted, "the latest review of an account counts")
        }
        for index in 1...60 { world.people { $0.review(number, by: "person-\(100 + index)", .approves) } }
        try demand(try await forge.reviews(of: number).count == 62, "all pages of reviews are read")
    }

    private func closing() async throws {
        let number = try await request("closing")
        try await forge.close(number)
        try demand(try await forge.request(number)?.phase == .closed, "a closed request is closed")
        try await unchanged("closing a closed request writes nothing") { try await forge.close(number) }
        let again = try await request("closing")
        try demand(again != number, "a closed request is not opened again")
        world.people { $0.merge(again) }
        try demand(try await forge.request(again)?.phase == .merged, "a merged request is merged")
        try await forge.close(again)
        try demand(try await forge.request(again)?.phase == .merged, "closing a merged request changes nothing")
        try await refuses("closing no request", retry: [.stalled]) { try await forge.close(4711) }
    }

    /// A squash or a rebase puts another commit on the target than the head people reviewed.
    private func landing() async throws {
        let number = try await request("landing")
        let (head, squash) = (try revision("landing"), try revision("landing, squashed"))
        try demand(try await forge.request(number)?.landed == nil, "what is not merged has not landed")
        try demand(
            try await forge.requests(landedWith: squash).isEmpty, "a commit nobody merged comes from no request")
        world.people { $0.merge(number, as: squash) }
        let merged = try await forge.request(number)
        try demand(merged?.head == head && merged?.landed == squash, "a squash tells its head and what landed")
        try demand(try await forge.requests(landedWith: squash) == [merged].compactMap(\.self), "and is found by it")
        let plain = try await request("landing-as-itself")
        world.people { $0.merge(plain) }
        try demand(
            try await forge.request(plain)?.landed == (try revision("landing-as-itself")),
            "a request the target is moved to has landed as its head")
    }

    private func many() async throws {
        let before = try await forge.openRequests(into: main, limit: 100).count
        for index in 1...120 {
            let head = try revision("many \(index)")
            world.people {
                $0.push(head, to: "many/\(index)")
                _ = $0.open(branch: "many/\(index)", target: main, title: "\(index)", text: "", account: "alice")
            }
        }
        let all = try await forge.openRequests(into: main, limit: before + 120)
        try demand(all.count == before + 120, "all pages of open requests are read, not \(all.count)")
        try demand(all.map(\.number) == all.map(\.number).sorted(), "open requests come by number")
        try demand(Set(all.map(\.number)).count == all.count, "no request is listed twice")
        try await refuses("more than the limit", retry: [.stalled]) {
            _ = try await forge.openRequests(into: main, limit: before + 119)
        }
    }
}

extension ForgeConformance {
    private func revision(_ seed: String) throws -> RevisionID {
        guard let id = RevisionID(String(Digest(of: Array(seed.utf8)).hex.prefix(40))) else {
            throw ConformanceFailure(description: "the suite's own ids are not valid")
        }
        return id
    }

    private func push(_ branch: String, _ seed: String) throws -> RevisionID {
        let head = try revision(seed)
        world.people { $0.push(head, to: branch) }
        return head
    }

    /// An open request of Writ's from `writ/NAME`, whose first head has the name as its seed.
    private func request(_ name: String) async throws -> Int {
        _ = try push("writ/\(name)", name)
        return try await forge.open(
            PullRequestDraft(source: "writ/\(name)", target: main, title: name, text: "about \(name)")
        ).number
    }

    private func text(_ number: Int) -> String? { world.people { $0.requests[number]?.text } }

    private func comments(_ number: Int, _ marker: String) -> [String] {
        world.people { repository in
            (repository.requests[number]?.comments ?? [])
                .filter { $0.account == world.account && $0.text.contains(marker) }.map(\.text)
        }
    }

    private func status(_ context: String, of revision: RevisionID) -> CommitStatus? {
        world.people { $0.statuses[revision]?.last { $0.status.context == context }?.status }
    }

    private func unchanged(_ promise: String, _ act: () async throws -> Void) async throws {
        let before = world.people { $0.writes }
        try await act()
        try demand(world.people { $0.writes } == before, promise)
    }

    private func refuses(_ what: String, retry: Set<Retry>, _ act: () async throws -> Void) async throws {
        do {
            try await act()
        } catch {
            let failure = FailureRecord(error)
            return try demand(
                retry.contains(failure.retry), "\(what) is refused as \(retry.map(\.rawValue).sorted()), but \(failure)"
            )
        }
        throw ConformanceFailure(description: "\(what) is not refused")
    }
}
