// What makes two judgements the same judgement.
import WritVocabulary

/// Its digest is a judgement's id: the same candidate, evaluation and gates are judged once.
struct JudgementIdentity: Encodable {
    let model: ResourceName
    let artefacts: Digest
    let evaluation: RecipeID?
    let gates: [Model.Gate]

    var digest: Digest {
        get throws { try Digest(canonical: self) }
    }
}
