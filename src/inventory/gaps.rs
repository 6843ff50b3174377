//! What of a document was not read: where it is not told what is in it, nothing is said to be gone.

/// What of a document nobody could look into: what is not listed may be in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// The parts, by names that stay from one reading to the next: archives in archives, what a
    /// dependency of a POM brings in.
    pub parts: Vec<String>,
    /// Whether a limit cut more off, of which no name is known.
    pub is_cut: bool,
}
