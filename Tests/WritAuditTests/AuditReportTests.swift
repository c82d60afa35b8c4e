// Answers cite what they say.
import Testing
import WritAudit
import WritVocabulary

struct AuditReportTests {
    @Test("an answer knows every entry it cites, once and in order")
    func cited() {
        let report = AuditReport(
            title: "t", question: "q", basis: AuditReport.Basis(origin: "o", size: 9),
            sections: [
                AuditReport.Section("a", [.facts([AuditReport.Fact("n", "v", [7, 2])]), .paragraph(.init("p", [2, 3]))])
            ])
        #expect(report.cited == [2, 3, 7])
    }
}
