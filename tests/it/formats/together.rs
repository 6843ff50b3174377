//! Many reports from one scan.

use std::fs;

use super::scans;
use crate::support;

const FORMATS: [&str; 9] =
    ["table", "json", "sarif", "markdown", "html", "junit", "gitlab", "github", "csv"];

#[test]
fn one_scan_writes_every_format_as_it_would_print_it() {
    let folder = scans::folder();
    let mut program = support::bomvet();
    program.args(["scan", "--now", scans::NOW, "--format", "json", "examples", "hostile.cdx.json"]);
    program.args(["--advisories", "records"]);
    for format in FORMATS {
        program.args(["--output", &format!("{format}=out.{format}")]);
    }
    let output = program.current_dir(folder.path()).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let args = ["examples", "hostile.cdx.json", "--advisories", "records"];
    for format in FORMATS {
        let written = fs::read_to_string(folder.path().join(format!("out.{format}"))).unwrap();
        assert_eq!(written, scans::printed(folder.path(), format, &args), "{format}");
    }
}
