// One resource in full, for people.
import WritVocabulary

extension DescribeAnswer {
    func text(_ style: TextStyle) -> String {
        var page = TextPage(style)
        page.field("Name", resource.text, .strong)
        page.field("Condition", condition.rawValue, condition.tone)
        page.field("Reason", because?.reason)
        page.field("Message", because?.message)
        page.field("Blocked by", because?.blockedBy?.text)
        page.field("Until", because?.until?.toSecond)
        page.field("Since", because?.since.map { "\($0.toSecond), \(style.age($0)) ago" })
        page.field("Revision", because?.revision?.text)
        page.field("Suspended", suspended.map { "by \($0.actor) until \($0.until.toSecond): \($0.reason)" })
        addSnapshot(&page, style)
        addTraffic(&page, style)
        if !versions.isEmpty {
            page.section("Versions")
            page.table(VersionsAnswer.table(versions, style))
        }
        addRuns(&page, style)
        if !open.isEmpty {
            page.section("In progress")
            open.forEach { page.line($0) }
        }
        if !history.isEmpty {
            page.section("History")
            var table = TextTable("ENTRY", "TIME", "WHAT HAPPENED")
            for row in history {
                table.add("\(row.sequence)", TextTable.Cell(row.time.toSecond, .faint), TextTable.Cell(row.sentence))
            }
            page.table(table)
        }
        return page.finish()
    }

    private func addSnapshot(_ page: inout TextPage, _ style: TextStyle) {
        guard let snapshot = dataset else { return }
        page.section("Snapshot")
        page.field("  Digest", snapshot.digest.text)
        page.field("  Rows", "\(snapshot.rows)")
        page.field("  Bytes", "\(snapshot.size)")
        page.field("  Taken", snapshot.accepted ? "yes, \(style.age(snapshot.at)) ago" : "no: refused")
        guard !violations.isEmpty else { return }
        page.section("Violations")
        for violation in violations.prefix(Limits.evidenceLines) { page.line(violation.words) }
    }

    private func addTraffic(_ page: inout TextPage, _ style: TextStyle) {
        if !traffic.isEmpty {
            page.section("Traffic" + (routedAt.map { ", for \(style.age($0))" } ?? ""))
            for share in traffic { page.line("\(share.version)  \(share.weight)%  \(share.replicas) replicas") }
            if let inFlight = live?.requestsInFlight { page.line("\(inFlight) requests in flight") }
        }
        guard !replicas.isEmpty else { return }
        page.section("Replicas")
        var table = TextTable("REPLICA", "VERSION", "PHASE", "ADDRESS", "AGE")
        for replica in replicas {
            let seen = live?.replicas[replica.id]
            table.add(
                TextTable.Cell(replica.id.text), TextTable.Cell(replica.version.text),
                TextTable.Cell(replica.ending ?? seen?.phase.words ?? "started"),
                TextTable.Cell(seen?.address.map { "\($0.host):\($0.port)" } ?? ""),
                TextTable.Cell(style.age(replica.startedAt)))
        }
        page.table(table)
    }

    private func addRuns(_ page: inout TextPage, _ style: TextStyle) {
        guard !runs.isEmpty else { return }
        page.section("Runs")
        var table = TextTable("RUN", "PURPOSE", "OUTCOME", "METRICS", "AGE")
        for run in runs {
            table.add(
                TextTable.Cell(run.id.text), TextTable.Cell(run.purpose.rawValue),
                TextTable.Cell(live?.executions[run.id]?.words ?? run.outcome, run.tone),
                TextTable.Cell(run.metrics.words),
                TextTable.Cell(style.age(run.finishedAt ?? run.intendedAt)))
        }
        page.table(table)
    }
}

extension ReplicaObservation.Phase {
    var words: String {
        switch self {
        case .starting: "starting"
        case .ready: "ready"
        case .unready: "not ready"
        case .exited(let ending, _): ending.summary
        }
    }
}

extension ExecutionPhase {
    var words: String {
        switch self {
        case .preparing: "preparing"
        case .running: "running"
        case .finished(let outcome): outcome.summary
        }
    }
}
