//! What is not changed stays byte for byte, and tools can apply what is printed.

use super::project::{Folder, LOG4J, dependencies, folder, pom, release};

fn core() -> String {
    dependencies(&[&format!("{LOG4J}:log4j-core:2.14.1")])
}

/// Cures a POM of these bytes and says what became of it.
fn cured(bytes: &[u8]) -> Vec<u8> {
    let folder = Folder::of(&[]);
    folder.put("pom.xml", bytes);
    assert_eq!(folder.cure(&["pom.xml"]).code, Some(0));
    folder.get("pom.xml")
}

/// The bytes with the version replaced, and nothing else.
fn replaced(bytes: &[u8]) -> Vec<u8> {
    let at = bytes.windows(6).position(|window| window == b"2.14.1").unwrap();
    [&bytes[..at], b"2.17.1", &bytes[at + 6..]].concat()
}

#[test]
fn line_ends_marks_and_encodings_stay() {
    let plain = pom("g:a", "1", &core());
    let latin = plain.replace(
        "<project>",
        "<?xml version='1.0' encoding='ISO-8859-1'?><!-- \u{e9} --><project>",
    );
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for bytes in [
        plain.clone().into_bytes(),
        plain.replace('\n', "\r\n").into_bytes(),
        plain.replace("  ", "\t").into_bytes(),
        plain.trim_end().as_bytes().to_vec(),
        plain.replace('\n', "\r\n").trim_end().as_bytes().to_vec(),
        format!("\u{feff}{plain}").into_bytes(),
        plain.replace("<project>", "<project>\r<!-- \u{e9}\r -->").into_bytes(),
        plain.replace(['\n', ' '], "").into_bytes(),
        latin,
    ] {
        assert_eq!(cured(&bytes), replaced(&bytes), "{}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn utf16_is_changed_in_place_and_not_printed() {
    let wide = |text: &str| -> Vec<u8> {
        "\u{feff}".encode_utf16().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let text = pom("g:a", "1", &core());
    let folder = Folder::of(&[]);
    folder.put("pom.xml", &wide(&text));
    let printed = folder.fix(&["pom.xml"]);
    assert_eq!((printed.code, printed.text()), (Some(5), ""));
    assert!(printed.words().contains("pom.xml is UTF-16"), "{}", printed.told);
    assert_eq!(folder.fix(&["--write", "pom.xml"]).code, Some(0));
    assert_eq!(folder.get("pom.xml"), wide(&text.replace("2.14.1", "2.17.1")));
}

#[test]
fn a_new_section_has_the_indentation_and_the_line_ends_of_the_file() {
    let rest = dependencies(&["org.x:starter:1"]);
    let (place, starter) = release("org.x:starter:1", &core());
    let text = pom("g:a", "1", &rest).replace("  ", "\t").replace('\n', "\r\n");
    let folder = Folder::of(&[("pom.xml", &text), (&place, &starter)]);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    let section = "\t<dependencyManagement>\r\n\t\t<dependencies>\r\n\t\t\t<dependency>\r\n\
                   \t\t\t\t<groupId>org.apache.logging.log4j</groupId>\r\n\
                   \t\t\t\t<artifactId>log4j-core</artifactId>\r\n\
                   \t\t\t\t<version>2.17.1</version>\r\n\
                   \t\t\t</dependency>\r\n\t\t</dependencies>\r\n\t</dependencyManagement>\r\n";
    let expected = text.replace("\t<dependencies>", &format!("{section}\t<dependencies>"));
    assert_eq!(folder.text("pom.xml"), expected);
}

#[test]
fn a_new_entry_stands_behind_the_last_one_and_looks_like_it() {
    let (place, starter) = release("org.x:starter:1", &core());
    let flat = "<dependency><groupId>org.y</groupId><artifactId>b</artifactId><version>1</version></dependency>";
    for (before, after) in [
        (
            format!(
                "   <dependencies>\n    {flat} <!-- b -->\n    <!-- end -->\n   </dependencies>\n"
            ),
            format!(
                "   <dependencies>\n    {flat} <!-- b -->\n    {}\n    <!-- end -->\n   </dependencies>\n",
                flat.replace("org.y", LOG4J)
                    .replace(">b<", ">log4j-core<")
                    .replace(">1<", ">2.17.1<")
            ),
        ),
        (
            dependencies(&["org.y:b:1"]),
            dependencies(&["org.y:b:1", &format!("{LOG4J}:log4j-core:2.17.1")]),
        ),
        (
            "    <dependencies/>\n".to_owned(),
            dependencies(&[&format!("{LOG4J}:log4j-core:2.17.1")]),
        ),
    ] {
        let project = |managed: &str| {
            let managed = format!("  <dependencyManagement>\n{managed}  </dependencyManagement>\n");
            pom("g:a", "1", &(managed + &dependencies(&["org.x:starter:1"])))
        };
        let folder = Folder::of(&[("pom.xml", &project(&before)), (&place, &starter)]);
        assert_eq!(folder.cure(&["pom.xml"]).code, Some(0));
        let squeezed = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        assert_eq!(squeezed(&folder.text("pom.xml")), squeezed(&project(&after)));
        let kept = project(&before);
        let kept = kept.lines().filter(|line| !line.contains("<dependencies/>"));
        for line in kept {
            assert!(folder.text("pom.xml").contains(line), "{line}");
        }
    }
}

#[cfg(unix)]
#[test]
fn permissions_stay() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("pom.xml", pom("g:a", "1", &core()))], &[]);
    let path = folder.path().join("pom.xml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(folder.fix(&["--write", "pom.xml"]).code, Some(0));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert!(folder.text("pom.xml").contains("2.17.1"));
}

#[test]
fn a_path_is_that_from_the_working_folder() {
    let folder = folder(&[("my app/pom.xml", pom("g:a", "1", &core()))], &[]);
    let done = folder.cure(&["my app/pom.xml"]);
    assert!(done.text().starts_with("--- a/my app/pom.xml\t\n+++ b/my app/pom.xml\t\n@@ "));
    let whole = folder.path().join("my app/pom.xml");
    let again = folder.fix(&[whole.to_str().unwrap()]);
    assert_eq!((again.text(), again.code), ("", Some(0)));
}
