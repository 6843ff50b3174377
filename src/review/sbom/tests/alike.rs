//! The same product described in five spellings is read as the same facts.

use super::*;

const JSON: &str = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "serialNumber": "urn:uuid:1",
  "metadata": {"timestamp": "2026-01-02T03:04:05Z", "lifecycles": [{"phase": "build"}],
    "tools": {"components": [{"name": "syft", "version": "1.52.0"}]},
    "manufacturer": {"name": "Acme", "contact": [{"email": "sbom@acme.example"}]},
    "authors": [{"name": "Jane", "email": "jane@acme.example"}],
    "licenses": [{"license": {"id": "CC0-1.0"}}],
    "component": {"type": "application", "bom-ref": "app", "name": "app", "version": "1"}},
  "components": [
    {"type": "library", "bom-ref": "lib", "name": "lib", "version": "2", "supplier": {"name": "Seller"},
     "manufacturer": {"name": "Maker"}, "description": "a library", "copyright": "(c) Maker",
     "hashes": [{"alg": "SHA-256", "content": "ab"}], "purl": "pkg:npm/lib@2", "cpe": "cpe:2.3:a",
     "licenses": [{"expression": "MIT", "acknowledgement": "declared"}]},
    {"type": "library", "bom-ref": "leaf", "name": "leaf", "version": ""}],
  "dependencies": [{"ref": "app", "dependsOn": ["lib"]}, {"ref": "lib", "dependsOn": ["leaf"]},
                   {"ref": "leaf", "dependsOn": []}]}"#;

const XML: &str = r#"<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.6" serialNumber="urn:uuid:1">
  <metadata><timestamp>2026-01-02T03:04:05Z</timestamp>
    <lifecycles><lifecycle><phase>build</phase></lifecycle></lifecycles>
    <tools><components><component type="application"><name>syft</name><version>1.52.0</version></component></components></tools>
    <authors><author><name>Jane</name><email>jane@acme.example</email></author></authors>
    <component type="application" bom-ref="app"><name>app</name><version>1</version></component>
    <manufacturer><name>Acme</name><contact><email>sbom@acme.example</email></contact></manufacturer>
    <licenses><license><id>CC0-1.0</id></license></licenses></metadata>
  <components>
    <component type="library" bom-ref="lib"><supplier><name>Seller</name></supplier>
      <manufacturer><name>Maker</name></manufacturer><name>lib</name><version>2</version>
      <description>a library</description><hashes><hash alg="SHA-256">ab</hash></hashes>
      <licenses><expression acknowledgement="declared">MIT</expression></licenses>
      <copyright>(c) Maker</copyright><cpe>cpe:2.3:a</cpe><purl>pkg:npm/lib@2</purl></component>
    <component type="library" bom-ref="leaf"><name>leaf</name><version/></component></components>
  <dependencies><dependency ref="app"><dependency ref="lib"/></dependency>
    <dependency ref="lib"><dependency ref="leaf"/></dependency><dependency ref="leaf"/></dependencies>
</bom>"#;

const SPDX: &str = r#"{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "documentNamespace": "urn:uuid:1",
  "dataLicense": "CC0-1.0", "creationInfo": {"created": "2026-01-02T03:04:05Z", "comment": "SBOM Type: build",
    "creators": ["Organization: Acme (sbom@acme.example)", "Person: Jane (jane@acme.example)", "Tool: syft-1.52.0"]},
  "packages": [
    {"SPDXID": "app", "name": "app", "versionInfo": "1", "primaryPackagePurpose": "application"},
    {"SPDXID": "lib", "name": "lib", "versionInfo": "2", "primaryPackagePurpose": "library",
     "supplier": "Organization: Seller", "originator": "Organization: Maker", "description": "a library",
     "copyrightText": "(c) Maker", "checksums": [{"algorithm": "SHA-256", "checksumValue": "ab"}],
     "licenseDeclared": "MIT", "externalRefs": [
       {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/lib@2"},
       {"referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a"}]},
    {"SPDXID": "leaf", "name": "leaf", "versionInfo": "", "primaryPackagePurpose": "library"}],
  "relationships": [
    {"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "app"},
    {"spdxElementId": "app", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "lib"},
    {"spdxElementId": "leaf", "relationshipType": "DEPENDENCY_OF", "relatedSpdxElement": "lib"},
    {"spdxElementId": "leaf", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "NONE"}]}"#;

const TAG_VALUE: &str = "SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentNamespace: urn:uuid:1
Creator: Organization: Acme (sbom@acme.example)
Creator: Person: Jane (jane@acme.example)
Creator: Tool: syft-1.52.0
Created: 2026-01-02T03:04:05Z
CreatorComment: <text>SBOM Type: build</text>

PackageName: app
SPDXID: app
PackageVersion: 1
PrimaryPackagePurpose: application

PackageName: lib
SPDXID: lib
PackageVersion: 2
PrimaryPackagePurpose: library
PackageSupplier: Organization: Seller
PackageOriginator: Organization: Maker
PackageDescription: <text>a library</text>
PackageCopyrightText: <text>(c) Maker</text>
PackageChecksum: SHA-256: ab
PackageLicenseDeclared: MIT
ExternalRef: PACKAGE-MANAGER purl pkg:npm/lib@2
ExternalRef: SECURITY cpe23Type cpe:2.3:a

PackageName: leaf
SPDXID: leaf
PackageVersion:
PrimaryPackagePurpose: library

Relationship: SPDXRef-DOCUMENT DESCRIBES app
Relationship: app DEPENDS_ON lib
Relationship: leaf DEPENDENCY_OF lib
Relationship: leaf DEPENDS_ON NONE
";

const SPDX_3: &str = r#"{"@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld", "@graph": [
  {"type": "CreationInfo", "@id": "_:c", "specVersion": "3.0.1", "created": "2026-01-02T03:04:05Z",
   "createdBy": ["acme", "jane"], "createdUsing": ["syft"]},
  {"type": "Organization", "spdxId": "acme", "name": "Acme", "creationInfo": "_:c", "externalIdentifier": [
    {"type": "ExternalIdentifier", "externalIdentifierType": "email", "identifier": "sbom@acme.example"}]},
  {"type": "Person", "spdxId": "jane", "name": "Jane", "externalIdentifier": [
    {"type": "ExternalIdentifier", "externalIdentifierType": "email", "identifier": "jane@acme.example"}]},
  {"type": "Organization", "spdxId": "seller", "name": "Seller"},
  {"type": "Organization", "spdxId": "maker", "name": "Maker"},
  {"type": "Tool", "spdxId": "syft", "name": "syft-1.52.0"},
  {"type": "SpdxDocument", "spdxId": "urn:uuid:1", "creationInfo": "_:c", "rootElement": ["sbom"],
   "dataLicense": "https://spdx.org/licenses/CC0-1.0"},
  {"type": "software_Sbom", "spdxId": "sbom", "software_sbomType": ["build"], "rootElement": ["app"]},
  {"type": "software_Package", "spdxId": "app", "name": "app", "software_packageVersion": "1",
   "software_primaryPurpose": "application"},
  {"type": "software_Package", "spdxId": "lib", "name": "lib", "software_packageVersion": "2",
   "software_primaryPurpose": "library", "suppliedBy": "seller", "originatedBy": ["maker"],
   "description": "a library", "software_copyrightText": "(c) Maker", "software_packageUrl": "pkg:npm/lib@2",
   "verifiedUsing": [{"type": "Hash", "algorithm": "SHA-256", "hashValue": "ab"}],
   "externalIdentifier": [{"type": "ExternalIdentifier", "externalIdentifierType": "cpe23", "identifier": "cpe:2.3:a"}]},
  {"type": "software_Package", "spdxId": "leaf", "name": "leaf", "software_packageVersion": "",
   "software_primaryPurpose": "library"},
  {"type": "simplelicensing_LicenseExpression", "spdxId": "mit", "simplelicensing_licenseExpression": "MIT"},
  {"type": "Relationship", "from": "lib", "relationshipType": "hasDeclaredLicense", "to": ["mit"]},
  {"type": "Relationship", "from": "app", "relationshipType": "dependsOn", "to": ["lib"]},
  {"type": "LifecycleScopedRelationship", "from": "lib", "relationshipType": "dependsOn", "to": ["leaf"]},
  {"type": "Relationship", "from": "leaf", "relationshipType": "dependsOn",
   "to": ["https://spdx.org/rdf/3.0.1/terms/Core/NoneElement"]}]}"#;

/// What all five say, without what each has its own words for: the format, the places in the text, and
/// the completeness that SPDX states by naming nothing.
fn facts(text: &str) -> Sbom {
    let mut sbom = read(text);
    sbom.format = Format::CycloneDxJson;
    sbom.spec_version = String::new();
    sbom.completeness = Vec::new();
    sbom.parts.iter_mut().for_each(|part| part.at = String::new());
    sbom
}

#[test]
fn five_spellings_say_the_same() {
    let expected = facts(JSON);
    assert_eq!(expected.parts.len(), 3);
    assert_eq!(expected.primary, [0]);
    assert_eq!(
        expected.links,
        [
            link(0, Relation::DependsOn, Target::Part(1)),
            link(1, Relation::DependsOn, Target::Part(2)),
            link(2, Relation::DependsOn, Target::Nothing),
        ]
    );
    assert_eq!(expected.oddities, [""; 0]);
    assert_eq!(expected.parts[2].version.as_deref(), Some(""));
    assert_eq!(expected.document.authors.len(), 2);
    for text in [XML, SPDX, TAG_VALUE, SPDX_3] {
        let found = facts(text);
        assert_eq!(found.document, expected.document, "{text}");
        for (found, expected) in found.parts.iter().zip(&expected.parts) {
            assert_eq!(found, expected, "{text}");
        }
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn spdx_says_by_naming_nothing_that_a_list_is_complete() {
    for text in [SPDX, TAG_VALUE, SPDX_3] {
        let [said] = &read(text).completeness[..] else { panic!("{text}") };
        assert_eq!((said.about, said.relation), (Some(2), Relation::DependsOn));
        assert_eq!(said.aggregate, Aggregate::Complete);
    }
}

#[test]
fn every_spelling_has_its_own_places() {
    let places = |text: &str| read(text).parts[1].at.clone();
    assert_eq!(places(JSON), "components[0]");
    assert_eq!(places(XML), "components[0]");
    assert_eq!(places(SPDX), "packages[1]");
    assert_eq!(places(TAG_VALUE), "line 16");
    assert_eq!(places(SPDX_3), "@graph[9]");
}

#[test]
fn what_xml_says_elsewhere_is_found() {
    let found = read(
        r#"<b:bom xmlns:b="http://cyclonedx.org/schema/bom/1.6" version="3" xmlns:ds="d">
        <b:metadata><b:tools><b:tool><b:name>old</b:name></b:tool></b:tools></b:metadata>
        <b:components><b:component type="library" bom-ref="a"><b:name>a &amp; b</b:name>
          <b:swid tagId="t"/><b:licenses><b:license acknowledgement="concluded"><b:name>free</b:name></b:license></b:licenses>
          <b:pedigree><b:ancestors><b:component><b:name>old</b:name></b:component></b:ancestors>
            <b:patches><b:patch type="backport"/></b:patches></b:pedigree>
          <b:evidence><b:licenses><b:license><b:id>no</b:id></b:license></b:licenses></b:evidence>
          <b:externalReferences><b:reference type="vcs"><b:url>u</b:url><b:hashes><b:hash alg="MD5">x</b:hash></b:hashes></b:reference></b:externalReferences>
          <b:properties><b:property name="k">v</b:property></b:properties>
          <b:components><b:component type="file" bom-ref="f"><b:name>f</b:name></b:component>
            <b:component type="file"><b:name>g</b:name></b:component></b:components>
        </b:component><b:component><b:name>z</b:name></b:component></b:components>
        <b:services><b:service bom-ref="s"/></b:services>
        <b:dependencies><b:dependency ref="a"><b:dependency ref="s"/><b:dependency ref="ghost"/></b:dependency></b:dependencies>
        <b:compositions><b:composition><b:aggregate>incomplete</b:aggregate><b:assemblies><b:assembly ref="a"/></b:assemblies></b:composition></b:compositions>
        <b:vulnerabilities><b:vulnerability><b:affects><b:target><b:ref>a</b:ref></b:target></b:affects></b:vulnerability></b:vulnerabilities>
        <b:annotations><b:annotation><b:subjects><b:subject ref="a"/></b:subjects><b:text>seen</b:text></b:annotation></b:annotations>
        <ds:Signature/></b:bom>"#,
    );
    let places: Vec<_> = found.parts.iter().map(|part| part.at.as_str()).collect();
    let inner = ["components[0].components[0]", "components[0].components[1]"];
    assert_eq!(places, ["components[0]", inner[0], inner[1], "components[1]"]);
    let part = &found.parts[0];
    assert_eq!((part.name.as_deref(), part.patches), (Some("a & b"), 1));
    assert_eq!(part.identifiers[0], Identifier { scheme: Scheme::Swid, text: "t".to_owned() });
    let free = Licence {
        text: "free".to_owned(),
        formal: false,
        acknowledgement: Acknowledgement::Concluded,
    };
    assert_eq!(part.licences, [free]);
    assert_eq!((part.references[0].kind.as_str(), part.references[0].hashes.len()), ("vcs", 1));
    assert_eq!(part.properties, [("k".to_owned(), "v".to_owned())]);
    assert_eq!((part.vulnerabilities, part.comments.as_slice()), (1, &["seen".to_owned()][..]));
    assert_eq!(found.parts[1].element, Element::File);
    let document = &found.document;
    assert_eq!(document.signature.as_deref(), Some("ds:Signature"));
    assert_eq!((document.vulnerabilities, document.version.as_deref()), (Some(1), Some("3")));
    assert_eq!(document.tools[0].name.as_deref(), Some("old"));
    assert_eq!(
        found.links,
        [
            link(0, Relation::DependsOn, Target::Dangling("ghost".to_owned())),
            link(0, Relation::Contains, Target::Part(1)),
            link(0, Relation::Contains, Target::Part(2)),
        ]
    );
    assert_eq!(found.completeness[0].about, Some(0));
    assert_eq!(found.completeness[0].aggregate, Aggregate::Incomplete);
}

#[test]
fn a_file_behind_a_package_is_in_it_and_annotations_reach_their_package() {
    let found = read(
        "SPDXVersion: SPDX-2.2\nSPDXID: SPDXRef-DOCUMENT\nPackageName: a\nSPDXID: SPDXRef-a\n\
         FileName: ./f\nSPDXID: SPDXRef-f\nFileChecksum: SHA1: cd\nLicenseInfoInFile: MIT\n\
         SnippetSPDXID: SPDXRef-s\nSnippetFromFileSPDXID: SPDXRef-f\n\
         Annotator: Person: x\nSPDXREF: SPDXRef-a\nAnnotationComment: <text>seen</text>\n\
         PackageVersion: 1\nplain words\n",
    );
    assert_eq!(
        found.links,
        [
            link(0, Relation::Contains, Target::Part(1)),
            link(1, Relation::Contains, Target::Part(2))
        ]
    );
    assert_eq!(found.parts[0].comments, ["seen"]);
    assert_eq!(found.parts[1].hashes, [Hash { algorithm: "SHA1".into(), value: "cd".into() }]);
    assert_eq!(found.parts[0].version, None);
    assert_eq!(found.oddities, ["line 15 is no SPDX and is left out"]);
}

#[test]
fn spdx_3_tells_agents_apart_and_follows_what_is_said_elsewhere() {
    let found = read(
        r#"{"@context": "c", "@graph": [
        {"type": "SpdxDocument", "spdxId": "d", "name": "doc", "rootElement": ["a"],
         "creationInfo": {"type": "CreationInfo", "specVersion": "3.0.1", "created": "t",
                          "createdBy": ["bot", "https://x.example/unknown"]}},
        {"type": "SoftwareAgent", "spdxId": "bot", "name": "bot"},
        {"type": "software_Package", "spdxId": "a", "name": "a", "supportLevel": ["support"],
         "validUntilTime": "2030-01-01T00:00:00Z", "releaseTime": "2026-01-01T00:00:00Z",
         "suppliedBy": "https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement",
         "externalRef": [{"type": "ExternalRef", "externalRefType": "vulnerabilityDisclosureReport", "locator": ["https://v.example"]}]},
        {"type": "software_File", "spdxId": "f", "name": "a.jar", "software_additionalPurpose": ["executable", "archive"],
         "verifiedUsing": [{"type": "Hash", "algorithm": "sha512", "hashValue": "ef"}]},
        {"type": "Relationship", "from": "a", "relationshipType": "hasDistributionArtifact", "to": ["f"]},
        {"type": "Relationship", "from": "a", "relationshipType": "contains", "to": ["f"], "completeness": "incomplete"},
        {"type": "Relationship", "from": "a", "relationshipType": "hasConcludedLicense",
         "to": ["https://spdx.org/rdf/3.0.1/terms/Licensing/NoAssertion_NoAssertionLicense"]},
        {"type": "Relationship", "from": "a", "relationshipType": "hasDeclaredLicense", "to": ["https://spdx.org/licenses/Apache-2.0"]},
        {"type": "security_Vulnerability", "spdxId": "v", "name": "CVE-1"},
        {"type": "security_VexAffectedVulnAssessmentRelationship", "from": "v", "relationshipType": "affects", "to": ["a"]},
        {"type": "Annotation", "spdxId": "n", "subject": "a", "statement": "seen"}]}"#,
    );
    let unknown = Party { urls: vec!["https://x.example/unknown".to_owned()], ..Party::default() };
    assert_eq!(found.document.authors, [named(PartyKind::Tool, "bot"), unknown]);
    assert_eq!((found.document.tools.len(), found.document.vulnerabilities), (0, Some(1)));
    assert_eq!(found.document.disclosures[0].url, "https://v.example");
    let part = &found.parts[0];
    assert_eq!(part.suppliers, [named(PartyKind::Unstated, "NOASSERTION")]);
    assert_eq!(part.support.as_deref(), Some("support"));
    assert_eq!(part.valid_until.as_deref(), Some("2030-01-01T00:00:00Z"));
    assert_eq!(part.released.as_deref(), Some("2026-01-01T00:00:00Z"));
    assert_eq!((part.vulnerabilities, part.comments.as_slice()), (1, &["seen".to_owned()][..]));
    let licences: Vec<_> =
        part.licences.iter().map(|l| (l.text.as_str(), l.acknowledgement)).collect();
    assert_eq!(
        licences,
        [("NOASSERTION", Acknowledgement::Concluded), ("Apache-2.0", Acknowledgement::Declared)]
    );
    let delivered = &part.references[1];
    assert_eq!((delivered.kind.as_str(), delivered.url.as_str()), ("hasDistributionArtifact", "f"));
    assert_eq!(delivered.hashes, [Hash { algorithm: "sha512".into(), value: "ef".into() }]);
    assert_eq!(found.parts[1].purposes, ["executable", "archive"]);
    assert_eq!(found.parts[1].filename.as_deref(), Some("a.jar"));
    assert_eq!(found.links, [link(0, Relation::Contains, Target::Part(1))]);
    let [said] = &found.completeness[..] else { panic!("{:?}", found.completeness) };
    assert_eq!((said.relation, said.aggregate), (Relation::Contains, Aggregate::Incomplete));
    assert_eq!(found.oddities, [""; 0]);
}
