// The limits of listening to webhooks, each with its unit.
import WritVocabulary

enum WebhookLimits {
    /// A connection's whole life: a delivery is one request, and who is slower is no forge.
    static let connectionSeconds: Int64 = 10
    /// Deliveries remembered, each by its id and by its body.
    static let deliveries = 4_096
    /// Bytes of a delivery's id that are looked at.
    static let deliveryBytes = 128
    /// A secret shorter than this can be guessed.
    static let secretBytes = 16
}
