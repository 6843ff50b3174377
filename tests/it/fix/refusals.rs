//! What is left as it is, and what is said about it.

use super::project::{Folder, LOG4J, dependencies, folder, parent, pom, release};

fn core() -> String {
    dependencies(&[&format!("{LOG4J}:log4j-core:2.14.1")])
}

/// Nothing is printed or changed, the code is 1, and the reason is told.
fn refuses(folder: &Folder, below: &str, inputs: &[&str], why: &str) {
    let before = folder.snapshot();
    for write in [&[][..], &["--write"][..]] {
        let done = folder.fix_in(below, &[write, inputs].concat());
        assert_eq!((done.text(), done.code), ("", Some(1)), "{}", done.told);
        assert!(done.words().contains(why), "{}", done.told);
        assert!(done.words().contains("CVE-2021-1"), "{}", done.told);
        assert!(done.told.lines().all(|line| line.chars().count() <= 100), "{}", done.told);
    }
    assert_eq!(folder.snapshot(), before);
}

#[test]
fn a_generated_file_is_not_edited() {
    let text = pom("g:a", "1", &core());
    for (path, why) in [
        (".flattened-pom.xml", ".flattened-pom.xml is generated"),
        ("dependency-reduced-pom.xml", "dependency-reduced-pom.xml is generated"),
        ("target/classes/pom.xml", "target holds what the build writes"),
    ] {
        let folder = folder(&[(path, text.clone()), ("pom.xml", pom("g:b", "1", ""))], &[]);
        refuses(&folder, "", &[path], why);
    }
}

#[test]
fn a_folder_that_is_merely_called_target_is_no_output() {
    let folder = folder(&[("target/pom.xml", pom("g:a", "1", &core()))], &[]);
    assert_eq!(folder.cure(&["target/pom.xml"]).code, Some(0));
}

#[test]
fn a_parent_outside_of_the_project_is_not_edited() {
    let up = parent("g:root", "1", "../other/pom.xml");
    let files = [
        ("app/pom.xml", pom("g:a", "1", &up)),
        (
            "other/pom.xml",
            pom("g:root", "1", &("  <packaging>pom</packaging>\n".to_owned() + &core())),
        ),
    ];
    let folder = folder(&files, &[]);
    refuses(&folder, "app", &["pom.xml"], "../other/pom.xml lies outside of the project");
}

#[test]
fn a_parent_that_lists_the_module_is_of_the_project() {
    let up = parent("g:root", "1", "../pom.xml");
    let root =
        "  <packaging>pom</packaging>\n  <modules><module>app</module></modules>\n".to_owned();
    let files =
        [("app/pom.xml", pom("g:a", "1", &up)), ("pom.xml", pom("g:root", "1", &(root + &core())))];
    let folder = folder(&files, &[]);
    let done = folder.fix_in("app", &["pom.xml"]);
    assert_eq!((done.text(), done.code), ("", Some(5)), "no path from here leads there");
    assert!(
        done.words().contains("../pom.xml lies outside of the working folder"),
        "{}",
        done.told
    );
    assert_eq!(folder.fix_in("app", &["--write", "pom.xml"]).code, Some(0));
    assert!(folder.text("pom.xml").contains("2.17.1"));
}

#[test]
fn a_file_of_the_local_repository_is_not_edited() {
    let (place, text) = release("org.x:app:1", &core());
    let folder = Folder::of(&[(&place, &text)]);
    refuses(&folder, "", &[&place], "lies in the local repository");
}

#[cfg(unix)]
#[test]
fn a_link_is_not_replaced_by_a_file() {
    let folder = folder(&[("real.xml", pom("g:a", "1", &core()))], &[]);
    std::os::unix::fs::symlink("real.xml", folder.path().join("pom.xml")).unwrap();
    refuses(&folder, "", &["pom.xml"], "pom.xml is a link");
}

#[test]
fn a_dependency_of_a_released_parent_is_not_pinned_in_vain() {
    let platform =
        release("org.boot:platform:1", &("  <packaging>pom</packaging>\n".to_owned() + &core()));
    let project = pom("g:a", "1", &parent("org.boot:platform", "1", ""));
    let folder = folder(&[("pom.xml", project)], &[platform]);
    refuses(&folder, "", &["pom.xml"], "dependencyManagement has no effect");
}

#[test]
fn a_version_with_a_comment_in_it_is_not_rewritten() {
    let text = pom("g:a", "1", &core()).replace("2.14.1", "2.14<!-- old -->.1");
    let folder = folder(&[("pom.xml", text)], &[]);
    refuses(&folder, "", &["pom.xml"], "a comment stands in it");
}

#[test]
fn what_has_no_clean_version_is_left() {
    let flaw = r#"{"schema_version":"1.7.0","id":"CVE-2021-1","modified":"2026-10-01T00:00:00Z",
        "affected":[{"package":{"ecosystem":"Maven","name":"org.z:dead"},
        "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}"#;
    let folder = folder(&[("pom.xml", pom("g:a", "1", &dependencies(&["org.z:dead:1"])))], &[]);
    folder.put("known/CVE-2021-1.json", flaw.as_bytes());
    refuses(&folder, "", &["pom.xml"], "no version of it is known to be clean");
}

#[test]
fn a_cure_that_brings_another_flaw_is_none() {
    // the new release brings in a flawed library that the old one did not
    let lib = |version: &str, rest: &str| release(&format!("org.x:lib:{version}"), rest);
    let all = [lib("1.4", ""), lib("1.5", &core())];
    let folder = folder(&[("pom.xml", pom("g:a", "1", &dependencies(&["org.x:lib:1.4"])))], &all);
    let done = folder.fix(&["pom.xml"]);
    assert_eq!((done.text(), done.code), ("", Some(1)), "{}", done.told);
    assert!(done.words().contains("it would bring CVE-2021-1 of"), "{}", done.told);
}

#[test]
fn what_is_out_of_reach_is_said_and_what_is_left_counts() {
    let rest = dependencies(&[&format!("{LOG4J}:log4j-core:2.14.1"), "org.z:dead:1"]);
    let flaw = r#"{"schema_version":"1.7.0","id":"CVE-2021-9","modified":"2026-10-01T00:00:00Z",
        "affected":[{"package":{"ecosystem":"Maven","name":"org.z:dead"},
        "ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"}]}]}]}"#;
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &[]);
    folder.put("known/CVE-2021-9.json", flaw.as_bytes());
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(1), "one is left");
    assert_eq!(done.changes().len(), 2, "the other is cured");
    assert_eq!(folder.fix(&["--fail-on", "never", "pom.xml"]).code, Some(0));
}

#[test]
fn exit_codes_are_those_of_the_contract() {
    let folder = folder(&[("pom.xml", pom("g:a", "1", ""))], &[]);
    assert_eq!(folder.fix(&["pom.xml"]).code, Some(0));
    assert_eq!(folder.fix(&["none.xml"]).code, Some(3));
    assert_eq!(folder.fix(&["--fail-on", "nonsense", "pom.xml"]).code, Some(2));
    folder.put("broken.xml", b"<project><modelVersion>4.0.0</modelVersion>");
    let done = folder.fix(&["broken.xml"]);
    assert_eq!(done.code, Some(3), "{}", done.told);
    assert!(done.told.contains("error: could not read broken.xml"), "{}", done.told);
    assert_eq!(folder.fix(&["--advisories", "none.json", "pom.xml"]).code, Some(4));
}
