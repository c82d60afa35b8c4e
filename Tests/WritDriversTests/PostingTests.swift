// Deliveries to receivers that do not behave.
import Foundation
import Testing
import WritBackends
import WritVocabulary

@testable import WritDrivers

struct PostingTests {
    @Test("an answer that begins and never ends is given up at the deadline", .timeLimit(.minutes(2)))
    func endless() async throws {
        let receiver = try EndlessReceiver()
        defer { receiver.close() }
        let post = HTTPPost(deadline: .seconds(2))
        let failure = await #expect(throws: BackendFailure.self) {
            try await post.send([1, 2, 3], contentType: "text/plain", to: "http://127.0.0.1:\(receiver.port)/secret-path")
        }
        #expect(failure?.code == "not-delivered")
        #expect(failure?.message.contains("secret-path") == false)
    }
}

/// Answers one request with a head and half a body, and then says nothing more until it is closed.
private struct EndlessReceiver {
    let port: UInt16
    private let listener: Int32

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.listener = listener
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isReady = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                bind(listener, pointer, length) == 0 && listen(listener, 1) == 0
                    && getsockname(listener, pointer, &length) == 0
            }
        }
        try #require(isReady)
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread {
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            let words = Array("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".utf8)
            _ = send(connection, words, words.count, Int32(MSG_NOSIGNAL))
            var byte: UInt8 = 0
            while recv(connection, &byte, 1, 0) > 0 {}
            Foundation.close(connection)
        }
    }

    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        Foundation.close(listener)
    }
}
