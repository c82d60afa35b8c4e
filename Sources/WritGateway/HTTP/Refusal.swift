// Every reason for which the gateway itself answers, with what it tells the client.

/// Why a request is not served, or a response not passed on. The raw value is the code in metrics and problem
/// documents.
enum Refusal: String, Error, CaseIterable, Sendable {
    // The request's head is not HTTP/1.
    case bareLineFeed = "bare-line-feed"
    case foldedField = "folded-field"
    case invalidRequestLine = "invalid-request-line"
    case invalidTarget = "invalid-target"
    case invalidField = "invalid-field"
    case hostMissing = "host-missing"
    case hostInvalid = "host-invalid"
    case lengthInvalid = "content-length-invalid"
    case lengthRepeated = "content-length-repeated"
    case lengthAndCoding = "length-and-transfer-coding"
    case codingInvalid = "transfer-coding-invalid"
    case invalidChunk = "invalid-chunk"
    case versionUnsupported = "version-unsupported"
    case codingUnsupported = "transfer-coding-unsupported"
    case methodUnsupported = "method-unsupported"
    case expectationUnsupported = "expectation-unsupported"
    // The request is too much.
    case targetTooLong = "target-too-long"
    case headTooLarge = "head-too-large"
    case tooManyFields = "too-many-fields"
    case bodyTooLarge = "body-too-large"
    case headTimeout = "head-timeout"
    case bodyTimeout = "body-timeout"
    // Nobody can answer it.
    case endpointUnknown = "endpoint-unknown"
    case noReplica = "no-replica"
    case replicasBusy = "replicas-busy"
    case replicasUnreachable = "replicas-unreachable"
    case gatewayBusy = "gateway-busy"
    case responseMissing = "response-missing"
    case responseMalformed = "response-malformed"
    case responseTimeout = "response-timeout"

    /// The HTTP status code.
    var code: Int {
        switch self {
        case .bareLineFeed, .foldedField, .invalidRequestLine, .invalidTarget, .invalidField, .hostMissing,
            .hostInvalid,
            .lengthInvalid, .lengthRepeated, .lengthAndCoding, .codingInvalid, .invalidChunk:
            400
        case .endpointUnknown: 404
        case .headTimeout, .bodyTimeout: 408
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .expectationUnsupported: 417
        case .headTooLarge, .tooManyFields: 431
        case .codingUnsupported, .methodUnsupported: 501
        case .responseMissing, .responseMalformed: 502
        case .noReplica, .replicasBusy, .replicasUnreachable, .gatewayBusy: 503
        case .responseTimeout: 504
        case .versionUnsupported: 505
        }
    }

    /// Whether trying again soon may help.
    var retryAfterSeconds: Int? { code == 503 ? 1 : nil }

    /// What is wrong and what to do, for the client's developer.
    var detail: String {
        switch self {
        case .bareLineFeed: "A line of the head ends in LF without CR. End every line with CR LF."
        case .foldedField: "A header field continues on the next line. Send each field on one line."
        case .invalidRequestLine: "The first line is not “METHOD target HTTP/1.1” with single spaces. Correct it."
        case .invalidTarget: "The request target is not a path of visible ASCII characters. Percent-encode the others."
        case .invalidField: "A header field has an invalid name or value, or a blank before its colon. Correct it."
        case .hostMissing: "An HTTP/1.1 request needs a Host field. Send one."
        case .hostInvalid: "The Host field is repeated or is not a host name. Send it once, as host or host:port."
        case .lengthInvalid: "Content-Length is not a whole number. Send decimal digits only."
        case .lengthRepeated: "Content-Length is given more than once. Send it once."
        case .lengthAndCoding: "Both Content-Length and Transfer-Encoding are given. Send only one of them."
        case .codingInvalid:
            "Transfer-Encoding is repeated or belongs to an HTTP/1.0 request. Send it once, as HTTP/1.1."
        case .invalidChunk: "The chunked body is malformed. Send chunks as RFC 9112 §7.1 defines them."
        case .versionUnsupported: "Only HTTP/1.0 and HTTP/1.1 are spoken here. Use one of them."
        case .codingUnsupported:
            "The only transfer coding understood here is “chunked”. Use Content-Encoding for compression."
        case .methodUnsupported: "CONNECT is not offered here. Send the request to /<endpoint>/<path>."
        case .expectationUnsupported: "The only expectation understood here is “100-continue”. Leave others out."
        case .targetTooLong: "The request line is longer than this gateway allows. Move parameters into the body."
        case .headTooLarge: "The header fields are larger than this gateway allows. Send fewer or shorter ones."
        case .tooManyFields: "There are more header fields than this gateway allows. Send fewer."
        case .bodyTooLarge: "The body is larger than this gateway allows. Send a smaller one, or several requests."
        case .headTimeout: "The request's head did not arrive in time. Send it again without pauses."
        case .bodyTimeout: "The request's body stopped arriving. Send it again without long pauses."
        case .endpointUnknown: "No endpoint of this name is served here. Paths begin with /<endpoint>/."
        case .noReplica: "The endpoint has no ready replica now. Try again shortly."
        case .replicasBusy: "All replicas of the endpoint have as many requests as they may. Try again shortly."
        case .replicasUnreachable: "No replica of the endpoint accepts connections now. Try again shortly."
        case .gatewayBusy: "The gateway has as many connections as it may. Try again shortly."
        case .responseMissing:
            "The replica closed the connection without an answer. It may be retried if it changes nothing."
        case .responseMalformed: "The replica's answer is not valid HTTP/1. Look at the replica's server."
        case .responseTimeout: "The replica did not answer in time. Try again, or raise the gateway's limit."
        }
    }
}
