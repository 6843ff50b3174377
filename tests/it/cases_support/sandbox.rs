//! Runs the program in a copy of a case folder.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::case::{Case, Step};
use super::config;
use crate::support;

/// No run may take longer.
const PATIENCE: Duration = Duration::from_secs(120);

/// A copy of the case folder, with room beside it for the configuration, the report and the data.
pub(crate) struct Sandbox {
    temp: TempDir,
    has_advisories: bool,
}

/// What a process left behind.
pub(crate) struct Done {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// One scan with all that it left behind.
pub(crate) struct Ran {
    pub(crate) step: Step,
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// What the import before the scan printed, where there was one.
    pub(crate) import: Option<String>,
    /// The JSON report as written.
    pub(crate) report_text: Option<String>,
    /// The JSON report; null when none was written.
    pub(crate) report: Value,
    pub(crate) took: Duration,
}

impl Sandbox {
    /// Copies the case folder, without the expectations.
    pub(crate) fn of(case: &Case) -> Self {
        let temp = support::temp_dir();
        let root = temp.path().join("case");
        support::copy_tree(&case.folder, &root);
        std::fs::remove_file(root.join("case.json")).unwrap();
        Self { temp, has_advisories: case.has_advisories() }
    }

    /// The copy of the case folder.
    pub(crate) fn root(&self) -> PathBuf {
        self.temp.path().join("case")
    }

    /// Where the imported data is kept.
    pub(crate) fn db(&self) -> PathBuf {
        self.temp.path().join("db")
    }

    /// The folder around the copy.
    pub(crate) fn around(&self) -> &Path {
        self.temp.path()
    }

    fn report(&self) -> PathBuf {
        self.temp.path().join("report.json")
    }

    /// Writes the configuration of a step and returns its path.
    pub(crate) fn configure(&self, step: &Step) -> PathBuf {
        let path = self.temp.path().join("bomvet.toml");
        support::write(&path, config::toml(&step.config).as_bytes());
        path
    }

    /// Runs a step as its case says, from a clean state.
    pub(crate) fn run(&self, step: &Step) -> Ran {
        let _ = std::fs::remove_dir_all(self.db());
        let source = match (step.setting("import"), step.setting("data_built")) {
            (Some(source), _) => Some(source),
            (None, Some(_)) => Some("advisories"),
            (None, None) => None,
        };
        let import = source.map(|source| self.import(source, step.setting("data_built")));
        match import {
            Some(import) if import.code != Some(0) => ran(step, import, None, Duration::ZERO),
            import => {
                let mut ran = self.scan(step);
                ran.import = import.map(|done| done.stdout + &done.stderr);
                ran
            }
        }
    }

    /// Imports a source of the case folder into the data of this sandbox.
    pub(crate) fn import(&self, source: &str, as_of: Option<&str>) -> Done {
        let mut args: Vec<OsString> = vec!["db".into(), "import".into(), "--db".into()];
        args.push(self.db().into());
        if let Some(time) = as_of {
            args.extend(["--as-of".into(), time.into()]);
        }
        args.push(self.root().join(source).into());
        let mut program = support::program();
        program.args(args).current_dir(self.root());
        finish(program)
    }

    /// Scans as a step says, on the data that is there.
    pub(crate) fn scan(&self, step: &Step) -> Ran {
        self.scan_with(step, &[])
    }

    /// The same with more variables in the environment.
    pub(crate) fn scan_with(&self, step: &Step, environment: &[(&str, &str)]) -> Ran {
        let _ = std::fs::remove_file(self.report());
        let (mut program, to_full) = self.prepare(step);
        program.envs(environment.iter().copied());
        let started = Instant::now();
        let done = if to_full { finish_into_full_disk(program) } else { finish(program) };
        let took = started.elapsed();
        let text = std::fs::read_to_string(self.report()).ok();
        ran(step, done, text, took)
    }

    /// The program with its arguments, and whether standard output is a full disk.
    fn prepare(&self, step: &Step) -> (Command, bool) {
        let to_full = [step.wanted("stdout"), step.wanted("output")].contains(&Some("/dev/full"));
        let mut program = support::program();
        program.args(self.arguments(step));
        if !to_full {
            let mut target = OsString::from("json=");
            target.push(self.report());
            program.arg("--output").arg(target);
        }
        program.args(["--format", step.wanted("format").unwrap_or("table")]);
        if step.wanted("format") == Some("cyclonedx") {
            // a case that names this format is about what is added to the scanned document
            program.arg("--enrich");
        }
        program.args(&step.inputs);
        let folder = step.wanted("cwd").unwrap_or(".");
        program.current_dir(self.root().join(folder));
        program.envs(step.environment());
        (program, to_full)
    }

    /// The arguments of a scan but for formats and inputs. Inputs are named from the step's own
    /// working directory: with `cwd` "a", `sbom.cdx.json` is `a/sbom.cdx.json`.
    pub(crate) fn arguments(&self, step: &Step) -> Vec<OsString> {
        let mut args: Vec<OsString> = vec!["scan".into(), "--config".into()];
        args.push(self.configure(step).into());
        args.extend(["--now".into(), step.setting("now").unwrap().into()]);
        args.push("--no-progress".into());
        if !super::case::is_true(&step.config, "bundled") {
            args.push("--no-bundled".into());
        }
        if self.db().exists() {
            args.extend(["--db".into(), self.db().into()]);
        } else if let Some(folder) = step.setting("advisory_dir") {
            args.extend(["--advisories".into(), self.root().join(folder).into()]);
        } else if self.has_advisories {
            args.extend(["--advisories".into(), self.root().join("advisories").into()]);
        }
        for vex in super::case::strings(step.config.get("vex").unwrap_or(&Value::Null)) {
            args.extend(["--vex".into(), self.root().join(vex).into()]);
        }
        args
    }

    /// Scans with another format on standard output and no second report.
    pub(crate) fn print(&self, step: &Step, format: &str) -> Done {
        let mut program = support::program();
        program
            .args(self.arguments(step))
            .args(["--format", format])
            .args(&step.inputs)
            .current_dir(self.root().join(step.wanted("cwd").unwrap_or(".")));
        finish(program)
    }
}

fn ran(step: &Step, done: Done, report_text: Option<String>, took: Duration) -> Ran {
    let report = report_text.as_deref().and_then(|text| serde_json::from_str(text).ok());
    Ran {
        step: step.clone(),
        code: done.code,
        stdout: done.stdout,
        stderr: done.stderr,
        import: None,
        report: report.unwrap_or_default(),
        report_text,
        took,
    }
}

/// Runs a program to its end, with nothing on standard input.
pub(crate) fn finish(program: Command) -> Done {
    let output = assert_cmd::Command::from_std(program).timeout(PATIENCE).output().unwrap();
    Done {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn finish_into_full_disk(mut program: Command) -> Done {
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = program.stdin(Stdio::null()).stdout(full).stderr(Stdio::piped()).output().unwrap();
    Done {
        code: output.status.code(),
        stdout: String::new(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
