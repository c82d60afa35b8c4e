// Which ssh hosts are who they say they are.
import CLibGit2
import Foundation
import Glibc
import WritVocabulary

/// Puts the operator's file of host keys where libgit2 looks for it.
///
/// libgit2 lets libssh2 read `$HOME/.ssh/known_hosts`, hashed names and ports included, and tells the certificate
/// callback the verdict. So the fetching process has a home of its own that holds nothing but a link to the operator's
/// file.
struct KnownHosts {
    let file: String
    let home: String

    func install(environment: [String: String]) throws {
        guard environment["HOME"] == home else {
            throw SourceFailure.configuration("A repository over ssh is only fetched by a process of its own.")
        }
        guard file.hasPrefix("/"), access(file, R_OK) == 0 else {
            throw SourceFailure.configuration(
                "The known hosts file \(file) cannot be read or is not an absolute path; without it no ssh host is trusted."
            )
        }
        let folder = home + "/.ssh"
        for folder in [home, folder] where mkdir(folder, 0o700) != 0 && errno != EEXIST {
            throw SourceFailure.folder("The folder \(folder) cannot be made: \(String(cString: strerror(errno))).")
        }
        let link = folder + "/known_hosts"
        if unlink(link) != 0, errno != ENOENT {
            throw SourceFailure.folder("\(link) cannot be replaced: \(String(cString: strerror(errno))).")
        }
        guard symlink(file, link) == 0 else {
            throw SourceFailure.folder("\(link) cannot be made: \(String(cString: strerror(errno))).")
        }
    }
}

/// A host key the way `ssh-keygen -l` shows it.
enum Fingerprint {
    static func text(_ certificate: UnsafeMutablePointer<git_cert>?) -> String {
        guard let certificate, certificate.pointee.cert_type == GIT_CERT_HOSTKEY_LIBSSH2 else { return "" }
        return certificate.withMemoryRebound(to: git_cert_hostkey.self, capacity: 1) { key in
            guard key.pointee.type.rawValue & GIT_CERT_SSH_SHA256.rawValue != 0 else { return "" }
            let digest = withUnsafeBytes(of: key.pointee.hash_sha256) { Data($0) }
            return " (SHA256:\(digest.base64EncodedString().prefix { $0 != "=" }))"
        }
    }
}
