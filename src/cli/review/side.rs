//! One delivery, read and audited: what is in it, what the data says of it, its lists as written.

use std::path::Path;

use jiff::Timestamp;

use super::super::{Failure, maven};
use crate::advisory::database::Database;
use crate::cli::args::MavenArgs;
use crate::config::Settings;
use crate::files::{self, Reach, Source};
use crate::ingest::{self, Licences};
use crate::inventory::Format;
use crate::judge::gate::Class;
use crate::judge::vex::Statement;
use crate::pipeline::{self, Audit, Said};
use crate::review::basics::Unread;
use crate::review::delivery::{self, Delivery, File, Item, Kind};
use crate::review::sbom::NotRead;
use crate::review::sbom::conformance::{Conformance, read_and_check};
use crate::review::signature::{self, Checked, Role, SignedFile, TrustedKey};
use crate::review::{Delivered, Remark, Sbom};

/// One delivery.
pub(super) struct Side {
    pub(super) delivery: Delivery,
    pub(super) audit: Audit,
    pub(super) sboms: Vec<(String, Sbom)>,
    pub(super) unread: Vec<Unread>,
    /// What was found out about each list beside the schema of its format, with the list's path.
    pub(super) conformance: Vec<(String, Conformance)>,
}

impl Side {
    /// What reviews compare.
    pub(super) fn delivered(&self) -> Delivered<'_> {
        Delivered { delivery: &self.delivery, audit: &self.audit, sboms: &self.sboms }
    }

    /// A digest over all its files, by path.
    pub(super) fn sha256(&self) -> String {
        let items = self.delivery.items.iter();
        let lines: String = items.map(|item| format!("{} {}\n", item.sha256, item.path)).collect();
        files::sha256([lines.as_bytes()])
    }

    /// What the signatures in it are worth, and what is wrong with them.
    pub(super) fn signatures(
        &self,
        keys: &[TrustedKey],
        now: Timestamp,
    ) -> (Vec<Checked>, Vec<Remark>) {
        let role = |item: &Item| match item.kind {
            Kind::Sbom(_) | Kind::Vex => Role::Document,
            _ => Role::Other,
        };
        let files: Vec<SignedFile<'_>> = self
            .delivery
            .items
            .iter()
            .map(|item| SignedFile { path: &item.path, source: item.stored(), role: role(item) })
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
        let Written { sboms, unread, conformance } = Written::of(&delivery);
        Ok(Self { delivery, audit, sboms, unread, conformance })
    }
}

/// The bills of materials as their authors wrote them, and those that cannot be had so.
#[derive(Default)]
struct Written {
    sboms: Vec<(String, Sbom)>,
    unread: Vec<Unread>,
    conformance: Vec<(String, Conformance)>,
}

impl Written {
    fn of(delivery: &Delivery) -> Self {
        let mut written = Self::default();
        for item in &delivery.items {
            let Kind::Sbom(format) = item.kind else { continue };
            if let Err((cause, is_foreign)) = written.add(item, format) {
                written.unread.push(Unread { path: item.path.clone(), cause, is_foreign });
            }
        }
        written
    }

    fn add(&mut self, item: &Item, format: Format) -> Result<(), (String, bool)> {
        let refused = |error: NotRead| match error {
            // the audit read it, so that it is no damaged file
            NotRead::Foreign(_) => (NotRead::NotJudged(format).to_string(), true),
            error => (error.to_string(), matches!(error, NotRead::NotJudged(_))),
        };
        for (sbom, held) in read_and_check(&item.source, &item.path).map_err(refused)? {
            self.sboms.push((item.path.clone(), sbom));
            self.conformance.push((item.path.clone(), held));
        }
        Ok(())
    }
}
