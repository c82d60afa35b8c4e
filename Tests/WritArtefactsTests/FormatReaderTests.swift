// Files are told by what is in them.
import Testing
import WritArtefacts
import WritVocabulary

struct FormatReaderTests {
    @Test("what nobody knows is taken to carry code")
    func unknown() { #expect(ArtefactFormat.unknown.carriesCode) }
}
