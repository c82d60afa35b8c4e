// Words for errors of the system's own libraries, which would otherwise show Swift types.
import Foundation

enum SystemWords {
    static func of(_ error: any Error) -> String {
        let bridged = error as NSError
        if bridged.domain == NSPOSIXErrorDomain { return String(cString: strerror(Int32(bridged.code))) }
        if bridged.domain == NSCocoaErrorDomain {
            let path =
                bridged.userInfo[NSFilePathErrorKey] as? String ?? (bridged.userInfo[NSURLErrorKey] as? URL)?.path
            let cause = bridged.userInfo[NSUnderlyingErrorKey] as? NSError
            let words = cause.map { String(cString: strerror(Int32($0.code))) } ?? "a file could not be used"
            return path.map { "\($0): \(words)" } ?? words
        }
        return "an unexpected failure of the system; run the command again with a controller's log at hand"
    }
}
