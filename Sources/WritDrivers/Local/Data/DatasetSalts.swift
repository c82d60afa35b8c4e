// The secrets personal datasets are salted with, a file for each dataset: without it, no digest can be guessed at.
import Foundation
import WritBackends
import WritVocabulary

/// 32 random bytes for each personal dataset. A secret is forgotten together with what was salted with it.
public struct DatasetSalts: Sendable {
    private let folder: String
    private let random: @Sendable () -> [UInt8]

    /// `folder`: made when missing. `random`: gives 32 random bytes.
    public init(folder: String, random: @escaping @Sendable () -> [UInt8]) {
        self.folder = folder
        self.random = random
    }

    func secret(of dataset: ResourceName) throws -> [UInt8] {
        let path = "\(folder)/\(dataset)"
        if let known = try DurableFile.read(path, limit: SaltedContent.saltBytes) {
            guard known.count == SaltedContent.saltBytes else {
                throw BackendFailure(
                    code: "salt-damaged", message: "\(path) does not hold 32 bytes; restore it from a backup.",
                    retry: .stalled)
            }
            return Array(known)
        }
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let new = random()
        try DurableFile.write(Data(new), to: path)
        return new
    }

    /// From now on nothing can be told from digests salted so far.
    public func forget(_ dataset: ResourceName) throws {
        let path = "\(folder)/\(dataset)"
        guard unlink(path) == 0 || errno == ENOENT else { throw SystemCall.failure("remove", path) }
    }
}
