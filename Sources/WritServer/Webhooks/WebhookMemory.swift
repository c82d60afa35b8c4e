// The deliveries that were heard, so that one that comes again does nothing.
import Crypto
import Foundation

/// Only genuine deliveries enter: a forger cannot push them out. A forge signs the body and not the delivery's id, so
/// one is known again by either.
struct WebhookMemory: Sendable {
    private var known: Set<Key> = []
    private var order: [Key] = []
    private var oldest = 0
    let capacity: Int

    private enum Key: Hashable {
        case id(String)
        case body([UInt8])
    }

    init(capacity: Int = WebhookLimits.deliveries) { self.capacity = capacity }

    var count: Int { known.count }

    /// False when it was heard before.
    mutating func insert(id: String?, body: [UInt8]) -> Bool {
        let content = Key.body(Array(SHA256.hash(data: body)))
        let keys = [content] + (id.map { [Key.id(String($0.prefix(WebhookLimits.deliveryBytes)))] } ?? [])
        let isNew = !keys.contains(where: known.contains)
        for key in keys where known.insert(key).inserted { remember(key) }
        return isNew
    }

    /// A ring: what came first goes first.
    private mutating func remember(_ key: Key) {
        guard order.count >= capacity * 2 else { return order.append(key) }
        known.remove(order[oldest])
        order[oldest] = key
        oldest = (oldest + 1) % order.count
    }
}
