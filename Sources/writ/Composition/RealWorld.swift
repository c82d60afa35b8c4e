// Real time, real randomness, and where this program lies: nothing else in the house knows them.
import Foundation
import Glibc
import WritVocabulary

extension Timestamp {
    /// The system's clock, or the moment `WRIT_NOW` names, for transcripts that are compared.
    static var now: Timestamp {
        if let fixed = ProcessInfo.processInfo.environment["WRIT_NOW"], let time = Timestamp(fixed) { return time }
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

enum SystemRandom {
    /// 32 bytes from the kernel, for a new key.
    static func seed() -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}

enum ThisProgram {
    /// The absolute path of the running binary: children are the same program.
    static func path() throws -> String {
        do {
            return try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        } catch {
            throw CommandFailure(
                "the path of this program cannot be read from /proc", hint: "mount /proc", code: .unknown)
        }
    }
}
