//! Documents for tests.

use super::super::sbom::{Aggregate, Completeness, Document, Part, Relation, Sbom};
use super::{Asked, Signature};
use crate::inventory::Format;

/// CycloneDX 1.6 with so many components that have a name alone; the first is the product.
pub(crate) fn bare(size: usize) -> Sbom {
    let part = |number: usize| Part {
        at: format!("components[{number}]"),
        name: Some(format!("part-{number}")),
        ..Part::default()
    };
    Sbom {
        format: Format::CycloneDxJson,
        spec_version: "1.6".to_owned(),
        document: Document::default(),
        parts: (0..size).map(part).collect(),
        primary: if size > 0 { vec![0] } else { Vec::new() },
        links: Vec::new(),
        completeness: Vec::new(),
        oddities: Vec::new(),
    }
}

/// A statement of completeness about dependencies.
pub(crate) fn said(about: Option<usize>, aggregate: Aggregate) -> Completeness {
    Completeness { about, relation: Relation::DependsOn, aggregate, word: String::new() }
}

/// A review on 2026-11-25 of which nothing more is known.
pub(crate) fn asked() -> Asked {
    Asked {
        product: None,
        now: "2026-11-25T12:00:00Z".parse().unwrap(),
        released: None,
        max_age_days: None,
        signature: Signature::Unseen,
    }
}
