// The part of CycloneDX 1.6 that a bill of materials of a version is written in.
import WritVocabulary

/// Source: CycloneDX specification 1.6, `bom-1.6.schema.json`. Only what Writ writes.
enum CycloneDX {
    static let specification = "1.6"

    struct Document: Encodable {
        var schema = "http://cyclonedx.org/schema/bom-1.6.schema.json"
        var bomFormat = "CycloneDX"
        var specVersion = CycloneDX.specification
        var serialNumber: String
        var version = 1
        var metadata: Metadata
        var components: [Component]
        var dependencies: [Dependency]
        var formulation: [Formula]?

        enum CodingKeys: String, CodingKey {
            case schema = "$schema"
            case bomFormat, specVersion, serialNumber, version, metadata, components, dependencies, formulation
        }
    }

    struct Metadata: Encodable {
        var timestamp: Timestamp
        var tools: Tools
        var component: Component
        var properties: [Property]

        struct Tools: Encodable { var components: [Component] }
    }

    struct Component: Encodable {
        enum Kind: String, Encodable {
            case application, platform, library, file, data
            case model = "machine-learning-model"
        }

        var type: Kind
        var ref: String?
        var name: String
        var version: String?
        var description: String?
        var hashes: [Hash]?
        var purl: String?
        var pedigree: Pedigree?
        var externalReferences: [Reference]?
        var modelCard: ModelCard?
        var data: [Content]?
        var properties: [Property]?

        init(_ type: Kind, ref: String?, name: String, version: String? = nil) {
            self.type = type
            self.ref = ref
            self.name = name
            self.version = version
        }

        enum CodingKeys: String, CodingKey {
            case type
            case ref = "bom-ref"
            case name, version, description, hashes, purl, pedigree, externalReferences, modelCard, data, properties
        }
    }

    struct Hash: Encodable {
        var alg = "SHA-256"
        var content: String
        init(_ digest: Digest) { content = digest.hex }
    }

    struct Property: Encodable {
        var name: String
        var value: String
        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    struct Pedigree: Encodable {
        var commits: [Commit]
        struct Commit: Encodable { var uid: String }
    }

    struct Reference: Encodable {
        enum Kind: String, Encodable { case vcs, attestation, log }
        var type: Kind
        var url: String
        var comment: String?
        var hashes: [Hash]?
    }

    /// What a data component holds.
    struct Content: Encodable {
        enum Kind: String, Encodable {
            case dataset
            case code = "source-code"
        }
        var type: Kind
        var name: String
    }

    struct ModelCard: Encodable {
        var modelParameters: Parameters?
        var quantitativeAnalysis: Analysis?
        var considerations: Considerations?
        var properties: [Property]?

        struct Parameters: Encodable {
            var approach: Approach?
            var task: String?
            var datasets: [DataReference]?
        }

        struct Approach: Encodable {
            var type: Learning
        }

        struct DataReference: Encodable { var ref: String }
        struct Analysis: Encodable { var performanceMetrics: [Metric] }
        struct Metric: Encodable {
            var type: String
            var value: String
            var slice: String?
        }
        struct Considerations: Encodable {
            var useCases: [String]?
            var technicalLimitations: [String]?
        }
    }

    /// How the model learns, in CycloneDX's words.
    enum Learning: String, Encodable, CaseIterable {
        case supervised, unsupervised
        case reinforcement = "reinforcement-learning"
        case semiSupervised = "semi-supervised"
        case selfSupervised = "self-supervised"
    }

    struct Dependency: Encodable {
        var ref: String
        var dependsOn: [String]
    }

    struct Formula: Encodable { var workflows: [Workflow] }

    struct Workflow: Encodable {
        enum Kind: String, Encodable { case build, test }
        var ref: String
        var uid: String
        var name: String
        var taskTypes: [Kind]
        var inputs: [Input]?
        var outputs: [Output]?
        var timeStart: Timestamp?
        var timeEnd: Timestamp?
        var properties: [Property]

        enum CodingKeys: String, CodingKey {
            case ref = "bom-ref"
            case uid, name, taskTypes, inputs, outputs, timeStart, timeEnd, properties
        }
    }

    /// CycloneDX wants exactly one of resource and parameters.
    struct Input: Encodable {
        var resource: Target?
        var parameters: [Parameter]?
        struct Target: Encodable { var ref: String }
        struct Parameter: Encodable {
            var name: String
            var value: String
        }
    }

    struct Output: Encodable {
        enum Kind: String, Encodable { case artifact, log }
        var type: Kind
        var resource: Input.Target?
        var properties: [Property]?
    }
}
