// Where packages come from, as the operator has configured it for uv and pip. Values may hold credentials.
import Foundation
import WritVocabulary

/// What of the operator's environment and configuration files a build of a Python environment is handed.
///
/// The values go from the controller to the build in memory alone; only the names of variables are ever written down.
struct IndexSettings {
    private(set) var variables: [String: String] = [:]
    /// Host files and folders the settings point to.
    private(set) var paths: [String] = []
    private(set) var configuration: String?

    private static let handedOn = [
        "UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX_STRATEGY",
        "UV_INSECURE_HOST", "UV_HTTP_TIMEOUT", "UV_NATIVE_TLS", "UV_SYSTEM_CERTS", "UV_OFFLINE",
        "UV_CONCURRENT_DOWNLOADS",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "http_proxy",
        "https_proxy",
        "all_proxy", "no_proxy",
    ]
    private static let pip = [
        "index-url": "UV_DEFAULT_INDEX", "extra-index-url": "UV_INDEX", "find-links": "UV_FIND_LINKS",
        "cert": "SSL_CERT_FILE",
        "trusted-host": "UV_INSECURE_HOST",
    ]

    /// `read` gives the text of a file, or nil when there is none.
    init(environment: [String: String], read: (String) -> String?) {
        for path in Self.pipFiles(environment) { take(pipFile: read(path) ?? "") }
        for (option, name) in Self.pip {
            if let value = environment["PIP_" + option.uppercased().replacing("-", with: "_")] { set(name, pip: value) }
        }
        let isCredential = { (name: String) in
            name.hasPrefix("UV_INDEX_") && (name.hasSuffix("_USERNAME") || name.hasSuffix("_PASSWORD"))
        }
        for (name, value) in environment where Self.handedOn.contains(name) || isCredential(name) {
            variables[name] = value
        }
        // Meant for Writ alone, so it has the last word.
        for (name, value) in environment where name.hasPrefix("WRIT_UV_") {
            variables[String(name.dropFirst(5))] = value
        }
        configuration = Self.uvFiles(environment).first { read($0) != nil }
        paths = Self.paths(variables)
    }

    private mutating func take(pipFile text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let sides = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
            if sides.count == 2, let name = Self.pip[sides[0]] { set(name, pip: sides[1]) }
        }
    }

    /// pip separates links by spaces, uv by commas.
    private mutating func set(_ name: String, pip value: String) {
        variables[name] =
            name == "UV_FIND_LINKS" ? value.split(whereSeparator: \.isWhitespace).joined(separator: ",") : value
    }

    private static func paths(_ variables: [String: String]) -> [String] {
        let links = (variables["UV_FIND_LINKS"] ?? "").split(separator: ",").map(String.init)
        let certificates = ["SSL_CERT_FILE", "SSL_CERT_DIR"].compactMap { variables[$0] }
        return (links + certificates).filter { $0.hasPrefix("/") }.sorted()
    }

    /// Later files win.
    private static func pipFiles(_ environment: [String: String]) -> [String] {
        let home = environment["HOME"].map { ["\($0)/.pip/pip.conf", "\($0)/.config/pip/pip.conf"] } ?? []
        return ["/etc/pip.conf"] + home + [environment["PIP_CONFIG_FILE"]].compactMap(\.self)
    }

    /// The first there is.
    private static func uvFiles(_ environment: [String: String]) -> [String] {
        let home = environment["XDG_CONFIG_HOME"] ?? environment["HOME"].map { "\($0)/.config" }
        return [
            environment["WRIT_UV_CONFIG_FILE"] ?? environment["UV_CONFIG_FILE"], home.map { "\($0)/uv/uv.toml" },
            "/etc/uv/uv.toml",
        ]
        .compactMap(\.self)
    }
}
