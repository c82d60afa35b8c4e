// The blob store on disk is the port's store.
import WritBackends
import WritLedger
import WritVocabulary

extension FileBlobStore: BlobStore {
    public func writer() throws -> any BlobWriter { try makeWriter() }
}

extension FileBlobWriter: BlobWriter {}
