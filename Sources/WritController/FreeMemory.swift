// Memory the process has let go of and the allocator still holds.
import Glibc

enum FreeMemory {
    /// `malloc_trim`, which Swift's Glibc module does not show: a hundred thousand small pieces that were freed lie
    /// between others, and stay resident otherwise.
    static func giveBack() {
        guard let symbol = dlsym(nil, "malloc_trim") else { return }
        _ = unsafeBitCast(symbol, to: (@convention(c) (Int) -> CInt).self)(0)
    }
}
