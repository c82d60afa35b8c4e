// The trail knows where each thing was said.
import Testing
import WritAudit
import WritVocabulary

struct TrailTests {
    typealias Story = AuditFixture

    @Test("the trail reads every entry and adds up to the recorded state")
    func fold() {
        var state = RecordedState()
        for entry in Story.entries { state.apply(entry) }
        #expect(Story.trail.state == state)
        #expect(Story.trail.size == Int64(Story.entries.count))
        #expect(Story.trail.counts.values.reduce(0, +) == Story.entries.count)
    }

    @Test("routes that took effect stand in order, each with its table's number")
    func published() {
        #expect(Story.trail.published.map(\.value.number) == [1, 2, 3, 4])
        #expect(Story.trail.state.table.routes.first?.targets.map(\.version) == [Story.one])
    }
}
