//! Files of a git repository as one of its commits has them, asked of the `git` command.
//!
//! Nothing of the repository runs and nothing is fetched: only commands are used that know no hook,
//! filter or pager (`rev-parse`, `ls-tree`, `cat-file`), no protocol is allowed, and what the machine, the
//! user and the environment configure does not count. What a work tree holds uncommitted is not seen.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use super::{FileError, MAX_FILE, Source};

/// What would lead `git` to another repository than the one that is named: `git rev-parse
/// --local-env-vars`.
const MISLEADING: [&str; 15] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_CONFIG",
    "GIT_CONFIG_PARAMETERS",
    "GIT_CONFIG_COUNT",
    "GIT_OBJECT_DIRECTORY",
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_GRAFT_FILE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_REPLACE_REF_BASE",
    "GIT_PREFIX",
    "GIT_SHALLOW_FILE",
    "GIT_COMMON_DIR",
];

/// The files of a commit at and below a folder of its checkout.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The commit, in hexadecimal.
    pub commit: String,
    /// Its entries, by path.
    pub entries: Vec<Entry>,
}

/// One entry of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path from the folder, with slashes.
    pub path: String,
    /// What it is.
    pub kind: EntryKind,
}

/// What stands at a path of a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A file, by the name of its content.
    File(String),
    /// A symbolic link.
    Link,
    /// The commit of another repository.
    Submodule,
}

/// Lists what a commit has at and below a folder: of `HEAD`, or of a named revision.
///
/// # Errors
/// When `git` is not there, the folder belongs to no repository, or the revision names no commit.
pub fn tree(folder: &Path, revision: &str) -> Result<Tree, FileError> {
    let wrong = |cause: String| FileError { path: folder.to_owned(), cause };
    if revision.starts_with('-') || revision.is_empty() {
        return Err(wrong(format!("\"{revision}\" is no revision")));
    }
    let name = format!("{revision}^{{commit}}");
    let found = answer(folder, &["rev-parse", "--verify", "--quiet", "--end-of-options", &name]);
    let commit = String::from_utf8(found.map_err(|cause| match cause {
        Refusal::Said(text) if text.is_empty() => {
            wrong(format!("git knows no commit \"{revision}\" there"))
        }
        other => wrong(other.text()),
    })?);
    let commit = commit.map(|text| text.trim().to_owned()).unwrap_or_default();
    let list = answer(folder, &["ls-tree", "-r", "-z", &commit]);
    let list = list.map_err(|cause| wrong(cause.text()))?;
    let lines = list.split(|byte| *byte == 0).filter(|line| !line.is_empty());
    let entries = lines.map(|line| {
        entry(&String::from_utf8_lossy(line))
            .ok_or_else(|| wrong("git lists its files in a form that is not known".to_owned()))
    });
    Ok(Tree { entries: entries.collect::<Result<_, _>>()?, commit })
}

/// `MODE TYPE NAME<TAB>PATH`.
fn entry(line: &str) -> Option<Entry> {
    let (facts, path) = line.split_once('\t')?;
    let mut facts = facts.split(' ');
    let (mode, kind, name) = (facts.next()?, facts.next()?, facts.next()?);
    let kind = match (kind, mode) {
        ("blob", "120000") => EntryKind::Link,
        ("blob", _) => EntryKind::File(name.to_owned()),
        ("commit", _) => EntryKind::Submodule,
        _ => return None,
    };
    Some(Entry { path: path.to_owned(), kind })
}

/// The contents of these names, in their order; each of at most [`MAX_FILE`] bytes, and what is large in a
/// temporary file.
///
/// # Errors
/// When `git` cannot be run or ends early: then none can be told.
pub fn contents(folder: &Path, names: &[&str]) -> Result<Vec<Result<Source, String>>, FileError> {
    let wrong = |cause: String| FileError { path: folder.to_owned(), cause };
    let mut command = command(folder, &["cat-file", "--batch"]);
    command.stdin(Stdio::piped()).stderr(Stdio::null());
    let mut child = Ended(command.spawn().map_err(|error| wrong(not_run(&error)))?);
    let (Some(mut questions), Some(answers)) = (child.0.stdin.take(), child.0.stdout.take()) else {
        return Err(wrong("git cannot be asked".to_owned()));
    };
    let read = thread::scope(|scope| {
        scope.spawn(move || {
            // git that ended early shows where its answers are read
            names.iter().try_for_each(|name| writeln!(questions, "{name}")).ok();
        });
        let mut answers = BufReader::new(answers);
        names.iter().map(|_| content(&mut answers)).collect::<io::Result<Vec<_>>>()
    });
    read.map_err(|error| wrong(format!("git ended early: {error}")))
}

/// One answer: `NAME blob SIZE`, the bytes, and a line end; or `NAME missing`.
fn content(answers: &mut impl BufRead) -> io::Result<Result<Source, String>> {
    let mut head = Vec::new();
    answers.take(1000).read_until(b'\n', &mut head)?;
    let head = String::from_utf8_lossy(&head).trim_end().to_owned();
    let mut words = head.split(' ').skip(1);
    let size: u64 = match (words.next(), words.next().map(str::parse)) {
        (Some("blob"), Some(Ok(size))) => size,
        (Some("missing"), None) => return Ok(Err("its content is not in the repository".into())),
        _ => return Err(io::Error::new(io::ErrorKind::InvalidData, "it answers something else")),
    };
    let mut bytes = answers.take(size);
    let source = Source::unpack(&mut bytes, MAX_FILE).map_err(|error| error.to_string());
    io::copy(&mut bytes, &mut io::sink())?;
    if bytes.limit() > 0 || answers.read(&mut [0])? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(source)
}

/// A process that does not outlive its use.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // one that ended already is none
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

enum Refusal {
    /// `git` was not run.
    NotRun(String),
    /// It ended with this on standard error.
    Said(String),
}

impl Refusal {
    fn text(self) -> String {
        match self {
            Self::NotRun(text) | Self::Said(text) => text,
        }
    }
}

fn answer(folder: &Path, arguments: &[&str]) -> Result<Vec<u8>, Refusal> {
    let output = command(folder, arguments).output();
    let output = output.map_err(|error| Refusal::NotRun(not_run(&error)))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let text = String::from_utf8_lossy(&output.stderr);
    let text = text.trim().strip_prefix("fatal: ").unwrap_or(text.trim());
    let line = text.lines().next().unwrap_or_default();
    Err(Refusal::Said(if line.is_empty() { String::new() } else { format!("git says: {line}") }))
}

fn not_run(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => {
            "git is not installed, and it alone reads its repositories".into()
        }
        _ => format!("git cannot be run: {error}"),
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    for name in MISLEADING {
        command.env_remove(name);
    }
    command
        .envs([
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", if cfg!(windows) { "NUL" } else { "/dev/null" }),
            // no protocol is called so
            ("GIT_ALLOW_PROTOCOL", "none"),
            ("GIT_NO_LAZY_FETCH", "1"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("LC_ALL", "C"),
        ])
        .args(["--no-pager", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"])
        // whose it is does not matter where nothing of it runs
        .args(["-c", "safe.directory=*", "-c", "core.quotePath=false", "-C"])
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
