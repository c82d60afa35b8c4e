// The folder of one replica and what its files mean.
import Foundation
import WritVocabulary

/// `<data>/replicas/<id>/`. Every file that decides something is written whole, so a restart reads the same.
struct ReplicaFolder: Hashable, Sendable {
    let path: String

    init(replicas: String, _ id: ReplicaID) { path = "\(replicas)/\(id.text)" }

    /// What was asked for. It is written once files and code are laid, and makes the replica known.
    var order: String { "\(path)/order.json" }
    /// Which environment it waits for.
    var build: String { "\(path)/environment.json" }
    /// Its ports.
    var place: String { "\(path)/place.json" }
    /// An end that no supervisor saw or wrote.
    var exit: String { "\(path)/exit.json" }
    /// What is known of its files.
    var integrity: String { "\(path)/integrity.json" }
    var model: String { "\(path)/model" }
    var code: String { "\(path)/code" }
    /// What the preset's server is told.
    var settings: String { "\(path)/settings" }
    var process: ProcessFolder { ProcessFolder("\(path)/process") }
}

/// The loopback ports a replica was given, kept so that a restarted controller finds it again.
struct ReplicaPlace: Codable, Hashable, Sendable {
    /// Where it serves.
    var port: Int
    /// What a preset's server opens beside; nil for a command.
    var grpcPort: Int?
    var metricsPort: Int?

    var ports: [Int] { [port] + [grpcPort, metricsPort].compactMap(\.self) }
}

/// An ending without a supervisor's record: nothing ran, or what ran was lost.
struct ReplicaExit: Codable, Hashable, Sendable {
    var ending: Ending
    var at: Timestamp
}
