// The limits of listening to webhooks, each with its unit.
import WritVocabulary

enum WebhookLimits {
    /// Body of a delivery. A larger one is refused: the poll finds what it would have told.
    static let bodyBytes = 64 << 10
    /// Head of a request: all fields, one field, and how many.
    static let headBytes = 16 << 10
    static let fieldBytes = 8 << 10
    static let fields = 64
    /// Connections served at once; further ones wait in the backlog.
    static let connections = 64
    /// A connection's whole life: a delivery is one request, and who is slower is no forge.
    static let connectionSeconds: Int64 = 10
    /// Deliveries remembered, each by its id and by its body.
    static let deliveries = 4_096
    /// Bytes of a delivery's id that are looked at.
    static let deliveryBytes = 128
    /// A secret shorter than this can be guessed.
    static let secretBytes = 16
}
