//! `bomvet audit report`: pages for people, written from the store.

use std::collections::BTreeSet;
use std::path::Path;

use super::args::ReportArgs;
use super::clocks::Memory;
use super::store_at::{StoreAt, failure};
use super::{Rules, clocks, now};
use crate::audit::store::steadily;
use crate::cli::args::Color;
use crate::cli::{Failure, output};
use crate::files;
use crate::judge::gate::Class;
use crate::report::audit::site::{Site, is_own_name};
use crate::report::count;

/// The file that tells a folder of pages from one that holds something else.
const MARKER: &str = "bomvet-report.txt";

pub(super) fn run(args: &ReportArgs) -> Result<Class, Failure> {
    let now = now(args.data.now)?;
    let rules = Rules::load(args.files.config.as_deref())?;
    let store = StoreAt::of(&args.store, &rules.settings)?.read().map_err(failure)?;
    let pages = steadily(&*store, |store| {
        let memory = Memory::of(store)?;
        Ok(match clocks::page(&rules, &[], (&args.files, &args.data, &memory), now) {
            Ok(clocks) => Ok(Site::of(store, &clocks)?.pages()),
            Err(failure) => Err(failure),
        })
    });
    let pages = pages.map_err(failure)??;
    write(&args.folder, &pages).map_err(|cause| Failure::new(Class::Output, cause))?;
    let first = args.folder.join("index.html");
    let text = format!("wrote {}, begin with {}\n", count(pages.len(), "page"), first.display());
    Ok(output::finish(output::print(text.as_bytes(), Color::Never)))
}

/// Writes each page beside its target and renames it; pages of an earlier report that are not made any
/// more go last.
fn write(folder: &Path, pages: &[(String, String)]) -> Result<(), String> {
    let wrap = |error: files::FileError| format!("could not write {error}");
    files::make_folder(folder).map_err(wrap)?;
    let there = files::list(folder).map_err(|error| error.to_string())?;
    if !there.is_empty() && !there.iter().any(|name| name == MARKER) {
        let folder = folder.display();
        return Err(format!("{folder} holds files and no earlier report; name another folder"));
    }
    let about =
        "This folder is written by bomvet audit report: its pages are replaced each time.\n";
    let marker = (MARKER.to_owned(), about.to_owned());
    for (name, text) in [&marker].into_iter().chain(pages) {
        files::write(&folder.join(name), text.as_bytes()).map_err(wrap)?;
    }
    let made: BTreeSet<&str> = pages.iter().map(|(name, _)| name.as_str()).collect();
    let old = there.iter().filter(|name| is_own_name(name) && !made.contains(name.as_str()));
    for name in old {
        files::remove(&folder.join(name)).map_err(wrap)?;
    }
    Ok(())
}
