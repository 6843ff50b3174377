//! Folders: what is read in them, what is left out and told, and that threads change nothing.

use crate::support;
use std::fs;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use bomvet::files::Reach;
use bomvet::ingest::{self, Intake, Options};

fn bom(name: &str) -> String {
    format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {{"component": {{"name": "s", "bom-ref": "s"}}}},
            "components": [{{"name": "{name}", "bom-ref": "a", "purl": "pkg:maven/g/{name}@1"}},
                           {{"name": "b", "bom-ref": "b", "purl": "pkg:maven/g/b@1"}}],
            "dependencies": [{{"ref": "s", "dependsOn": ["a"]}}, {{"ref": "a", "dependsOn": ["b"]}}]}}"#
    )
}

/// 5,000 documents, and among them what is none and what is broken.
fn many(folder: &Path) {
    for number in 0..5_000 {
        let parent = folder.join(format!("d{}", number % 50));
        fs::create_dir_all(&parent).unwrap();
        let text = match number % 100 {
            7 => "no document".to_owned(),
            8 => bom("x")[..90].to_owned(),
            _ => bom(&format!("n{number}")),
        };
        fs::write(parent.join(format!("{number}.json")), text).unwrap();
    }
}

fn read(folder: &Path, threads: usize) -> Intake {
    let options = Options { threads: NonZero::new(threads), ..Options::default() };
    ingest::read_with(&[folder.to_owned()], &options)
}

/// All that can differ.
fn told(intake: &Intake) -> (Vec<String>, Vec<String>, Vec<String>, &[PathBuf]) {
    let inventory = &intake.inventory;
    let inputs = inventory.inputs.iter().map(|i| format!("{} {}", i.path, i.sha256)).collect();
    let components = inventory.components.iter();
    let components = components.map(|c| {
        let root = inventory.label_of(c.input, "a");
        format!("{} {} {:?} {root}", c.input, c.label(), c.location)
    });
    let errors = intake.errors.iter().map(ToString::to_string).collect();
    (inputs, components.collect(), errors, &intake.passed_over)
}

#[test]
fn five_thousand_files_stand_in_the_same_order_however_many_threads_read_them() {
    let folder = support::temp_dir();
    many(folder.path());
    let alone = read(folder.path(), 1);
    assert_eq!(alone.inventory.inputs.len(), 4_900);
    assert_eq!((alone.errors.len(), alone.passed_over.len()), (50, 50));
    let mut sorted: Vec<PathBuf> =
        alone.inventory.inputs.iter().map(|input| PathBuf::from(&*input.path)).collect();
    sorted.sort();
    let (inputs, ..) = told(&alone);
    assert!(inputs.iter().zip(&sorted).all(|(a, b)| a.starts_with(&b.display().to_string())));
    for threads in [2, 7] {
        assert_eq!(told(&read(folder.path(), threads)), told(&alone));
    }
}

#[test]
fn gitignore_holds_and_what_it_leaves_out_is_told() {
    let folder = support::temp_dir();
    fs::create_dir(folder.path().join("target")).unwrap();
    fs::write(folder.path().join(".gitignore"), "target/\n").unwrap();
    fs::write(folder.path().join("a.json"), bom("a")).unwrap();
    fs::write(folder.path().join("target/b.json"), bom("b")).unwrap();
    let scan = |more: &[&str]| {
        let output =
            support::bomvet().current_dir(folder.path()).arg("scan").args(more).output().unwrap();
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (report, stderr) = scan(&[]);
    assert!(report.contains("in 1 document"), "{report}");
    assert_eq!(
        stderr,
        "note: 1 entry not looked at, left out by .gitignore: --no-ignore reads such entries\n"
    );
    let (report, stderr) = scan(&["--no-ignore"]);
    assert!(report.contains("in 2 documents"), "{report}");
    assert_eq!(stderr, "");
    // a folder that the user names is read, whoever ignores it
    assert!(scan(&["target"]).0.contains("in 1 document"));
    let (_, stderr) = scan(&["--verbose"]);
    assert!(stderr.contains("passed over: ./target: left out by .gitignore"), "{stderr}");
}

#[test]
fn a_folder_whose_documents_are_all_ignored_says_so() {
    let folder = support::temp_dir();
    fs::write(folder.path().join(".gitignore"), "*.json\n").unwrap();
    fs::write(folder.path().join("a.json"), bom("a")).unwrap();
    let intake = ingest::read_all(&[folder.path().to_owned()]);
    let error = intake.errors[0].to_string();
    assert!(error.ends_with("(0 files looked at, 1 entries left out)"), "{error}");
}

#[cfg(unix)]
#[test]
fn links_are_not_followed_out_of_the_folder_nor_in_circles() {
    use std::os::unix::fs::symlink;
    let outer = support::temp_dir();
    let folder = outer.path().join("in");
    fs::create_dir(&folder).unwrap();
    fs::write(outer.path().join("secret.json"), bom("secret")).unwrap();
    fs::write(folder.join("a.json"), bom("a")).unwrap();
    symlink("../secret.json", folder.join("out.json")).unwrap();
    symlink("..", folder.join("up")).unwrap();
    symlink(".", folder.join("loop")).unwrap();
    let options = Options { reach: Reach::Inside, ..Options::default() };
    let intake = ingest::read_with(std::slice::from_ref(&folder), &options);
    assert_eq!(intake.inventory.inputs.len(), 1);
    assert_eq!(intake.left_out.len(), 1);
    assert!(intake.errors.is_empty());
}
