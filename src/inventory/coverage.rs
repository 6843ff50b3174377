//! What the loaded advisory data can tell about components, and how many there are of each kind.

use super::{Certainty, Component, Inventory, NotEvaluated, Package, Reason};
use crate::ids::Ecosystem;

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

/// How many components were declared, and what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// All parts that the documents declare.
    pub declared: usize,
    /// Those that advisories were asked about.
    pub evaluated: usize,
    /// The others: each carries its reason.
    pub not_evaluated: usize,
    /// Those of the evaluated whose package a selection of records names.
    pub named: usize,
    /// Those of the evaluated whose identity is concluded from names.
    pub low_certainty: usize,
    /// Those of the evaluated about which the loaded data can tell nothing.
    pub not_covered: usize,
}

impl Inventory {
    /// Marks components of ecosystems that `covered` does not know as not evaluated.
    pub fn keep_covered(&mut self, covered: impl Fn(&Ecosystem) -> bool) {
        for component in &mut self.components {
            if let Ok(package) = &component.identity
                && !covered(&package.ecosystem)
            {
                component.identity = Err(NotEvaluated::because(
                    Reason::EcosystemNotSupported,
                    format!("no advisory data for {} is loaded", package.ecosystem),
                ));
            }
        }
    }

    /// Notes for every evaluated component what `coverage` says of its package.
    ///
    /// # Errors
    /// Those of `coverage`.
    pub fn mark_coverage<E>(
        &mut self,
        coverage: impl Fn(&Package, Certainty) -> Result<Coverage, E>,
    ) -> Result<(), E> {
        for component in &mut self.components {
            if let Ok(package) = &component.identity {
                component.coverage = coverage(package, component.certainty)?;
            }
        }
        Ok(())
    }

    /// Counts the parts (not the subjects) of one document, or of all.
    #[must_use]
    pub fn count(&self, input: Option<usize>) -> Count {
        let mut count = Count::default();
        for component in self.parts().filter(|c| input.is_none_or(|i| c.input == i)) {
            count.declared += 1;
            match component.identity {
                Ok(_) => count.evaluated += 1,
                Err(_) => count.not_evaluated += 1,
            }
            count.named += usize::from(component.coverage == Coverage::Named);
            let is_low = component.identity.is_ok() && component.certainty == Certainty::Low;
            count.low_certainty += usize::from(is_low);
            count.not_covered += usize::from(component.is_not_covered());
        }
        count
    }
}
