// Fetching over http from nginx, fcgiwrap and git-http-backend, with Basic authentication.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritSource

@Suite(
    .enabled(
        if: FetchExecutable.isPresent("/usr/sbin/nginx", "/usr/sbin/fcgiwrap", "/usr/lib/git-core/git-http-backend"),
        "needs the built writ executable, nginx, fcgiwrap and git-http-backend"))
struct HTTPFetchTests {
    @Test("the right password fetches, again and again; a wrong or missing one says so without showing it")
    func basicAuthentication() async throws {
        let sandbox = try await GitSandbox()
        let first = try await sandbox.commit(["models/a.yaml": .file("1")])
        let good = try sandbox.file("good", "correct horse\n")
        let bad = try sandbox.file("bad", "hunter2hunter2\n")
        try await sandbox.serveHTTP { address in
            let source = try sandbox.childSource(address, credentials: .basic(user: "ada", password: .file(good)))
            #expect(try await source.fetch() == first)
            #expect(try await source.fetch() == first)
            let second = try await sandbox.commit(["models/a.yaml": .file("2")])
            #expect(try await source.fetch() == second)
            #expect(try await source.changes(from: first, to: second).changedPaths == [path("models/a.yaml")])
            let byName = try sandbox.childSource(
                address, credentials: .basic(user: "ada", password: .environment("GIT_TOKEN")),
                environment: ["GIT_TOKEN": "correct horse"])
            #expect(try await byName.fetch() == second)

            let refused = await #expect(throws: SourceFailure.self) {
                try await sandbox.childSource(address, credentials: .basic(user: "ada", password: .file(bad))).fetch()
            }
            #expect(refused?.code == "authentication-refused")
            #expect(
                refused?.message == "\(address) refused the user “ada” with the password from the file \(bad). "
                    + "Check the user, the secret and its right to read the repository.")
            let needed = await #expect(throws: SourceFailure.self) { try await sandbox.childSource(address).fetch() }
            #expect(needed?.code == "authentication-needed")
            #expect(needed?.retry == .transient)
        }
    }

    @Test("a repository that is not there, and a redirect to another host, are told apart")
    func wrongAddress() async throws {
        let sandbox = try await GitSandbox()
        try await sandbox.commit(["models/a.yaml": .file("1")])
        let password = try sandbox.file("good", "correct horse")
        try await sandbox.serveHTTP { address in
            for (name, code) in [("absent.git", "repository-missing"), ("moved/upstream.git", "redirected")] {
                let other = address.replacing("upstream.git", with: name)
                let failure = await #expect(throws: SourceFailure.self) {
                    try await sandbox.childSource(other, credentials: .basic(user: "ada", password: .file(password)))
                        .fetch()
                }
                #expect(failure?.code == code, "\(String(describing: failure))")
            }
        }
    }

    @Test("a download larger than allowed is ended")
    func bounded() async throws {
        let sandbox = try await GitSandbox()
        var files: [String: GitSandbox.Entry] = [:]
        for index in 0..<300 { files["models/m\(index).yaml"] = .file("\(index)") }
        try await sandbox.commit(files)
        let password = try sandbox.file("good", "correct horse")
        var limits = SourceLimits()
        limits.fetchObjectsMaximum = 100
        let bounds = limits
        try await sandbox.serveHTTP { address in
            let failure = await #expect(throws: SourceFailure.self) {
                try await sandbox.childSource(
                    address, credentials: .basic(user: "ada", password: .file(password)), limits: bounds
                ).fetch()
            }
            #expect(failure?.code == "source-limit", "\(String(describing: failure))")
        }
    }
}

extension GitSandbox {
    /// Serves `upstream` to the user `ada` with the password `correct horse`.
    func serveHTTP(
        push: Bool = false, _ body: @escaping @Sendable (_ address: String) async throws -> Void
    ) async throws {
        let port = try freePort()
        let socket = folder + "/fcgi.sock"
        try await git("config", "http.receivepack", "\(push)")
        let users = try file("users", "ada:{PLAIN}correct horse\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: users)
        let configuration = try file(
            "nginx.conf",
            """
            daemon off; master_process off; pid \(folder)/nginx.pid; error_log \(folder)/nginx.log;
            events {}
            http {
              access_log off; client_body_temp_path \(folder)/t1; proxy_temp_path \(folder)/t2; fastcgi_temp_path \(folder)/t3;
              uwsgi_temp_path \(folder)/t4; scgi_temp_path \(folder)/t5;
              server {
                listen 127.0.0.1:\(port);
                location /moved/ { return 301 http://localhost:\(port)/elsewhere$request_uri; }
                location / {
                  auth_basic git; auth_basic_user_file \(users);
                  fastcgi_pass unix:\(socket);
                  fastcgi_param SCRIPT_FILENAME /usr/lib/git-core/git-http-backend;
                  fastcgi_param GIT_HTTP_EXPORT_ALL ""; fastcgi_param GIT_PROJECT_ROOT \(folder);
                  fastcgi_param GIT_CONFIG_COUNT 1; fastcgi_param GIT_CONFIG_KEY_0 safe.directory; fastcgi_param GIT_CONFIG_VALUE_0 *;
                  fastcgi_param PATH_INFO $uri; fastcgi_param QUERY_STRING $query_string; fastcgi_param REQUEST_METHOD $request_method;
                  fastcgi_param CONTENT_TYPE $content_type; fastcgi_param CONTENT_LENGTH $content_length if_not_empty;
                  fastcgi_param REMOTE_USER $remote_user;
                }
              }
            }
            """)
        try await withDaemons(
            [
                ["/usr/sbin/fcgiwrap", "-s", "unix:\(socket)"],
                ["/usr/sbin/nginx", "-p", folder, "-e", folder + "/nginx.log", "-c", configuration],
            ],
            ready: { isListening(on: port) && FileManager.default.fileExists(atPath: socket) },
            { try await body("http://127.0.0.1:\(port)/upstream.git") })
    }
}
