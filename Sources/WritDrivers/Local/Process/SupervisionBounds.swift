// The limits of the process layer, with their units.
import WritVocabulary

enum SupervisionBounds {
    /// A file written by this layer is never read beyond this.
    static let recordBytes = 8 << 20
    /// How many processes and threads one supervised process may have.
    static let processes = 4096
    /// A sandbox's report is two short lines.
    static let reportBytes = 64 << 10
    /// How much of what a child wrote before it could start is told as the reason.
    static let reasonBytes = 1024
    /// How much readier than the controller the kernel takes a process when the machine has no memory, 0 to 1000.
    static let outOfMemoryScore: Int32 = 500
    /// One write of a chatty child.
    static let readBytes = 64 << 10
    /// How long a killed process may take to disappear before the supervisor says so and leaves.
    static let killMilliseconds: Int64 = 10_000
    static let stragglerPollMilliseconds: Int32 = 5
    /// How long a helper program such as `bwrap --version` may take, and what it may say.
    static let shortCommandMilliseconds: Int32 = 10_000
}
