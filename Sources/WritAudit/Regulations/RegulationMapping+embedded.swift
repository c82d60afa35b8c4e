// The mappings that come with Writ: data files beside this one, built into the program.
import WritVocabulary

extension RegulationMapping {
    /// The mappings that come with Writ, by id.
    ///
    /// - Throws: ``AuditFailure`` where one of the files does not parse.
    public static func embedded() throws(AuditFailure) -> [RegulationMapping] {
        var found: [RegulationMapping] = []
        for file in files { found.append(try RegulationMapping(reading: file)) }
        return found.sorted { $0.id < $1.id }
    }

    /// - Throws: ``AuditFailure`` where there is no such mapping.
    public static func embedded(_ id: String) throws(AuditFailure) -> RegulationMapping {
        let all = try embedded()
        guard let mapping = all.first(where: { $0.id.text == id }) else {
            throw AuditFailure(
                "there is no mapping “\(id.prefix(RegulationLimits.nameCharacters))”",
                hint: "there are \(all.map(\.id.text).joined(separator: ", ")); a file of your own is named by its path"
            )
        }
        return mapping
    }

    private static var files: [[UInt8]] {
        [
            PackageResources.cfr_21_11_json, PackageResources.eu_ai_act_json, PackageResources.iso_42001_json,
            PackageResources.nist_ai_rmf_json, PackageResources.soc_2_json, PackageResources.sr_26_2_json,
        ]
    }
}
