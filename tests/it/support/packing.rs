//! Archives and compressed files, made as tests need them.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(crate) use zip::CompressionMethod;

/// A zip with these entries.
pub(crate) fn zip(method: CompressionMethod, entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(method);
    for (name, bytes) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A zip as jars are: compressed.
pub(crate) fn jar(entries: &[(&str, &[u8])]) -> Vec<u8> {
    zip(CompressionMethod::Deflated, entries)
}

/// A tar with these files.
pub(crate) fn tar(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut to = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_ustar();
        // as a hostile writer would: the crate itself refuses `..`
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        to.append(&header, *bytes).unwrap();
    }
    to.into_inner().unwrap()
}

/// Compressed by gzip.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut to = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

/// Compressed by bzip2.
pub(crate) fn bzip2(bytes: &[u8]) -> Vec<u8> {
    let mut to = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::best());
    to.write_all(bytes).unwrap();
    to.finish().unwrap()
}

/// The `pom.properties` of an artifact, with its place.
pub(crate) fn pom(group: &str, artifact: &str, version: &str) -> (String, Vec<u8>) {
    let path = format!("META-INF/maven/{group}/{artifact}/pom.properties");
    let text = format!("groupId={group}\nartifactId={artifact}\nversion={version}\n");
    (path, text.into_bytes())
}

/// log4j-core 2.14.1 with these classes and these other entries.
pub(crate) fn core_jar(classes: &[&str], others: &[(&str, &[u8])]) -> Vec<u8> {
    let (path, text) = pom("org.apache.logging.log4j", "log4j-core", "2.14.1");
    let mut entries: Vec<(&str, &[u8])> = vec![("META-INF/MANIFEST.MF", b""), (&path, &text)];
    entries.extend(classes.iter().map(|class| (*class, b"\xca\xfe\xba\xbe".as_slice())));
    entries.extend(others);
    jar(&entries)
}

// Each test file uses a part of it; here all of it counts as used.
const _: () = {
    let _ = (zip, jar, tar, gzip, bzip2, pom, core_jar);
};
