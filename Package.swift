// swift-tools-version: 6.2
// Every target is listed in the order of the loop: declare, observe, plan, act, record.
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOHTTP1", package: "swift-nio"),
]
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

/// A library room with its tests; `tests` is what they need besides, `data` the folders they read, `embedded` the data
/// files that are built into the program.
func room(
    _ name: String, _ dependencies: [Target.Dependency], tests: [Target.Dependency] = [], data: [String] = [],
    embedded: [String] = []
) -> [Target] {
    [
        .target(
            name: name, dependencies: dependencies, resources: embedded.map { .embedInCode($0) },
            swiftSettings: settings),
        .testTarget(
            name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies + tests, exclude: data,
            swiftSettings: settings),
    ]
}

let package = Package(
    name: "writ",
    products: [.executable(name: "writ", targets: ["writ"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CLibGit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
        .target(name: "CLinux"),
    ]
        + room("WritVocabulary", [crypto])
        + room("WritManifests", ["WritVocabulary", "CLibYAML"])
        + room("WritPlanner", ["WritVocabulary"], tests: ["WritManifests"], data: ["Goldens"])
        + [.target(name: "WritBackends", dependencies: ["WritVocabulary"], swiftSettings: settings)]
        + room("WritLedger", ["WritVocabulary", "CLinux", crypto, grdb])
        + room("WritSignatures", ["WritVocabulary", crypto, cryptoExtras, subprocess])
        + room("WritArtefacts", ["WritVocabulary"])
        + room("WritAttestations", ["WritVocabulary", "WritBackends", crypto])
        + room("WritSource", ["WritVocabulary", "WritBackends", "WritSignatures", "CLibGit2", subprocess])
        + room("WritExecutor", ["WritVocabulary", "WritBackends", "WritLedger"], tests: ["WritSimulation"])
        + room("WritGateway", ["WritVocabulary"] + nio)
        + room(
            "WritController",
            [
                "WritVocabulary", "WritManifests", "WritPlanner", "WritExecutor", "WritBackends", "WritLedger",
                logging, serviceLifecycle,
            ], tests: ["WritSimulation"])
        + room(
            "WritDrivers",
            ["WritVocabulary", "WritArtefacts", "WritBackends", "CLinux", asyncHTTPClient, subprocess] + nio,
            tests: ["WritSimulation", hummingbird])
        + room(
            "WritAudit", ["WritVocabulary", "WritPlanner", "WritLedger", "WritAttestations", "WritSignatures", crypto],
            tests: [subprocess], data: ["Goldens"], embedded: ["Regulations/Data"])
        + room("WritServer", ["WritVocabulary", "WritLedger", crypto, hummingbird, logging] + nio)
        + room(
            "WritSimulation",
            [
                "WritVocabulary", "WritBackends", "WritController", "WritPlanner", "WritExecutor", "WritLedger", heap,
            ])
        + [
            .executableTarget(
                name: "writ",
                dependencies: [
                    "WritVocabulary", "WritManifests", "WritPlanner", "WritBackends", "WritLedger", "WritSignatures",
                    "WritArtefacts", "WritAttestations", "WritAudit", "WritSource", "WritExecutor", "WritGateway",
                    "WritController", "WritDrivers", "WritServer",
                    "WritSimulation", "CLinux", argumentParser, logging, serviceLifecycle, unixSignals,
                ] + nio, swiftSettings: settings),
            .executableTarget(
                name: "writ-benchmarks",
                dependencies: [
                    "WritVocabulary", "WritManifests", "WritPlanner", "WritBackends", "WritLedger", "WritSource",
                    "WritExecutor", "WritGateway", "WritController", "WritSimulation", "CLibGit2", "CLibYAML",
                    argumentParser,
                ], path: "Benchmarks", exclude: ["Gateway"], swiftSettings: settings),
            .testTarget(name: "TidyTests", swiftSettings: settings),
            .testTarget(
                name: "EndToEndTests",
                dependencies: ["writ", "WritManifests", "WritSignatures", "WritSource", "WritVocabulary"],
                swiftSettings: settings),
        ]
)
