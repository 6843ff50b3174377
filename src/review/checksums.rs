//! Lists of digests that were delivered: each file that they name must be as they say.
//!
//! The forms of coreutils (`DIGEST  NAME`, `DIGEST *NAME`), of BSD (`SHA256 (NAME) = DIGEST`), and a
//! digest alone beside the file it is of (`app.jar.sha256`). SHA-256 and SHA-512 are compared.

use std::collections::HashMap;

use super::delivery::{Item, Kind};
use super::{About, Delivery, Evidence, Remark};
use crate::config::ReviewRule;
use crate::ingest::text;

/// One line of such a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checksum {
    /// The line, from 1.
    pub line: usize,
    /// The digest in small hexadecimal digits.
    pub digest: String,
    /// The file that it is of.
    pub file: String,
}

/// Endings of files that hold the digest of the file beside them.
const BESIDE: [&str; 4] = [".sha256", ".sha512", ".sha1", ".md5"];

/// Reads a list of digests; nothing where any line is something else.
#[must_use]
pub fn read(path: &str, text: &str) -> Option<Vec<Checksum>> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let own = BESIDE.iter().find_map(|ending| name.strip_suffix(ending));
    let mut all = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (digest, file) = entry(line, own)?;
        all.push(Checksum {
            line: number + 1,
            digest: digest.to_ascii_lowercase(),
            file: file.trim_start_matches("./").to_owned(),
        });
    }
    Some(all).filter(|all| !all.is_empty())
}

fn entry<'t>(line: &'t str, own: Option<&'t str>) -> Option<(&'t str, &'t str)> {
    if let Some((left, digest)) = line.rsplit_once(") = ") {
        let (_, file) = left.split_once(" (")?;
        return is_digest(digest).then_some((digest, file));
    }
    let (digest, file) = match line.split_once(char::is_whitespace) {
        Some((digest, file)) => (digest, file.trim_start().trim_start_matches('*')),
        None => (line, own?),
    };
    is_digest(digest).then_some((digest, file))
}

/// MD5, SHA-1, SHA-256, SHA-384, SHA-512.
fn is_digest(text: &str) -> bool {
    matches!(text.len(), 32 | 40 | 64 | 96 | 128) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Files that are not what a delivered list of digests says.
#[must_use]
pub fn remarks(delivery: &Delivery) -> Vec<Remark> {
    let lists = delivery.items.iter().filter(|item| item.kind == Kind::Checksums);
    lists.flat_map(|list| of_list(list, delivery)).collect()
}

fn of_list(list: &Item, delivery: &Delivery) -> Vec<Remark> {
    let Ok(bytes) = list.source.bytes() else { return Vec::new() };
    let Ok(text) = text::decode(&bytes) else { return Vec::new() };
    let checksums = read(&list.path, &text).unwrap_or_default();
    let folder = list.path.rsplit_once('/').map(|(folder, _)| format!("{folder}/"));
    let folder = folder.unwrap_or_default();
    let mut remarks = Vec::new();
    // a list may name one file often, and a file is read whole for its SHA-512
    let mut long: HashMap<String, Option<String>> = HashMap::new();
    for one in checksums {
        let path = format!("{folder}{}", one.file);
        let Some(item) = delivery.item(&path) else { continue };
        let actual = match one.digest.len() {
            64 => Some(item.sha256.clone()),
            128 => long.entry(path).or_insert_with(|| item.stored.sha512().ok()).clone(),
            _ => None,
        };
        if let Some(actual) = actual.filter(|actual| *actual != one.digest) {
            remarks.push(mismatch(item, list, (&one, &actual)));
        }
    }
    remarks
}

fn mismatch(item: &Item, list: &Item, (said, actual): (&Checksum, &str)) -> Remark {
    Remark {
        rule: ReviewRule::HashMismatch,
        about: About::File(item.path.clone()),
        detail: list.path.clone(),
        what: format!(
            "{} says that the digest of {} is {}; the delivered file has {actual}. It was changed, or \
             another file was delivered",
            list.path, item.path, said.digest
        ),
        ask: format!("Which of both is right? Please deliver {} and its digest again.", item.path),
        clauses: Vec::new(),
        evidence: vec![
            Evidence { path: list.path.clone(), at: format!("line {}", said.line) },
            Evidence { path: item.path.clone(), at: String::new() },
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::super::delivery::{File, list};
    use super::*;
    use crate::files::{Source, sha256};
    use crate::ingest::Intake;

    #[test]
    fn all_usual_forms_are_read() {
        let digest = "AB".repeat(32);
        let small = "ab".repeat(32);
        for (path, text) in [
            ("SHA256SUMS", format!("# made today\n{digest}  ./a.jar\n")),
            ("sums", format!("\n{digest} *a.jar")),
            ("sums", format!("\nSHA256 (a.jar) = {digest}")),
            ("x/a.jar.sha256", format!("\n{digest}\n")),
        ] {
            let read = read(path, &text).unwrap();
            let expected = Checksum { line: 2, digest: small.clone(), file: "a.jar".to_owned() };
            assert_eq!(read, [expected], "{text}");
        }
        for text in ["", "a.jar", &format!("{digest} a\nand more"), &digest] {
            assert_eq!(read("notes", text), None, "{text}");
        }
    }

    #[test]
    fn a_file_with_another_digest_is_remarked_and_one_with_its_own_is_not() {
        let sum = |name: &str, text: &str| format!("{}  {name}\n", sha256([text.as_bytes()]));
        let sums = sum("right.txt", "right") + &sum("wrong.txt", "right") + &sum("gone.txt", "x");
        let file = |path: &str, text: &str| File {
            path: format!("d/{path}"),
            source: Ok(Source::from(text.as_bytes().to_vec())),
        };
        let files = [
            file("s/SUMS", &sums),
            file("s/right.txt", "right"),
            file("s/wrong.txt", "wrong"),
            file("wrong.txt", "wrong"),
        ];
        let delivery = list("d", &files, &Intake::default());
        let remarks = remarks(&delivery);
        assert_eq!(remarks.len(), 1);
        assert_eq!(remarks[0].about, About::File("s/wrong.txt".to_owned()));
        assert_eq!(remarks[0].evidence[0].at, "line 2");
        assert!(remarks[0].what.contains(&sha256([b"wrong".as_slice()])));
    }
}
