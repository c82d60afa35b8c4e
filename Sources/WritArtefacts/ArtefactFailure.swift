// Why a file could not be looked at.
import Foundation
import WritVocabulary

public struct ArtefactFailure: WritFailure, Hashable {
    public var code: String
    public var message: String
    public var retry: Retry

    static func system(_ act: String, _ path: String, _ number: Int32 = errno) -> ArtefactFailure {
        ArtefactFailure(
            code: "system", message: "Could not \(act) \(path): \(String(cString: strerror(number))).",
            retry: number == ENOENT || number == EACCES ? .stalled : .transient)
    }
}
