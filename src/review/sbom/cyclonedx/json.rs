//! CycloneDX in JSON, 1.2 to 1.7, and in YAML, which is read as the JSON that it stands for.

use super::model::{Bom, Component};
use super::{Listed, sbom};
use crate::ingest::document::ReadError;
use crate::ingest::json::read_as;
use crate::inventory::Format;
use crate::review::sbom::Sbom;

/// Reads one document.
pub(in crate::review::sbom) fn read(text: &str, format: Format) -> Result<Sbom, ReadError> {
    let (mut bom, oddities) = read_as::<Bom<'_>>(text)?;
    let mut listed = Vec::new();
    let primary = bom.metadata.as_mut().and_then(|metadata| metadata.component.take());
    let has_primary = primary.is_some();
    if let Some(primary) = primary {
        flatten(primary, "metadata.component".to_owned(), None, &mut listed);
    }
    for (index, component) in bom.components.take().into_iter().flatten().enumerate() {
        flatten(component, format!("components[{index}]"), None, &mut listed);
    }
    sbom(format, (bom, has_primary), listed, oddities)
}

/// Lists a component and behind it what it contains. Nesting is bounded by the reader of JSON.
fn flatten<'a>(
    mut component: Component<'a>,
    at: String,
    parent: Option<usize>,
    into: &mut Vec<Listed<'a>>,
) {
    let inner = component.components.take();
    let own = into.len();
    let path = inner.is_some().then(|| at.clone());
    into.push(Listed { component, at, parent });
    for (index, component) in inner.into_iter().flatten().enumerate() {
        let at = format!("{}.components[{index}]", path.as_deref().unwrap_or_default());
        flatten(component, at, Some(own), into);
    }
}
