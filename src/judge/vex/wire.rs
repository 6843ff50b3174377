//! What all formats share on the wire: the keys that tell one from the other.

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The telling keys; of their values nothing is kept.
#[derive(Default, Deserialize)]
pub(super) struct Marks {
    #[serde(rename = "@graph")]
    pub(super) graph: Option<IgnoredAny>,
    #[serde(rename = "bomFormat")]
    pub(super) bom_format: Option<IgnoredAny>,
    pub(super) statements: Option<IgnoredAny>,
    pub(super) document: Option<IgnoredAny>,
}
