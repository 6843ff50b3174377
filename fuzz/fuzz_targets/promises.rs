//! What holds for every document that any reader accepts.

use bomvet::ingest::document::{About, Document, Position};

/// Checks the promises of `Document` and `Declared`.
pub fn check(document: &Document, text: &str) {
    for component in &document.components {
        assert_ne!(
            component.version.as_deref(),
            Some(""),
            "an empty version is no version"
        );
        assert_ne!(
            component.reference.as_deref(),
            Some(""),
            "an empty reference is none"
        );
        assert!(component.purls.iter().all(|purl| !purl.trim().is_empty()));
        if let Position::Offset(offset) = component.position {
            assert!(text.is_char_boundary(offset) && offset < text.len());
        }
    }
    if let About::Listed(index) = document.about {
        assert!(index < document.components.len());
    }
    assert!(
        document
            .edges
            .iter()
            .all(|(from, to)| !from.is_empty() && !to.is_empty())
    );
}
