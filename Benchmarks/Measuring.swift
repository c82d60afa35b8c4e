// Clocks, medians, and the table.
import Foundation
import Glibc

enum Measuring {
    /// Seconds of wall time a body takes.
    static func wall<Value>(_ body: () async throws -> Value) async rethrows -> (seconds: Double, value: Value) {
        let start = seconds(CLOCK_MONOTONIC)
        let value = try await body()
        return (seconds(CLOCK_MONOTONIC) - start, value)
    }

    /// Seconds of this process's CPU time a body takes.
    static func cpu<Value>(_ body: () throws -> Value) rethrows -> (seconds: Double, value: Value) {
        let start = seconds(CLOCK_PROCESS_CPUTIME_ID)
        let value = try body()
        return (seconds(CLOCK_PROCESS_CPUTIME_ID) - start, value)
    }

    /// Seconds on the monotonic clock.
    static var now: Double { seconds(CLOCK_MONOTONIC) }

    /// CPU time of this process so far, in seconds.
    static func cpu() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

    static func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }

    /// Resident memory of this process, in bytes.
    static func residentBytes() -> Int {
        let fields = ((try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? "").split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    static func milliseconds(_ seconds: Double) -> String { String(format: "%.2f ms", seconds * 1000) }

    static func row(_ cells: String...) { print("| " + cells.joined(separator: " | ") + " |") }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// A temporary folder that goes away with the benchmark.
struct Scratch {
    let path: String

    init(in folder: String? = nil) throws {
        let above = folder.map { URL(filePath: $0) } ?? FileManager.default.temporaryDirectory
        path = above.appending(path: "writ-bench-\(getpid())-\(Int.random(in: 0..<1_000_000))").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// What all files below a folder hold.
    static func bytes(below folder: String) throws -> Int {
        let files = FileManager.default.enumerator(
            at: URL(filePath: folder), includingPropertiesForKeys: [.fileSizeKey])
        return try (files?.compactMap { $0 as? URL } ?? []).reduce(0) {
            $0 + (try $1.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0)
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
