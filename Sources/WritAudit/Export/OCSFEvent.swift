// An entry in the shape of the Open Cybersecurity Schema Framework 1.3.0, for security data lakes.
import WritVocabulary

/// OCSF-style: the base event's required attributes with the nearest class; the whole entry is under `unmapped`.
public struct OCSFEvent: Codable, Hashable, Sendable {
    public struct Metadata: Codable, Hashable, Sendable {
        public struct Product: Codable, Hashable, Sendable {
            public var name = "Writ"
            public var vendor_name = "Writ"
        }
        public var version = "1.3.0"
        public var product = Product()
        /// `<origin>/<sequence>`.
        public var uid: String
        public var log_name: String
        public var sequence: Int64
    }

    public struct Actor: Codable, Hashable, Sendable {
        public struct User: Codable, Hashable, Sendable { public var name: String }
        public var user: User
    }

    public struct Unmapped: Codable, Hashable, Sendable {
        public var kind: String
        public var subject: String?
        public var entry: LedgerEntry
    }

    public var activity_id: Int
    public var category_uid: Int
    public var class_uid: Int
    /// `class_uid` times 100 plus `activity_id`.
    public var type_uid: Int
    public var severity_id: Int
    /// 1 is success, 2 is failure.
    public var status_id: Int
    /// Milliseconds since 1970.
    public var time: Int64
    public var message: String
    public var metadata: Metadata
    public var actor: Actor?
    public var unmapped: Unmapped

    public init(_ entry: LedgerEntry, origin: String) {
        let place = OCSFPlace(entry.event)
        activity_id = place.activity
        category_uid = place.class.rawValue / 1000
        class_uid = place.class.rawValue
        type_uid = place.class.rawValue * 100 + place.activity
        severity_id = entry.event.severity.ocsf
        status_id = entry.event.isFailure ? 2 : 1
        time = entry.time.milliseconds
        message = entry.exportedSentence
        metadata = Metadata(
            uid: ExportedID.text(entry.sequence, origin), log_name: origin, sequence: entry.sequence)
        if case .operatorAct(let name) = entry.cause { actor = Actor(user: .init(name: name)) }
        unmapped = Unmapped(kind: entry.event.kind, subject: entry.subject?.text, entry: entry)
    }
}

/// Class and activity of each kind of entry.
struct OCSFPlace: Hashable, Sendable {
    enum Class: Int {
        case detectionFinding = 2004
        case entityManagement = 3004
        case applicationLifecycle = 6002
        case apiActivity = 6003
    }

    var `class`: Class
    var activity: Int

    private init(_ class: Class, _ activity: Int) {
        self.class = `class`
        self.activity = activity
    }

    init(_ event: Event) {
        switch event {
        case .controllerStarted, .adopted: self.init(.applicationLifecycle, 3)
        case .replicaExited, .removed: self.init(.applicationLifecycle, 4)
        case .suspended: self.init(.applicationLifecycle, 7)
        case .resumed: self.init(.applicationLifecycle, 6)
        case .intended(_, let action, _): self.init(action)
        case .completed(_, let result): self.init(result)
        case .failed, .planned, .judged, .executionFinished, .conditionsChanged, .requestReviewed:
            self.init(.apiActivity, 99)
        case .integrityFailed, .driftFound, .sourceFrozen, .clockWentBack: self.init(.detectionFinding, 1)
        case .revisionAccepted, .revisionRefused, .tipAccepted, .changeHeld, .changeAllowed, .rejected, .keyRotated:
            self.init(.entityManagement, 3)
        case .proposalEnded, .expunged, .holdReleased: self.init(.entityManagement, 4)
        case .holdPlaced, .documentIssued: self.init(.entityManagement, 1)
        }
    }

    private init(_ action: Action) {
        switch action {
        case .startReplica, .execute: self.init(.applicationLifecycle, 3)
        case .stopReplica, .cancel: self.init(.applicationLifecycle, 4)
        case .publish: self.init(.applicationLifecycle, 8)
        case .snapshot, .importArtefacts, .register, .propose, .attest: self.init(.apiActivity, 1)
        }
    }

    private init(_ result: ActionResult) {
        switch result {
        case .started: self.init(.applicationLifecycle, 3)
        case .stopped, .cancelled: self.init(.applicationLifecycle, 4)
        case .published: self.init(.applicationLifecycle, 8)
        case .snapshot, .imported, .registered, .proposed, .attested: self.init(.apiActivity, 1)
        }
    }
}
