// What `writ doctor` found: one line, and what to do about it.

/// One thing looked at.
struct DoctorFinding: Codable, Hashable, Sendable {
    enum Verdict: String, Codable, Hashable, Sendable { case ok, warn, fail }

    var name: String
    var verdict: Verdict
    var message: String
    /// What to do; nil when all is well.
    var remedy: String?

    static func ok(_ name: String, _ message: String) -> DoctorFinding {
        DoctorFinding(name: name, verdict: .ok, message: message)
    }

    static func warn(_ name: String, _ message: String, _ remedy: String) -> DoctorFinding {
        DoctorFinding(name: name, verdict: .warn, message: message, remedy: remedy)
    }

    static func fail(_ name: String, _ message: String, _ remedy: String) -> DoctorFinding {
        DoctorFinding(name: name, verdict: .fail, message: message, remedy: remedy)
    }
}
