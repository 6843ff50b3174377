//! All that the store knows: one JSON object a line, each with its `type`, or the same rows in Parquet.

mod parquet;
mod schema;

use std::io::{self, Write};

use serde::Serialize;

use crate::audit::condition::Condition;
use crate::audit::event::Event;
use crate::audit::portfolio::Card;
use crate::audit::state::{Covered, Held, Release};
use crate::audit::store::{PastRun, Store, StoreError, Wanted};

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
enum Row<'a> {
    Product(&'a Card),
    Run(&'a PastRun),
    Document(Document<'a>),
    Component(Component<'a>),
    Finding(Finding<'a>),
    Condition(&'a Condition),
    Event(&'a Event),
}

#[derive(Serialize)]
struct Document<'a> {
    product: &'a str,
    source: &'a str,
    document: &'a str,
    sha256: &'a str,
    is_present: bool,
    subject: Option<&'a str>,
    format: &'a str,
    commit: Option<&'a str>,
    components: &'a Covered,
}

#[derive(Serialize)]
struct Component<'a> {
    product: &'a str,
    document: &'a str,
    #[serde(flatten)]
    release: &'a Release,
    is_judged: bool,
}

#[derive(Serialize)]
struct Finding<'a> {
    product: &'a str,
    document: &'a str,
    #[serde(flatten)]
    held: &'a Held,
}

/// Why an export was cut.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The writer.
    #[error(transparent)]
    Write(#[from] io::Error),
}

/// What takes the rows.
trait Sink {
    fn row(&mut self, row: &Row<'_>) -> io::Result<()>;
}

/// Writes the portfolio, the runs, every document with its components and findings, what holds, and
/// every event, in an order that the contents alone decide.
///
/// # Errors
/// When the store cannot be read or the writer fails.
pub fn export(store: &dyn Store, out: &mut dyn Write) -> Result<(), ExportError> {
    rows(store, &mut Lines(out))
}

/// Writes the same rows in Parquet, a file for each type under its name; the answer is these files.
///
/// # Errors
/// When the store cannot be read, or a file cannot be made or written.
pub fn export_parquet<W: Write + Send>(
    store: &dyn Store,
    open: impl FnMut(&str) -> io::Result<W>,
) -> Result<Vec<W>, ExportError> {
    let mut files = parquet::Files::create(open)?;
    rows(store, &mut files)?;
    Ok(files.finish()?)
}

fn rows(store: &dyn Store, sink: &mut dyn Sink) -> Result<(), ExportError> {
    for card in store.portfolio()? {
        sink.row(&Row::Product(&card))?;
    }
    let mut runs = store.runs(usize::MAX)?;
    runs.reverse();
    for run in &runs {
        sink.row(&Row::Run(run))?;
    }
    for known in store.documents()? {
        let state = store.document(known.id)?;
        let (product, document) = (known.product.as_str(), known.path.as_str());
        sink.row(&Row::Document(Document {
            product,
            source: &known.source,
            document,
            sha256: &state.sha256,
            is_present: known.is_present,
            subject: state.subject.as_deref(),
            format: &state.format,
            commit: state.commit.as_deref(),
            components: &state.covered,
        }))?;
        for release in &state.releases {
            let is_judged = state.unasked.binary_search(release).is_err();
            sink.row(&Row::Component(Component { product, document, release, is_judged }))?;
        }
        for held in &state.findings {
            sink.row(&Row::Finding(Finding { product, document, held }))?;
        }
    }
    for condition in store.conditions()? {
        sink.row(&Row::Condition(&condition))?;
    }
    for event in store.events(&Wanted::default())? {
        sink.row(&Row::Event(&event))?;
    }
    Ok(())
}

struct Lines<'a>(&'a mut dyn Write);

impl Sink for Lines<'_> {
    fn row(&mut self, row: &Row<'_>) -> io::Result<()> {
        let mut text = serde_json::to_vec(row).map_err(io::Error::from)?;
        text.push(b'\n');
        self.0.write_all(&text)
    }
}
