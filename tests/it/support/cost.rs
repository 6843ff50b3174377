//! What a run of the program costs: processor time and memory, which do not depend on what else the
//! machine does. Measured where the system tells it (Linux).

use std::fs::{self, File};
use std::io::{Read, Seek};
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How long any run may take, on however busy a machine.
const LONGEST: Duration = Duration::from_secs(600);

/// A run and its cost.
pub(crate) struct Run {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// The most memory that it held, in bytes; zero where nobody tells.
    pub(crate) memory: u64,
    /// Processor time of all its threads; zero where nobody tells.
    pub(crate) time: Duration,
}

impl Run {
    /// Fails when the run took more.
    pub(crate) fn at_most(&self, memory: u64, time: Duration) {
        assert!(self.memory <= memory, "{} MiB of memory", self.memory >> 20);
        assert!(self.time <= time, "{:?} of processor time", self.time);
    }
}

/// Runs the program in a folder.
pub(crate) fn run(folder: &Path, arguments: &[&str]) -> Run {
    // files, because a full pipe would make the program wait
    let (mut stdout, mut stderr) = (tempfile::tempfile().unwrap(), tempfile::tempfile().unwrap());
    let mut program = super::program();
    program.current_dir(folder).args(arguments).stdin(Stdio::null());
    program.stdout(stdout.try_clone().unwrap()).stderr(stderr.try_clone().unwrap());
    let mut child = program.spawn().unwrap();
    let process = format!("/proc/{}", child.id());
    let (started, mut memory, mut time) = (Instant::now(), 0, Duration::ZERO);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        memory = peak(&process).unwrap_or_default().max(memory);
        time = processor(&process).unwrap_or_default().max(time);
        if started.elapsed() > LONGEST {
            child.kill().unwrap();
            panic!("still running after {LONGEST:?}");
        }
        thread::sleep(Duration::from_millis(2));
    };
    Run { status, stdout: text(&mut stdout), stderr: text(&mut stderr), memory, time }
}

fn text(file: &mut File) -> String {
    let mut text = String::new();
    file.rewind().unwrap();
    file.read_to_string(&mut text).unwrap();
    text
}

/// `VmHWM` of proc_pid_status(5), in bytes.
fn peak(process: &str) -> Option<u64> {
    let text = fs::read_to_string(format!("{process}/status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes << 10)
}

/// `utime` and `stime` of proc_pid_stat(5), which count hundredths of a second.
fn processor(process: &str) -> Option<Duration> {
    let text = fs::read_to_string(format!("{process}/stat")).ok()?;
    let behind_name = text.rsplit_once(')')?.1;
    let ticks = behind_name.split_whitespace().skip(11).take(2);
    let ticks: u64 = ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum();
    Some(Duration::from_millis(ticks * 10))
}

// Each test file uses a part of it; here all of it counts as used.
const _: () = {
    let _ = (run, Run::at_most);
    let _ = |run: Run| (run.status, run.stdout, run.stderr);
};
