//! Whoever says how versions are ordered: another crate, a script that asks a library, or a program
//! that was built around one.

use std::cmp::Ordering;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What is said about a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Ordered(Ordering),
    /// One of the two is no version.
    Refused,
}

/// A reference implementation.
pub(crate) enum Reference {
    /// A crate; `None` refuses the pair.
    Crate(fn(&str, &str) -> Option<Ordering>),
    /// Its name, the interpreter, and the script of `tests/oracle`.
    Script(&'static str, &'static str, &'static str),
    /// Its name, and the command, with a program of `target/oracles`.
    Built(&'static str, &'static [&'static str]),
}

/// A script that ends with it did not find its library.
const NOT_INSTALLED: i32 = 77;

impl Reference {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Crate(_) => "the crate",
            Self::Script(name, ..) | Self::Built(name, _) => name,
        }
    }

    /// One answer a pair.
    ///
    /// # Errors
    ///
    /// What is not installed. A reference that is there and fails is a failure of the test.
    pub(crate) fn ask(&self, pairs: &[(String, String)]) -> Result<Vec<Answer>, String> {
        let command = match self {
            Self::Crate(compare) => {
                let answer = |(left, right): &(String, String)| {
                    compare(left, right).map_or(Answer::Refused, Answer::Ordered)
                };
                return Ok(pairs.iter().map(answer).collect());
            }
            Self::Script(_, interpreter, script) => script_command(interpreter, script),
            Self::Built(name, command) => built_command(command)
                .ok_or_else(|| format!("no program around {name} is built"))?,
        };
        run(command, pairs).ok_or_else(|| format!("{} is not installed", self.name()))
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn script_command(interpreter: &str, script: &str) -> Command {
    let inside = root().join(interpreter);
    let mut command =
        if inside.exists() { Command::new(inside) } else { Command::new(interpreter) };
    command.arg(root().join("tests/oracle").join(script));
    command
}

fn built_command(words: &[&str]) -> Option<Command> {
    let place = |word: &&str| Some(root().join("target/oracles").join(word)).filter(|p| p.exists());
    let mut paths: Vec<Option<PathBuf>> = words.iter().map(place).collect();
    let program = paths.remove(0).unwrap_or_else(|| words[0].into());
    let mut command = Command::new(program);
    let arguments = words[1..].iter().zip(&paths);
    command.args(arguments.map(|(word, path)| path.clone().unwrap_or_else(|| word.into())));
    words.iter().any(|word| place(word).is_some()).then_some(command)
}

/// `None` if the program or its library does not exist.
fn run(mut command: Command, pairs: &[(String, String)]) -> Option<Vec<Answer>> {
    let lines: String = pairs.iter().map(|(left, right)| format!("{left}\t{right}\n")).collect();
    let mut child = command
        .env("NODE_PATH", root().join("target/oracles/node_modules"))
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut questions = child.stdin.take()?;
    // some answer while they are asked, so somebody has to listen meanwhile
    let writer = std::thread::spawn(move || questions.write_all(lines.as_bytes()).is_ok());
    let output = child.wait_with_output().unwrap();
    let asked = writer.join().unwrap();
    if output.status.code() == Some(NOT_INSTALLED) {
        return None;
    }
    assert!(asked && output.status.success(), "{command:?} ended with {}", output.status);
    Some(String::from_utf8(output.stdout).unwrap().lines().map(answer).collect())
}

fn answer(line: &str) -> Answer {
    match line.parse::<i64>() {
        Ok(sign) => Answer::Ordered(sign.cmp(&0)),
        Err(_) if line == "!" => Answer::Refused,
        Err(_) => panic!("{line:?} is no answer"),
    }
}
