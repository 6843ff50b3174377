//! Members, labels, limits.

use std::io::{Cursor, Write};

use super::*;
use crate::ingest::document::Nature;

type Found = Vec<(String, Result<String, (String, Nature)>)>;

fn members(bytes: &[u8]) -> Found {
    let mut found = Vec::new();
    each(&Source::from(bytes.to_vec()), "file", &mut |member| {
        let content = member.content.map(|content| match content {
            // short enough to print when a test fails
            Content::Plain(source) => {
                String::from_utf8_lossy(&source.head(100).unwrap()).into_owned()
            }
            Content::Java(_, zip) => format!("Java archive of {}", zip.len()),
        });
        found.push((member.label.to_owned(), content.map_err(|e| (e.cause, e.nature))));
        ControlFlow::Continue(())
    });
    found
}

fn one(label: &str, content: &str) -> Found {
    vec![(label.to_owned(), Ok(content.to_owned()))]
}

/// The one error.
fn refusal(bytes: &[u8]) -> (String, Nature) {
    match members(bytes).as_slice() {
        [(_, Err(error))] => error.clone(),
        other => panic!("{other:?}"),
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut to = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

/// A frame (RFC 8878 §3.1.1) of blocks that are each one byte, many times.
fn zstd_of_runs(blocks: usize, run: u32, byte: u8) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    for number in 1..=blocks {
        let header = u32::from(number == blocks) | 1 << 1 | run << 3;
        frame.extend(header.to_le_bytes().iter().take(3));
        frame.push(byte);
    }
    frame
}

fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut to = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        to.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(bytes).unwrap();
    }
    to.finish().unwrap().into_inner()
}

fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut to = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        // as a hostile writer would: the crate itself refuses `..`
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        to.append(&header, *bytes).unwrap();
    }
    to.into_inner().unwrap()
}

/// `abc`, by xz 5.
const XZ: [u8; 60] = [
    0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x04, 0xe6, 0xd6, 0xb4, 0x46, 0x02, 0x00, 0x21, 0x01,
    0x1c, 0x00, 0x00, 0x00, 0x10, 0xcf, 0x58, 0xcc, 0x01, 0x00, 0x02, 0x61, 0x62, 0x63, 0x00, 0x00,
    0x27, 0x76, 0x27, 0x1a, 0x4a, 0x09, 0xd8, 0x2c, 0x00, 0x01, 0x1b, 0x03, 0x0b, 0x2f, 0xb9, 0x10,
    0x1f, 0xb6, 0xf3, 0x7d, 0x01, 0x00, 0x00, 0x00, 0x00, 0x04, 0x59, 0x5a,
];

#[test]
fn every_compression_is_told_by_its_first_bytes() {
    assert_eq!(members(b"abc"), one("", "abc"));
    assert_eq!(members(&gzip(b"abc")), one("", "abc"));
    assert_eq!(members(&bzip2(b"abc")), one("", "abc"));
    assert_eq!(members(&XZ), one("", "abc"));
    assert_eq!(members(&zstd_of_runs(2, 3, b'x')), one("", "xxxxxx"));
}

#[test]
fn streams_one_behind_the_other_are_one_file() {
    assert_eq!(members(&gzip(b"ab").repeat(2)), one("", "abab"));
    assert_eq!(members(&bzip2(b"ab").repeat(2)), one("", "abab"));
    assert_eq!(members(&XZ.repeat(2)), one("", "abcabc"));
    let skippable = [b"\x50\x2a\x4d\x18\x03\0\0\0???".as_slice(), &zstd_of_runs(1, 2, b'x')];
    assert_eq!(members(&skippable.concat().repeat(2)), one("", "xxxx"));
}

#[test]
fn four_layers_are_opened_and_no_more() {
    let mut bytes = b"abc".to_vec();
    for _ in 0..4 {
        bytes = gzip(&bytes);
    }
    assert_eq!(members(&bytes), one("", "abc"));
    assert_eq!(refusal(&gzip(&bytes)).0, "is packed more than 4 times");
}

#[test]
fn archives_are_folders_and_names_are_labels() {
    let files: [(&str, &[u8]); 7] = [
        (".\\w\\a.json", b"0"),
        ("w\\.git\\a.json", b"0"),
        ("./a/b.json", b"1"),
        ("../../etc/x.json", b"2"),
        (".hidden/c.json", b"3"),
        ("/d\x1b[31m.json", b"4"),
        ("e.json.gz", &gzip(b"5")),
    ];
    let expected: Found = [
        ("!/.\\w\\a.json", "0"),
        ("!/a/b.json", "1"),
        ("!/../../etc/x.json", "2"),
        ("!/d\u{fffd}[31m.json", "4"),
        ("!/e.json.gz", "5"),
    ]
    .map(|(label, text)| (label.to_owned(), Ok(text.to_owned())))
    .into();
    assert_eq!(members(&zip(&files)), expected);
    assert_eq!(members(&tar(&files)), expected);
    assert_eq!(members(&gzip(&tar(&files))), expected);
}

#[test]
fn an_archive_in_an_archive_has_a_label_of_both() {
    let inner = zip(&[("b.json", b"1")]);
    assert_eq!(members(&tar(&[("a.zip", &inner)])), one("!/a.zip!/b.json", "1"));
}

#[test]
fn java_archives_are_members_of_their_own_wherever_they_lie() {
    for name in ["META-INF/MANIFEST.MF", "a/B.class", "BOOT-INF/lib/a.jar"] {
        let jar = zip(&[("sbom.json", b"{}"), (name, b"")]);
        let is_java = |label: &str| one(label, "Java archive of 2");
        assert_eq!(members(&jar), is_java(""));
        assert_eq!(members(&gzip(&jar)), is_java(""));
        assert_eq!(members(&zip(&[("lib/a.jar", &jar)])), is_java("!/lib/a.jar"));
        assert_eq!(members(&gzip(&tar(&[("b", &jar)]))), is_java("!/b"));
    }
}

#[test]
fn a_zip_of_jars_is_a_folder_unless_it_is_called_a_java_archive() {
    let core = zip(&[("a/B.class", b"")]);
    let lib = zip(&[("lib/core.jar", &core), ("sbom.json", b"{}")]);
    let found = members(&lib);
    assert_eq!(found[0], one("!/lib/core.jar", "Java archive of 1")[0]);
    assert_eq!(found[1], one("!/sbom.json", "{}")[0]);
    assert_eq!(members(&tar(&[("a.ear", &lib)])), one("!/a.ear", "Java archive of 2"));
}

#[test]
fn what_is_large_and_packed_again_goes_the_same_way_through_a_file() {
    let mut state = 1_u64;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 56) as u8
    };
    let noise: Vec<u8> = (0..9 << 20).map(|_| next()).collect();
    let jar = zip(&[("a/B.class", noise.as_slice())]);
    assert!(jar.len() as u64 > crate::files::IN_MEMORY);
    assert_eq!(members(&gzip(&tar(&[("b.jar", &jar)]))), one("!/b.jar", "Java archive of 1"));
}

#[test]
fn the_visitor_ends_the_visit() {
    let mut seen = 0;
    let files = zip(&[("a", b"1"), ("b", b"2"), ("c", b"3")]);
    each(&Source::from(tar(&[("x.zip", &files), ("y", b"4")])), "file", &mut |_| {
        seen += 1;
        if seen == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(seen, 2);
}

#[test]
fn bombs_are_refused_early() {
    let zeros = vec![0; 20_000_000];
    for bomb in [
        gzip(&zeros).repeat(100),
        bzip2(&zeros).repeat(100),
        zstd_of_runs(16 * 1024, 128 * 1024, 0),
        gzip(&gzip(&zeros).repeat(100)),
        zip(&[("a", zeros.as_slice()), ("b", &zeros), ("c", &zeros), ("d", &zeros)]),
        gzip(&tar(&[("a", &zeros), ("b", &zeros), ("c", &zeros), ("d", &zeros)])),
    ] {
        let found = members(&bomb);
        let (_, last) = found.last().unwrap();
        let (cause, nature) = last.as_ref().unwrap_err();
        assert!(cause.starts_with("unpacks to more than "), "{cause}");
        assert!(cause.ends_with(" MiB: refused"), "{cause}");
        assert_eq!(*nature, Nature::Broken);
    }
}

#[test]
fn what_came_out_of_a_damaged_stream_decides_whether_it_was_a_document() {
    // stored, not compressed, so that the mark is in what comes out
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
    to.write_all(b"{\"bomFormat\": \"CycloneDX\", \"components\": []}").unwrap();
    let whole = to.finish().unwrap();
    let (cause, nature) = refusal(&whole[..whole.len() - 10]);
    assert_eq!(cause, "is damaged gzip: the file is truncated");
    assert_eq!(nature, Nature::Broken);
    let (cause, nature) = refusal(&gzip(b"something else")[..20]);
    assert_eq!(
        (cause.as_str(), nature),
        ("is damaged gzip: the file is truncated", Nature::Foreign)
    );
    for whole in [bzip2(&[7; 999]), XZ.to_vec(), zstd_of_runs(2, 9, 1)] {
        let (cause, _) = refusal(&whole[..whole.len() - 3]);
        assert!(cause.ends_with(": the file is truncated"), "{cause}");
    }
}

#[test]
fn a_window_that_would_fill_the_memory_is_refused() {
    let mut bytes = zstd_of_runs(1, 2, b'x');
    bytes[5] = 0xf8;
    assert!(refusal(&bytes).0.starts_with("is damaged zstd: "), "{:?}", refusal(&bytes));
}

#[test]
fn damaged_archives_are_told() {
    let whole = zip(&[("a.json", b"{}")]);
    let (cause, nature) = refusal(&whole[..20]);
    assert!(cause.starts_with("is a zip archive without a directory"), "{cause}");
    assert_eq!(nature, Nature::Foreign);
    let java = zip(&[("META-INF/MANIFEST.MF", b"")]);
    assert_eq!(refusal(&tar(&[("a.jar", &java[..60])])).1, Nature::Broken);
    let whole = tar(&[("a.json", b"{}"), ("b.json", &[b' '; 2000])]);
    let found = members(&whole[..2000]);
    assert_eq!(found[0], one("!/a.json", "{}")[0]);
    assert!(found.last().unwrap().1.is_err(), "{found:?}");
}
