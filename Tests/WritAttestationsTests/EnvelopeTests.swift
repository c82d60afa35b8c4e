// DSSE against the vector of its specification.
import Testing
import WritAttestations

struct EnvelopeTests {
    @Test("the pre-authentication encoding is the specification's")
    func encoding() {
        let bytes = DSSE.preAuthenticationEncoding(
            type: "http://example.com/HelloWorld", payload: Array("hello world".utf8))
        #expect(String(decoding: bytes, as: UTF8.self) == "DSSEv1 29 http://example.com/HelloWorld 11 hello world")
    }
}
