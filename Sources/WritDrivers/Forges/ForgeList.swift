// Lists a forge gives page by page, read to their end and no further than asked.
import WritBackends
import WritVocabulary

/// An entry of a list that can be told from the others when pages shift under the reader.
protocol ForgeItem: Decodable, Sendable {
    var id: Int64 { get }
}

/// How a forge cuts a list into pages.
struct ForgePages: Sendable {
    /// `per_page` on GitHub and GitLab, `limit` on Gitea.
    var sizeName: String
    var size: Int
    /// The forge's count of all entries must be met: none of them is hidden from anybody.
    var countsAll = false
}

extension ForgeConnection {
    /// The entries in the forge's order, each once, up to and with the first that satisfies `last`; more than
    /// `limit` are refused.
    func list<Item: ForgeItem>(
        _ request: ForgeRequest, of type: Item.Type, pages: ForgePages, limit: Int = ForgeLimits.items,
        until last: (Item) -> Bool = { _ in false }
    ) async throws -> [Item] {
        var items: [Item] = []
        var known: Set<Int64> = []
        for page in 1...ForgeLimits.pages {
            var asked = request
            asked.query += [(pages.sizeName, String(pages.size)), ("page", String(page))]
            let answer = try await send(asked)
            let entries = try answer.value([Item].self)
            var isNew = false
            for entry in entries where known.insert(entry.id).inserted {
                isNew = true
                items.append(entry)
                if last(entry) { return items }
                if items.count > limit { throw tooMany(limit, what: request.what) }
            }
            guard goesOn(answer, page: page, (entries.count, items.count), isNew: isNew, pages: pages) else {
                try check(answer, count: items.count, pages: pages)
                return items
            }
        }
        throw BackendFailure(
            code: "forge-list-too-long",
            message: "\(address.host) has more than \(ForgeLimits.pages) pages for \(request.what); close what is done",
            retry: .stalled)
    }

    /// The first page; empty where the forge does not know what is asked about. GitHub says 422 to an unknown commit
    /// and 409 to an empty repository.
    func listIfKnown<Item: ForgeItem>(
        _ request: ForgeRequest, of type: Item.Type, pages: ForgePages
    ) async throws -> [Item] {
        var asked = request
        asked.query += [(pages.sizeName, String(pages.size))]
        let answer = try await ask(asked)
        if [404, 409, 422].contains(answer.code) { return [] }
        guard answer.isSuccess else { throw failure(answer) }
        return try answer.value([Item].self)
    }

    /// Gitea counts some lists without linking their pages, counts what it hides, and caps a page as its operator
    /// likes. Where a forge says nothing, a full page may have a successor; a list without pages repeats itself.
    private func goesOn(
        _ answer: ForgeAnswer, page: Int, _ count: (page: Int, all: Int), isNew: Bool, pages: ForgePages
    ) -> Bool {
        if answer.saysPages { return answer.hasNextPage }
        if let total = answer.total { return page * pages.size < total || isNew && count.all < total }
        return isNew && count.page >= pages.size
    }

    private func check(_ answer: ForgeAnswer, count: Int, pages: ForgePages) throws {
        guard pages.countsAll, let total = answer.total, total > count else { return }
        throw answer.malformed("sent \(count) of \(total) entries; Writ asks again")
    }
}

extension ForgeConnection {
    func tooMany(_ limit: Int, what: String) -> BackendFailure {
        BackendFailure(
            code: "forge-list-too-long",
            message: "\(address.host) has more than \(limit) entries for \(what); close what is done", retry: .stalled)
    }

    func missing(_ what: String) -> BackendFailure {
        BackendFailure(
            code: "forge-not-found", message: "\(address.host) has no such request for \(what)", retry: .stalled)
    }

    /// For entries of a list.
    func complaint(_ what: String) -> (String) -> BackendFailure {
        { [host = address.host] complaint in
            BackendFailure(
                code: "forge-answer-malformed", message: "\(host), asked for \(what), \(complaint)", retry: .transient)
        }
    }
}
