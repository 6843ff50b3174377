//! What the loaded advisory data can tell about a component.

use super::Component;

/// How far the loaded advisory data can speak of a component's package. A finding proves itself; what
/// it is worth that there is none depends on this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coverage {
    /// No record names the package, and of its ecosystem only a selection of records is loaded: that
    /// nothing was found means nothing. Also where no identity is known to ask about.
    #[default]
    Nothing,
    /// Records name the package, all of them for flaws that are known to be exploited: its other flaws
    /// were not collected.
    Exploited,
    /// A record of a selection names the package. Others that are not loaded may do so, too.
    Named,
    /// The data is whole for its ecosystem, on the word of whoever gave it.
    Whole,
}

impl Coverage {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Exploited => "exploited",
            Self::Named => "named",
            Self::Whole => "whole",
        }
    }
}

impl Component {
    /// Whether advisories were asked about it and could not have answered, or only about flaws that are
    /// known to be exploited.
    #[must_use]
    pub fn is_not_covered(&self) -> bool {
        self.identity.is_ok() && self.coverage <= Coverage::Exploited
    }
}
