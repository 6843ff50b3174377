//! What integration tests share: the built program in a clean environment, the facts that lie beside
//! the repository, folders that vanish.

pub(crate) mod cost;
pub(crate) mod packing;

use std::path::{Path, PathBuf};
use std::process::Command as Program;

use assert_cmd::Command;
use tempfile::TempDir;

/// Variables that would change what the program does.
const FOREIGN: [&str; 6] =
    ["NO_COLOR", "SOURCE_DATE_EPOCH", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];
const FOREIGN_STARTS: [&str; 2] = ["BOMVET_", "CLICOLOR"];

/// The built program, without what the developer's own environment says about it.
pub(crate) fn program() -> Program {
    let mut program = Program::new(env!("CARGO_BIN_EXE_bomvet"));
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if FOREIGN.contains(&&*text.to_uppercase())
            || FOREIGN_STARTS.iter().any(|start| text.starts_with(start))
        {
            program.env_remove(&name);
        }
    }
    // nor what advisory data the developer imported
    program.env("XDG_DATA_HOME", env!("CARGO_TARGET_TMPDIR"));
    // nor what earlier scans fetched
    program.env("XDG_CACHE_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/cache"));
    // no test may find what builds of the developer left in the local repository
    program.env("HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/home"));
    program
}

/// The same, to run and assert on.
pub(crate) fn bomvet() -> Command {
    Command::from_std(program())
}

/// The folder of facts beside the repository; says so when it is not there.
pub(crate) fn shared() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no folder `shared` beside the repository");
    None
}

/// A folder that vanishes with its value.
pub(crate) fn temp_dir() -> TempDir {
    tempfile::Builder::new().prefix("bomvet-test-").tempdir().unwrap()
}

/// Copies a folder with all that is in it.
pub(crate) fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for (name, path) in entries(from) {
        let target = to.join(name);
        if path.is_dir() {
            copy_tree(&path, &target);
        } else {
            std::fs::write(target, read(&path)).unwrap();
        }
    }
}

/// The entries of a folder by name, in that order.
pub(crate) fn entries(folder: &Path) -> Vec<(String, PathBuf)> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.path()))
        .collect();
    entries.sort();
    entries
}

/// The bytes of a file that must be there.
pub(crate) fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Writes a file.
pub(crate) fn write(path: &Path, bytes: &[u8]) {
    std::fs::write(path, bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
}

// Each test file builds this module for itself and uses a part of it; here all of it counts as used.
const _: () = {
    let _ = (program, bomvet, shared, temp_dir, copy_tree, entries, read);
    let _ = write;
};
