// Answering in the gateway's own name.
import NIOCore
import WritVocabulary

extension ClientConnection {
    /// Answers with a problem document and goes on with the connection where its next bytes are surely a new request.
    func refuse(_ refusal: Refusal) {
        worker.noteRefused(refusal)
        if exchange?.responseBegan == true { return cutShort() }
        let goesOn = skipRestOfRequest()
        let answer = ProblemAnswer(
            refusal, endpoint: exchange?.endpoint, isHead: exchange?.method == .head,
            ownLines: assignment.map { $0.target.versionLine + (exchange?.requestLine ?? []) }, keepsAlive: goesOn)
        leave(.answered(code: refusal.code))
        write(answer.bytes)
        finish(keepsAlive: goesOn)
    }

    /// Whether the whole request is read, or could be skipped at once.
    private func skipRestOfRequest() -> Bool {
        guard let exchange, exchange.keepsAlive, exchange.isHTTP11, !worker.isDraining else { return false }
        if exchange.requestEnded { return true }
        guard !exchange.awaitsContinue else { return false }
        var body = exchange.body
        var rest = inbox
        do throws(Refusal) {
            while true {
                switch try body.next(from: &rest) {
                case .needMore: return false
                case .data: continue
                case .end:
                    inbox = rest
                    return true
                }
            }
        } catch {
            return false
        }
    }
}

/// An answer as `application/problem+json` (RFC 9457). Repeats nothing of the request but the endpoint's name.
struct ProblemAnswer {
    let bytes: ByteBuffer

    init(_ refusal: Refusal, endpoint: String?, isHead: Bool, ownLines: [UInt8]?, keepsAlive: Bool) {
        let named = endpoint.flatMap { ResourceName($0) }.map { ",\"endpoint\":\"\($0)\"" } ?? ""
        let title = ProblemAnswer.reason(refusal.code)
        let body = """
            {"type":"about:blank","title":"\(title)","status":\(refusal.code),"code":"\(refusal.rawValue)"\
            ,"detail":"\(refusal.detail)"\(named)}

            """
        var out = ByteBuffer()
        out.writeString("HTTP/1.1 \(refusal.code) \(title)\r\ncontent-type: application/problem+json\r\n")
        out.writeString("content-length: \(body.utf8.count)\r\n")
        if let seconds = refusal.retryAfterSeconds { out.writeString("retry-after: \(seconds)\r\n") }
        if let ownLines { out.writeBytes(ownLines) }
        if !keepsAlive { out.writeStaticString("connection: close\r\n") }
        out.writeStaticString("\r\n")
        if !isHead { out.writeString(body) }
        bytes = out
    }

    private static func reason(_ code: Int) -> String {
        switch code {
        case 400: "Bad Request"
        case 404: "Not Found"
        case 408: "Request Timeout"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: "Error"
        }
    }
}
