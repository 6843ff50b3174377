use std::io::{Cursor, Write};

use super::*;
use crate::inventory::{Certainty, Fact};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const LOOKUP: &str = "org/apache/logging/log4j/core/lookup/JndiLookup.class";
const MANAGER: &str = "org/apache/logging/log4j/core/net/JndiManager.class";
const CORE_POM: &str = "META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties";

fn pack(method: CompressionMethod, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn jar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    pack(CompressionMethod::Deflated, entries)
}

fn core_jar(classes: &[&str]) -> Vec<u8> {
    let pom: &[u8] = b"groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion=2.14.1\n";
    let mut entries = vec![(CORE_POM, pom)];
    entries.extend(classes.iter().map(|class| (*class, b"\xca\xfe\xba\xbe".as_slice())));
    jar(&entries)
}

fn reading(file: &str, bytes: &[u8]) -> Result<Reading, ReadError> {
    let source = Source::from(bytes.to_vec());
    read(open(&source)?, &source, file, &mut Tally::default())
}

fn document(file: &str, bytes: &[u8]) -> Result<Document, ReadError> {
    reading(file, bytes).map(|reading| reading.document)
}

/// Each component as `name@version at place`.
fn listed(document: &Document) -> Vec<String> {
    let text = |declared: &Declared| {
        let version = declared.version.as_deref().unwrap_or("?");
        let inside = declared.inside.as_deref().unwrap_or(".");
        format!("{}@{version} at {inside}", declared.name)
    };
    document.components.iter().map(text).collect()
}

fn detail(declared: &Declared) -> (Reason, &str) {
    let why = declared.not_evaluated.as_ref().unwrap();
    (why.reason, why.detail.as_deref().unwrap_or_default())
}

#[test]
fn nested_archives_are_found_stored_and_deflated() {
    let core = core_jar(&[LOOKUP]);
    for method in [CompressionMethod::Stored, CompressionMethod::Deflated] {
        let war = pack(method, &[("WEB-INF/lib/log4j-core-2.14.1.jar", &core)]);
        let ear = pack(method, &[("META-INF/MANIFEST.MF", b""), ("app.war", &war)]);
        let document = document("all.ear", &ear).unwrap();
        assert_eq!(
            listed(&document),
            ["app@? at app.war", "log4j-core@2.14.1 at app.war!/WEB-INF/lib/log4j-core-2.14.1.jar"]
        );
        assert!(matches!(document.about, About::Apart(ref subject) if subject.name == "all"));
        assert!(document.warnings.is_empty());
    }
}

#[test]
fn every_pom_properties_of_a_shaded_jar_is_a_component_once() {
    let bytes = jar(&[
        ("META-INF/maven/a.b/one/pom.properties", b"groupId=a.b\nartifactId=one\nversion=1\n"),
        ("x/META-INF/maven/a.b/one/pom.properties", b"groupId=a.b\nartifactId=one\nversion=1\n"),
        ("META-INF/maven/a.b/two/pom.properties", b"version=2\n"),
        ("META-INF/maven/a.b/three/pom.properties", b"#nothing\n"),
        ("config/pom.properties", b"colour=red\n"),
    ]);
    let document = document("one-1.jar", &bytes).unwrap();
    assert_eq!(
        listed(&document),
        [
            "one@1 at META-INF/maven/a.b/one/pom.properties",
            "two@2 at META-INF/maven/a.b/two/pom.properties",
            "three@? at META-INF/maven/a.b/three/pom.properties",
        ]
    );
    assert_eq!(document.components[1].purls, ["pkg:maven/a.b/two@2"]);
    assert_eq!(document.about, About::Listed(0));
}

#[test]
fn a_removed_lookup_is_seen_where_classes_of_log4j_core_are() {
    let facts = |classes: &[&str]| {
        let document = document("log4j-core-2.14.1.jar", &core_jar(classes)).unwrap();
        document.components[0].facts.clone()
    };
    let absent = Fact::JndiLookupAbsent {
        archive: "log4j-core-2.14.1.jar".to_owned(),
        seen: MANAGER.to_owned(),
    };
    assert_eq!(facts(&[MANAGER]), [absent]);
    assert_eq!(facts(&[MANAGER, LOOKUP]), []);
    // nothing of log4j-core is there: its classes may be anywhere
    assert_eq!(facts(&[]), []);
    assert_eq!(facts(&["com/example/Main.class"]), []);
    let moved = "META-INF/versions/9/org/apache/logging/log4j/core/lookup/JndiLookup.class";
    assert_eq!(facts(&[MANAGER, moved]), []);
}

#[test]
fn archives_that_hold_the_lookup_are_told() {
    let (cleaned, whole) = (core_jar(&[MANAGER]), core_jar(&[LOOKUP]));
    let war = jar(&[("WEB-INF/lib/core.jar", &cleaned), ("WEB-INF/lib/other.jar", &whole)]);
    let reading = reading("d.zip!/a.war", &war).unwrap();
    assert_eq!(reading.lookups, ["d.zip!/a.war!/WEB-INF/lib/other.jar"]);
    let facts: Vec<&Fact> = reading.document.components.iter().flat_map(|c| &c.facts).collect();
    let absent = Fact::JndiLookupAbsent {
        archive: "d.zip!/a.war!/WEB-INF/lib/core.jar".to_owned(),
        seen: MANAGER.to_owned(),
    };
    assert_eq!(facts, [&absent]);
}

#[test]
fn log4j_core_without_a_description_is_found_by_its_classes() {
    let shaded = "shaded/org/apache/logging/log4j/core/lookup/JndiLookup.class";
    let renamed = "com/acme/l4j/core/appender/db/jdbc/JdbcAppender.class";
    let bytes = jar(&[(shaded, b""), (renamed, b"")]);
    let document = document("app.jar", &bytes).unwrap();
    let core = document.components.iter().find(|c| c.name == "log4j-core").unwrap();
    assert_eq!(core.purls, ["pkg:maven/org.apache.logging.log4j/log4j-core"]);
    let (reason, detail) = detail(core);
    assert_eq!(reason, Reason::NoVersion);
    assert!(detail.contains(shaded) && detail.contains(renamed), "{detail}");
}

#[test]
fn log4j_core_without_a_description_takes_the_version_of_its_name() {
    let bytes = jar(&[(LOOKUP, b"")]);
    for (file, version) in [("log4j-core-2.14.1.jar", Some("2.14.1")), ("core.jar", None)] {
        let document = document(file, &bytes).unwrap();
        let core = document.components.iter().find(|c| c.name == "log4j-core").unwrap();
        assert_eq!(core.version.as_deref(), version, "{file}");
        assert_eq!(core.not_evaluated.is_none(), version.is_some(), "{file}");
        assert_eq!(core.certainty, Certainty::Low);
    }
    let manifest: &[u8] = b"Implementation-Title: Apache Log4j Core\nImplementation-Version: 2.3\n";
    let bytes = jar(&[("META-INF/MANIFEST.MF", manifest), (LOOKUP, b"")]);
    assert_eq!(listed(&document("x.jar", &bytes).unwrap()), ["log4j-core@2.3 at ."]);
}

#[test]
fn an_archive_that_only_its_name_speaks_of_has_no_verdict() {
    let manifest: &[u8] = b"Implementation-Title: spring-core\nImplementation-Version: 5.3.8\n";
    let bytes = jar(&[
        ("META-INF/MANIFEST.MF", manifest),
        ("org/springframework/core/A.class", b""),
        ("org/springframework/util/B.class", b""),
    ]);
    for file in ["spring-core-5.3.8.jar", "s.jar"] {
        let document = document(file, &bytes).unwrap();
        assert_eq!(listed(&document), ["spring-core@5.3.8 at ."]);
        assert_eq!(document.about, About::Listed(0), "alone it is no empty document");
        let (reason, detail) = detail(&document.components[0]);
        assert_eq!(reason, Reason::NoIdentifier);
        assert!(detail.contains("org.springframework"), "{detail}");
    }
}

#[test]
fn a_nested_archive_that_cannot_be_read_is_named() {
    let mut cut = core_jar(&[LOOKUP]);
    cut.truncate(cut.len() / 2);
    let bytes =
        jar(&[("lib/cut.jar", &cut), ("lib/empty.jar", b""), ("lib/text.txt", b"PK\x03\x04")]);
    let document = document("app.jar", &bytes).unwrap();
    assert_eq!(listed(&document), ["cut.jar@? at lib/cut.jar", "empty.jar@? at lib/empty.jar"]);
    assert_eq!(detail(&document.components[0]).0, Reason::NoIdentifier);
    assert_eq!(document.warnings.len(), 2);
    assert!(document.warnings[0].message.starts_with("lib/cut.jar is a zip archive without"));
}

#[test]
fn nesting_ends_at_the_eighth_archive() {
    let mut bytes = core_jar(&[LOOKUP]);
    for _ in 0..MAX_DEPTH - 1 {
        bytes = jar(&[("n.jar", &bytes)]);
    }
    let names = |bytes: &[u8]| -> Vec<String> {
        document("top.jar", bytes).unwrap().components.into_iter().map(|c| c.name).collect()
    };
    assert!(names(&bytes).contains(&"log4j-core".to_owned()));
    let deeper = jar(&[("n.jar", &bytes)]);
    let found = document("top.jar", &deeper).unwrap();
    assert!(!names(&deeper).contains(&"log4j-core".to_owned()));
    assert!(found.warnings[0].message.contains("stands in more than 7 other archives"));
}

#[test]
fn a_bomb_is_not_unpacked() {
    let zeros = vec![0_u8; (RATIO_FROM as usize) * 4];
    let bytes = jar(&[("META-INF/MANIFEST.MF", b""), ("lib/bomb.jar", &zeros)]);
    assert!(bytes.len() < 200_000);
    let document = document("app.jar", &bytes).unwrap();
    assert!(detail(&document.components[0]).1.contains("200 times"));
}

#[test]
fn the_limits_hold_for_all_archives_of_a_file_together() {
    let source = Source::from(jar(&[("a.jar", &core_jar(&[]))]));
    let read = |tally: &mut Tally| read(open(&source).unwrap(), &source, "x.jar", tally);
    let mut tally = Tally::default();
    read(&mut tally).unwrap();
    assert_eq!((tally.archives, tally.is_spent()), (2, false));
    for mut tally in [
        Tally { archives: MAX_ARCHIVES, ..Tally::default() },
        Tally { entries: MAX_ALL_ENTRIES, ..Tally::default() },
        Tally { unpacked: MAX_UNPACKED, ..Tally::default() },
    ] {
        let error = read(&mut tally).unwrap_err();
        assert!(error.cause.contains("more than"), "{error}");
        assert!(tally.is_spent());
    }
}

#[test]
fn a_damaged_archive_is_refused() {
    let whole = core_jar(&[LOOKUP]);
    for length in [4, 30, whole.len() / 2, whole.len() - 1] {
        assert!(document("cut.jar", &whole[..length]).is_err(), "{length} bytes");
    }
    // a byte of the packed pom.properties is turned over
    let mut turned = whole.clone();
    turned[30 + CORE_POM.len() + 20] ^= 0xff;
    let error = document("turned.jar", &turned).unwrap_err();
    assert!(error.cause.contains("pom.properties, which is damaged"), "{error}");
}

#[test]
fn an_encrypted_description_is_refused() {
    let mut bytes = core_jar(&[LOOKUP]);
    bytes[6] |= 1;
    let directory = memchr::memmem::find(&bytes, b"PK\x01\x02").unwrap();
    bytes[directory + 8] |= 1;
    let error = document("secret.jar", &bytes).unwrap_err();
    assert_eq!(error.cause, format!("holds {CORE_POM}, which is encrypted"));
}

#[test]
fn documents_with_a_folder_meta_inf_are_no_java_archives() {
    let is = |file: &str, entries: &[(&str, &[u8])]| {
        is_java(&open(&Source::from(jar(entries))).unwrap(), file)
    };
    assert!(!is("a.jar", &[("META-INF/manifest.xml", b""), ("content.xml", b"")]));
    assert!(!is("a.jar", &[("bom.json", b"{}")]));
    assert!(!is("a.zip", &[("bom.json", b"{}"), ("lib/a.jar", b"")]));
    assert!(is("a.zip", &[("META-INF/MANIFEST.MF", b"")]));
    assert!(is("a.zip", &[("a/B.class", b"")]));
    assert!(is("a.aar", &[("classes.jar", b"")]));
}

#[test]
fn no_damage_brings_the_reader_down() {
    let core = core_jar(&[LOOKUP, MANAGER]);
    let war = pack(CompressionMethod::Stored, &[("WEB-INF/lib/a.jar", &core)]);
    let whole = jar(&[("META-INF/MANIFEST.MF", b"A: b\n"), ("a.war", &war), ("b.jar", &core)]);
    for archive in [core, war, whole] {
        let mut state = 1_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % below
        };
        for _ in 0..500 {
            let mut bytes = archive.clone();
            for _ in 0..=random(4) {
                let at = random(bytes.len());
                bytes[at] = [0, 0xff, 0x7f, 1, b'P'][random(5)];
            }
            bytes.truncate(bytes.len() - random(3) * random(20));
            let _ = document("a.jar", &bytes);
        }
    }
}

#[test]
fn an_android_library_is_one_component() {
    let code = jar(&[("com/example/A.class", b"")]);
    let bytes = jar(&[("AndroidManifest.xml", b""), ("classes.jar", &code)]);
    assert_eq!(listed(&document("view-1.2.aar", &bytes).unwrap()), ["view@1.2 at ."]);
    let code = jar(&[(LOOKUP, b"")]);
    let bytes = jar(&[("AndroidManifest.xml", b""), ("classes.jar", &code)]);
    assert_eq!(listed(&document("view-1.2.aar", &bytes).unwrap()), ["log4j-core@? at classes.jar"]);
}
