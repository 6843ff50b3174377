//! One package cannot check its own layers, so this test does: every room uses only rooms that stand
//! before it.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms, from the ground up. Rooms of one line may not know each other.
const LAYERS: [&[&str]; 16] = [
    &["inventory", "purl", "ids", "version"],
    &["files"],
    &["config", "net"],
    &["advisory"],
    &["maven"],
    &["evidence"],
    &["ingest"],
    &["matching"],
    &["judge"],
    &["remedy"],
    &["pipeline"],
    &["fix", "review"],
    &["audit"],
    &["report"],
    &["serve"],
    &["cli"],
];

/// The ground floor is one: names, components and versions speak of each other.
const GROUND: usize = 0;

fn layer(room: &str) -> Option<usize> {
    LAYERS.iter().position(|rooms| rooms.contains(&room))
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

fn room_of(path: &Path, src: &Path) -> String {
    let first = path.strip_prefix(src).unwrap().components().next().unwrap();
    first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned()
}

/// The rooms that a file names: `crate::room` anywhere outside comments, braces of `use` included.
fn rooms_used(text: &str) -> Vec<String> {
    let code: Vec<&str> = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    let mut used = Vec::new();
    for part in code.split("crate::").skip(1) {
        let names = match part.strip_prefix('{') {
            Some(list) => list.split('}').next().unwrap_or(list).to_owned(),
            None => part.to_owned(),
        };
        let several = part.starts_with('{');
        for name in names.split(',').take(if several { usize::MAX } else { 1 }) {
            let end = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            used.push(name.trim().split(end).next().unwrap_or_default().to_owned());
        }
    }
    used
}

#[test]
fn every_room_uses_only_rooms_below_it() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let mut faults = Vec::new();
    for file in &files {
        let room = room_of(file, &src);
        if room == "lib" || room == "main" {
            continue;
        }
        let own = layer(&room).unwrap_or_else(|| panic!("{room} stands in no layer"));
        for used in rooms_used(&fs::read_to_string(file).unwrap()) {
            let Some(other) = layer(&used) else { continue };
            let allowed = used == room || other < own || (other == own && own == GROUND);
            if !allowed {
                faults.push(format!("{} uses {used}", file.strip_prefix(&src).unwrap().display()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn names_in_braces_are_seen() {
    assert_eq!(rooms_used("use crate::{ids::AdvisoryId, matching};"), ["ids", "matching"]);
    assert_eq!(rooms_used("// crate::cli\nuse crate::report::Report;"), ["report"]);
}

/// Crates by how they are named in code, and the rooms that may name them.
const DOORS: &[(&str, &str)] = &[
    ("clap::", "cli"),
    ("semver::Version", "version"),
    ("cyclonedx_bom::", "review"),
    ("spdx_rs::", "review"),
    ("quick_xml::", "ingest review"),
    ("saphyr_parser::", "ingest evidence"),
    ("roxmltree::", "maven evidence"),
    ("packageurl::", "purl"),
    ("cvss::", "advisory"),
    ("toml::from_str", "config"),
    ("toml::de::", "config audit"),
    ("spdx::Expression", "config"),
    ("cel::", "config"),
    ("zip::", "advisory ingest"),
    ("flate2::", "advisory ingest"),
    ("memmap2::", "files"),
    ("twox_hash::", "advisory"),
    ("aes::", "maven"),
    ("cbc::", "maven"),
    ("sha1::", "maven"),
    ("md5::", "maven"),
    ("base64::engine", "maven net"),
    ("use ring::", "review audit serve"),
    ("webpki::", "review"),
    ("pki_types::", "review net"),
    ("x509_cert::", "review"),
    ("blake2::", "review"),
    ("bzip2::", "ingest"),
    ("lzma_rust2::", "ingest"),
    ("ruzstd::", "ingest"),
    ("tar::Archive", "ingest"),
    ("similar::", "fix"),
    ("ignore::", "files"),
    ("reqwest::", "net"),
    ("lettre::", "net config"),
    ("minijinja::", "audit"),
    ("rustls::", "net"),
    ("TcpListener", "net"),
    ("TcpStream", "net"),
    ("UdpSocket", "net"),
    ("hyper::", "net"),
    ("hyper_util::", "net"),
    ("http_body_util::", "net"),
    ("tokio::", "net"),
    ("futures_util::", "net"),
    ("form_urlencoded::", "serve"),
    ("std::fs::", "files"),
    ("rusqlite::", "audit"),
    ("use postgres::", "net audit"),
    ("tokio::", "net"),
    ("tokio_rustls::", "net"),
];

#[test]
fn third_party_types_stop_at_a_rooms_door() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let room = room_of(file, &src);
        for (name, rooms) in DOORS {
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let used = code.into_iter().any(|line| line.contains(name));
            assert!(!used || rooms.contains(&room), "{} uses {name}", file.display());
        }
    }
}

/// The proof that stands beside the unsafe call of `files/map.rs` is about files of advisory data, and
/// the one of `main.rs` is how the process ends; no other place may need one.
#[test]
fn unsafe_code_stands_in_two_files_and_one_of_them_is_used_for_one_thing() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    let holding = |mark: &str| -> Vec<String> {
        let named = |path: &PathBuf| {
            let text = fs::read_to_string(path).unwrap();
            let mut code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            code.any(|line| line.contains(mark))
        };
        let found = files.iter().filter(|path| named(path));
        found.map(|path| path.strip_prefix(&src).unwrap().display().to_string()).collect()
    };
    assert_eq!(holding("unsafe {"), ["files/map.rs", "main.rs"]);
    assert_eq!(holding("unsafe fn"), [""; 0]);
    assert_eq!(holding("Map::open("), ["advisory/store/mod.rs", "files/map.rs"]);
}
