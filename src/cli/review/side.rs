//! One delivery, read and audited: what is in it, what the data says of it, its lists as written.

use std::path::Path;

use jiff::Timestamp;

use super::super::{Failure, maven};
use crate::advisory::database::Database;
use crate::cli::args::MavenArgs;
use crate::config::Settings;
use crate::files::{self, Reach, Source};
use crate::ingest::{self, Licences};
use crate::judge::gate::Class;
use crate::judge::vex::Statement;
use crate::pipeline::{self, Audit, Said};
use crate::review::basics::Unread;
use crate::review::delivery::{self, Delivery, File, Kind};
use crate::review::sbom::NotRead;
use crate::review::signature::{self, Checked, Role, SignedFile, TrustedKey};
use crate::review::{Delivered, Remark, Sbom};

/// One delivery.
pub(super) struct Side {
    pub(super) delivery: Delivery,
    pub(super) audit: Audit,
    pub(super) sboms: Vec<(String, Sbom)>,
    pub(super) unread: Vec<Unread>,
}

impl Side {
    /// What reviews compare.
    pub(super) fn delivered(&self) -> Delivered<'_> {
        Delivered { delivery: &self.delivery, audit: &self.audit, sboms: &self.sboms }
    }

    /// What the signatures in it are worth, and what is wrong with them. A file that cannot be read is
    /// told elsewhere.
    pub(super) fn signatures(
        &self,
        keys: &[TrustedKey],
        now: Timestamp,
    ) -> (Vec<Checked>, Vec<Remark>) {
        let items = self.delivery.items.iter();
        let read: Vec<_> =
            items.filter_map(|item| Some((item, item.stored.bytes().ok()?))).collect();
        let files: Vec<SignedFile<'_>> = read
            .iter()
            .map(|(item, bytes)| {
                let is_document = matches!(item.kind, Kind::Sbom(_) | Kind::Vex);
                let role = if is_document { Role::Document } else { Role::Other };
                SignedFile { path: &item.path, bytes, role }
            })
            .collect();
        signature::check(&files, keys, now)
    }

    /// Reads a folder or a file and audits what is in it. `said` are statements that lie outside.
    pub(super) fn read(
        path: &Path,
        (database, settings, now): (&Database, &Settings, Timestamp),
        said: &[Statement],
    ) -> Result<Self, Failure> {
        let input = |error: files::FileError| {
            Failure::new(Class::Input, format!("could not read the delivery {error}"))
        };
        let (root, paths) = if files::is_folder(path) {
            (path.to_owned(), files::walk(path, Reach::Inside).map_err(input)?.files)
        } else {
            files::Source::open(path).map_err(input)?;
            (path.parent().map(Path::to_owned).unwrap_or_default(), vec![path.to_owned()])
        };
        let delivered: Vec<File> = paths
            .iter()
            .map(|path| File {
                path: path.display().to_string(),
                source: Source::open(path).map_err(|error| error.cause),
            })
            .collect();
        // POMs of a delivery are looked at with what lies beside them and nothing else
        let maven = maven::maven(&MavenArgs::default(), settings)?;
        let options = ingest::Options {
            reach: Reach::Inside,
            maven: Some(&maven),
            licences: Licences::where_asked(settings.asks_licences()),
            ..ingest::Options::default()
        };
        let intake = ingest::read_with(&[path.to_owned()], &options);
        let delivery = delivery::list(&root.display().to_string(), &delivered, &intake);
        let mut statements = delivery.given();
        statements.extend(said.iter().cloned());
        let said = Said { statements, ..Said::default() };
        let audit = pipeline::audit(intake, database, settings, said, now)?;
        let (sboms, unread) = as_written(&delivery);
        Ok(Self { delivery, audit, sboms, unread })
    }
}

/// The bills of materials as their authors wrote them, and those that cannot be had so.
fn as_written(delivery: &Delivery) -> (Vec<(String, Sbom)>, Vec<Unread>) {
    let (mut sboms, mut unread) = (Vec::new(), Vec::new());
    for item in &delivery.items {
        let Kind::Sbom(format) = item.kind else { continue };
        let mut refuse = |cause: String, is_foreign| {
            unread.push(Unread { path: item.path.clone(), cause, is_foreign });
        };
        let bytes = match item.source.bytes() {
            Ok(bytes) => bytes,
            Err(error) => {
                refuse(error.to_string(), false);
                continue;
            }
        };
        match Sbom::read_all(&bytes) {
            Ok(read) => sboms.extend(read.into_iter().map(|sbom| (item.path.clone(), sbom))),
            // the audit read it, so that it is no damaged file
            Err(NotRead::Foreign(_)) => refuse(NotRead::NotJudged(format).to_string(), true),
            Err(error) => refuse(error.to_string(), matches!(error, NotRead::NotJudged(_))),
        }
    }
    (sboms, unread)
}
