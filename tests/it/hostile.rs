//! Inputs made to do harm: bombs, names that climb out of folders, circles, keys that stand twice, depth
//! without end, one text of a gigabyte. Each ends with a verdict or one line, within time and memory.
//!
//! Those that take minutes or gigabytes are ignored in the normal run: `just hostile` runs them.

use crate::support;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::cost::{Run, run};
use crate::support::packing::{CompressionMethod, bzip2, core_jar, gzip, jar, tar, zip};

const MIB: u64 = 1 << 20;

/// What no small input may cost, also where nothing is optimised.
const SMALL: (u64, Duration) = (256 * MIB, Duration::from_secs(20));

const CORE: &str = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1";

/// A folder with this file in it.
fn folder(name: &str, bytes: &[u8]) -> TempDir {
    let folder = support::temp_dir();
    support::write(&folder.path().join(name), bytes);
    folder
}

/// Scans the bytes within the limits of small inputs.
fn scan(name: &str, bytes: &[u8]) -> Run {
    let folder = folder(name, bytes);
    let run = run(folder.path(), &["scan", "-f", "json", name]);
    run.at_most(SMALL.0, SMALL.1);
    run
}

/// The one line that refuses the bytes.
fn refusal(name: &str, bytes: &[u8]) -> String {
    let run = scan(name, bytes);
    assert_eq!((run.status.code(), run.stdout.as_str()), (Some(3), ""), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    run.stderr.trim_end().to_owned()
}

/// Whether log4j-core 2.14.1 was found out.
fn is_flagged(run: &Run) -> bool {
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    findings.iter().any(|f| f["advisory"]["id"] == "CVE-2021-44228" && f["status"] == "open")
}

/// A frame of Zstandard (RFC 8878 §3.1.1): 16,384 blocks of one byte, 128 KiB times each, which are
/// 64 kB that hold 2 GiB.
fn zstd_bomb() -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    for _ in 0..16_384 {
        let header: u32 = 1 << 1 | (128 * 1024) << 3;
        frame.extend_from_slice(&header.to_le_bytes()[..3]);
        frame.push(0);
    }
    frame
}

#[test]
fn bombs_of_seventy_kilobytes_are_refused_in_time_and_memory() {
    let zeros = vec![0; 20_000_000];
    for (name, bomb) in [
        ("bomb.bz2", bzip2(&zeros).repeat(110)),
        ("bomb.zst", zstd_bomb()),
        // one layer of gzip shrinks to a thousandth at best, two shrink to almost nothing
        ("twice.gz", gzip(&gzip(&zeros).repeat(110))),
        ("tar.gz", gzip(&gzip(&tar(&[("a", &zeros)])).repeat(110))),
        ("zip.zip", jar(&[("a.gz", &gzip(&zeros).repeat(110))])),
    ] {
        assert!(bomb.len() <= 70_000, "{name}: {}", bomb.len());
        let line = refusal(name, &bomb);
        assert!(line.starts_with(&format!("error: could not read {name}")), "{line}");
        assert!(line.ends_with(": unpacks to more than 64 MiB: refused"), "{line}");
    }
}

#[test]
fn a_bomb_in_a_java_archive_is_named_and_costs_no_more() {
    let bomb = jar(&[("META-INF/MANIFEST.MF", b""), ("lib/bomb.jar", &vec![0; 100_000_000])]);
    let run = scan("app.jar", &bomb);
    assert_eq!(run.status.code(), Some(3));
    assert!(run.stdout.contains("grows to more than 200 times its size"), "{}", run.stdout);
}

#[test]
#[ignore = "unpacks 4 GiB; just hostile"]
fn the_limits_hold_for_all_java_archives_of_a_packed_file_together() {
    let bomb = jar(&[("META-INF/MANIFEST.MF", b""), ("lib/bomb.jar", &vec![0; 64 << 20])]);
    let names: Vec<String> = (0..300).map(|number| format!("{number}.jar")).collect();
    let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &*bomb)).collect();
    let folder = folder("bombs.tar", &tar(&files));
    let run = run(folder.path(), &["scan", "-f", "json", "bombs.tar"]);
    run.at_most(SMALL.0, Duration::from_secs(60));
    assert_eq!(run.status.code(), Some(3));
    // each bomb is given up after 16 MiB, and 256 of them are 4 GiB
    let report: Value = serde_json::from_str(&run.stdout).unwrap();
    let inputs = report["inputs"].as_array().unwrap().len();
    assert!((200..=256).contains(&inputs), "{inputs}");
    assert!(report["gate"]["reasons"].to_string().contains("unpacks to more than 4 GiB"));
}

#[test]
fn names_that_climb_out_of_a_folder_are_labels() {
    let core = core_jar(&[], &[]);
    let slips: [(&str, &[u8]); 4] = [
        ("../../../tmp/evil.jar", &core),
        ("/etc/evil.jar", &core),
        ("..\\..\\evil.jar", &core),
        ("a/../../evil\n\u{1b}[2J.jar", &core),
    ];
    for (name, bytes) in [("d.zip", jar(&slips)), ("d.tar", tar(&slips))] {
        let outer = support::temp_dir();
        let inner = outer.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        support::write(&inner.join(name), &bytes);
        let run = run(&inner, &["scan", "-f", "json", name]);
        assert!(is_flagged(&run));
        let report: Value = serde_json::from_str(&run.stdout).unwrap();
        let paths: Vec<&str> = report["inputs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|i| i["path"].as_str().unwrap())
            .collect();
        assert_eq!(
            paths,
            [
                "../../../tmp/evil.jar",
                "etc/evil.jar",
                "..\\..\\evil.jar",
                "a/../../evil\u{fffd}\u{fffd}[2J.jar"
            ]
            .map(|label| format!("{name}!/{label}"))
        );
        assert_eq!(support::entries(&inner).len(), 1, "nothing is written");
        assert_eq!(support::entries(outer.path()).len(), 1, "nothing is written");
    }
}

#[test]
fn links_in_a_tar_lead_nowhere() {
    let mut to = tar::Builder::new(Vec::new());
    for kind in [tar::EntryType::Symlink, tar::EntryType::Link] {
        let mut header = tar::Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(0);
        to.append_link(&mut header, "sbom.json", "bom.json").unwrap();
    }
    let folder = folder("d.tar", &to.into_inner().unwrap());
    let bom =
        json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"purl": CORE}]});
    support::write(&folder.path().join("bom.json"), bom.to_string().as_bytes());
    let run = run(folder.path(), &["scan", "d.tar"]);
    assert_eq!(
        run.stderr,
        "error: could not read d.tar: holds no bill of materials (0 files looked at)\n"
    );
}

/// A document of so many components, each of which needs those that `needs` names; the last is
/// log4j-core.
fn graph(count: usize, needs: impl Fn(usize) -> Vec<usize>) -> Vec<u8> {
    let purl =
        |n: usize| if n + 1 == count { CORE.to_owned() } else { format!("pkg:maven/g/n{n}@1") };
    let component = |n: usize| json!({"bom-ref": n.to_string(), "name": "n", "purl": purl(n)});
    let edges = |n: usize| {
        let to: Vec<String> = needs(n).iter().map(usize::to_string).collect();
        json!({"ref": n.to_string(), "dependsOn": to})
    };
    let subject = json!({"component": {"name": "app", "bom-ref": "0"}});
    json!({"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": subject,
        "components": (1..count).map(component).collect::<Vec<_>>(),
        "dependencies": (0..count).map(edges).collect::<Vec<_>>()})
    .to_string()
    .into_bytes()
}

#[test]
fn circles_of_dependencies_end() {
    const COUNT: usize = 5_000;
    let ring = graph(COUNT, |n| vec![(n + 1) % COUNT]);
    let knot = graph(400, |_| (0..400).collect());
    let selves = graph(COUNT, |n| vec![n, n, 0, COUNT - 1]);
    for (name, bytes) in [("ring.json", ring), ("knot.json", knot), ("selves.json", selves)] {
        assert!(is_flagged(&scan(name, &bytes)), "{name}");
        let folder = folder(name, &bytes);
        let tree = run(folder.path(), &["scan", "--list=tree", name]);
        tree.at_most(SMALL.0, SMALL.1);
        assert_eq!(tree.status.code(), Some(0), "{name}: {}", tree.stderr);
        assert!(tree.stdout.contains("log4j-core"), "{name}");
        assert!(tree.stdout.len() < 20_000_000, "{name}: a tree of {} bytes", tree.stdout.len());
    }
}

#[test]
fn circles_in_files_end() {
    let yaml = "spdxVersion: SPDX-2.3\npackages: &p\n- *p\n";
    assert!(
        refusal("a.yaml", yaml.as_bytes()).ends_with("an alias stands inside of what it names")
    );
    let mut laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (from, to) in ('a'..='y').zip('b'..='z') {
        let list = [format!("*{from}").as_str(); 9].join(",");
        laughs += &format!("{to}: &{to} [{list}]\n");
    }
    laughs += "spdxVersion: SPDX-2.3\npackages: *z\n";
    assert!(refusal("b.yaml", laughs.as_bytes()).contains("its aliases make it"));
    let pom = "<project><modelVersion>4.0.0</modelVersion><parent><groupId>g</groupId>\
        <artifactId>a</artifactId><version>1</version><relativePath>pom.xml</relativePath></parent>\
        <groupId>g</groupId><artifactId>a</artifactId><version>1</version><properties><a>${b}</a>\
        <b>${a}</b></properties><dependencies><dependency><groupId>x</groupId><artifactId>y\
        </artifactId><version>${a}</version></dependency></dependencies></project>";
    let run = scan("pom.xml", pom.as_bytes());
    assert_eq!(run.status.code(), Some(3));
    assert!(run.stdout.contains("unresolved-property"), "{}", run.stdout);
}

#[test]
fn a_second_list_of_the_same_name_hides_nothing() {
    let core = format!(
        r#"{{"name": "log4j-core", "SPDXID": "a", "id": "a", "purl": "{CORE}",
        "externalRefs": [{{"referenceType": "purl", "referenceLocator": "{CORE}"}}]}}"#
    );
    let trivy = format!(
        r#"{{"Target": "t", "Class": "lang-pkgs", "Type": "jar", "Packages":
        [{{"Name": "g:a", "Version": "1", "Identifier": {{"PURL": "{CORE}"}}}}], "Packages": []}}"#
    );
    let node = format!(
        r#"{{"type": "software_Package", "spdxId": "a", "name": "a",
        "software_packageUrl": "{CORE}"}}"#
    );
    for (name, text) in [
        (
            "a.json",
            format!(
                r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{core}], "components": []}}"#
            ),
        ),
        (
            "b.json",
            format!(r#"{{"spdxVersion": "SPDX-2.3", "packages": [{core}], "packages": []}}"#),
        ),
        (
            "c.json",
            format!(
                r#"{{"artifacts": [{core}], "artifacts": [], "artifactRelationships": [], "schema": {{"version": "16.0.0"}}}}"#
            ),
        ),
        (
            "d.json",
            format!(
                r#"{{"SchemaVersion": 2, "ArtifactName": "a", "Results": [{trivy}], "Results": []}}"#
            ),
        ),
        (
            "e.json",
            format!(
                r#"{{"@context": "x", "@graph": [{{"type": "CreationInfo", "specVersion": "3.0.1"}}, {node}], "@graph": []}}"#
            ),
        ),
        (
            "f.yaml",
            format!(
                "bomFormat: CycloneDX\nspecVersion: '1.6'\ncomponents:\n- name: a\n  purl: {CORE}\ncomponents: []\n"
            ),
        ),
    ] {
        let run = scan(name, text.as_bytes());
        assert!(is_flagged(&run), "{name}");
        assert!(run.stdout.contains("stands twice"), "{name}: {}", run.stdout);
    }
}

#[test]
fn depth_without_end_is_refused_in_every_format() {
    const LEVELS: usize = 200_000;
    let rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' \
        xmlns='http://spdx.org/rdf/terms#'><SpdxDocument>";
    let mut proto = Vec::new();
    for _ in 0..3_000 {
        // field 21 of a component: the components in it
        let mut length = proto.len();
        let mut outer = vec![0xaa, 0x01];
        while length >= 0x80 {
            outer.push(length as u8 | 0x80);
            length >>= 7;
        }
        outer.push(length as u8);
        outer.append(&mut proto);
        proto = outer;
    }
    for (name, bytes) in [
        ("a.yaml", format!("spdxVersion: SPDX-2.3\npackages: {}", "[".repeat(LEVELS)).into_bytes()),
        (
            "b.yaml",
            format!("spdxVersion: SPDX-2.3\npackages: {}x", "- ".repeat(LEVELS)).into_bytes(),
        ),
        ("a.rdf", format!("{rdf}{}", "<relationship><Relationship>".repeat(LEVELS)).into_bytes()),
        (
            "a.json",
            format!(r#"{{"SchemaVersion": 2, "Results": {}"#, "[{\"Packages\":".repeat(LEVELS))
                .into_bytes(),
        ),
        ("b.json", format!(r#"{{"@graph": {}"#, "[".repeat(LEVELS)).into_bytes()),
        ("c.json", format!(r#"{{"payload": {}"#, "{\"payload\":".repeat(LEVELS)).into_bytes()),
        ("a.cdx", [b"\x0a\x031.6\x2a".as_slice(), &varint(proto.len()), &proto].concat()),
    ] {
        let line = refusal(name, &bytes);
        assert!(line.starts_with(&format!("error: could not read {name}")), "{line}");
    }
}

fn varint(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

/// A document with one text of so many bytes in it, written piece by piece.
fn with_long_text(path: &Path, length: u64) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    let start = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{"name": "a", "description": ""#;
    file.write_all(start.as_bytes()).unwrap();
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..length >> 20 {
        file.write_all(&piece).unwrap();
    }
    write!(file, r#""}}, {{"name": "log4j-core", "purl": "{CORE}"}}]}}"#).unwrap();
    file.flush().unwrap();
}

/// Reads a document with one long text; the memory may be half as much again as the file.
fn read_long_text(length: u64, time: Duration) {
    let folder = support::temp_dir();
    with_long_text(&folder.path().join("long.json"), length);
    let run = run(folder.path(), &["scan", "-f", "json", "long.json"]);
    assert!(is_flagged(&run), "{}", run.stderr);
    run.at_most(length + length / 2 + 64 * MIB, time);
    println!("{} MiB: {} MiB, {:?}", length >> 20, run.memory >> 20, run.time);
}

#[test]
fn a_long_text_takes_no_more_memory_than_the_file() {
    read_long_text(64 * MIB, Duration::from_secs(30));
}

#[test]
#[ignore = "writes a gigabyte; just hostile"]
fn a_text_of_a_gigabyte_takes_no_more_memory_than_the_file() {
    read_long_text(1024 * MIB, Duration::from_secs(300));
}

/// Bytes that do not compress.
fn noise(count: usize) -> Vec<u8> {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    (0..count).map(|_| next()).collect()
}

/// An archive of two applications, each with a library of so many bytes and log4j-core.
fn enterprise(size: usize) -> Vec<u8> {
    let library = jar(&[("META-INF/MANIFEST.MF", b""), ("data.bin", &noise(size))]);
    let core = core_jar(&[], &[]);
    let war = jar(&[("WEB-INF/lib/core.jar", &core), ("WEB-INF/lib/large.jar", &library)]);
    zip(
        CompressionMethod::Deflated,
        &[("META-INF/application.xml", b""), ("a.war", &war), ("b.war", &war)],
    )
}

#[test]
fn a_large_java_archive_is_read_in_little_memory_however_it_is_packed() {
    let ear = enterprise(9 << 20);
    for (name, bytes) in [
        ("a.ear", ear.clone()),
        ("a.zip", jar(&[("in/a.ear", &ear)])),
        ("a.tgz", gzip(&tar(&[("a.ear", &ear)]))),
    ] {
        let run = scan(name, &bytes);
        assert!(is_flagged(&run), "{name}");
        run.at_most(100 * MIB, SMALL.1);
    }
}

#[test]
#[ignore = "writes gigabytes; just hostile"]
fn half_a_gigabyte_of_java_archives_is_read_in_less_than_200_mib() {
    let ear = enterprise(250 << 20);
    assert!(ear.len() as u64 >= 500 * MIB);
    for (name, bytes) in [("a.tar", tar(&[("a.ear", &ear)])), ("a.ear", ear)] {
        let folder = folder(name, &bytes);
        let run = run(folder.path(), &["scan", "-f", "json", name]);
        assert!(is_flagged(&run), "{name}");
        run.at_most(256 * MIB, Duration::from_secs(300));
        println!("{name}: {} MiB, {:?}", run.memory >> 20, run.time);
    }
}
