//! What the runs of a case left behind, and questions that many texts ask of it.

use serde_json::Value;

use super::sandbox::{Ran, Sandbox};

/// All runs of a case, or the one that a text speaks of.
pub(crate) struct Outcome<'a> {
    pub(crate) runs: &'a [Ran],
    pub(crate) sandbox: &'a Sandbox,
}

impl Outcome<'_> {
    /// The first run, for cases that have one.
    pub(crate) fn ran(&self) -> &Ran {
        &self.runs[0]
    }
}

/// An error with this text unless the condition holds.
pub(crate) fn demand(holds: bool, otherwise: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(otherwise()) }
}

/// A text with every run of white space as one blank, so that wrapped lines read on.
pub(crate) fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The elements of a list; none when it is no list.
pub(crate) fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// A text; empty when it is none.
pub(crate) fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

impl Ran {
    /// The table with its wrapped lines joined.
    pub(crate) fn table(&self) -> String {
        flat(&self.stdout)
    }

    /// All findings.
    pub(crate) fn findings(&self) -> &[Value] {
        list(&self.report["findings"])
    }

    /// The findings of one component.
    pub(crate) fn findings_of(&self, purl: &str) -> Vec<&Value> {
        let of = |f: &&Value| f["component"]["purl"] == purl;
        self.findings().iter().filter(of).collect()
    }

    /// The findings with one status.
    pub(crate) fn with_status(&self, status: &str) -> Vec<&Value> {
        let has = |f: &&Value| f["status"] == status;
        self.findings().iter().filter(has).collect()
    }

    /// The remedies.
    pub(crate) fn remedies(&self) -> &[Value] {
        list(&self.report["remedies"])
    }

    /// The remedy of one component.
    pub(crate) fn remedy_of(&self, purl: &str) -> Result<&Value, String> {
        let of = |r: &&Value| r["component"] == purl;
        let found = self.remedies().iter().find(of);
        found.ok_or_else(|| format!("no remedy for {purl}"))
    }

    /// Every warning of the JSON report: of the audit, of the data, of the inputs.
    pub(crate) fn warnings(&self) -> Vec<&str> {
        let inputs = list(&self.report["inputs"]).iter();
        let lists = inputs
            .map(|input| &input["warnings"])
            .chain([&self.report["warnings"], &self.report["data"]["warnings"]]);
        lists.flat_map(list).map(text).collect()
    }

    /// Demands one warning that holds all fragments, in the JSON report and in the table.
    pub(crate) fn warned(&self, fragments: &[&str]) -> Result<(), String> {
        let holds = |warning: &&&str| {
            let warning = warning.to_lowercase();
            fragments.iter().all(|f| warning.contains(&f.to_lowercase()))
        };
        let warnings = self.warnings();
        let Some(warning) = warnings.iter().find(holds) else {
            return Err(format!("no warning with {fragments:?}: {warnings:?}"));
        };
        // a word longer than a line is cut there, so blanks do not count
        let dense = |text: &str| text.split_whitespace().collect::<String>();
        demand(dense(&self.stdout).contains(&dense(warning)), || {
            format!("the table does not show the warning {warning:?}")
        })
    }

    /// The exit code has this number.
    pub(crate) fn ended(&self, code: i32) -> Result<(), String> {
        demand(self.code == Some(code), || {
            format!("exit {:?}, expected {code}: {}", self.code, self.error())
        })
    }

    /// The first line of standard error.
    pub(crate) fn error(&self) -> String {
        let line = self.stderr.trim().lines().next().unwrap_or_default();
        line.chars().take(160).collect()
    }
}

/// All identifiers of a finding: its own, its aliases, its records.
pub(crate) fn ids(finding: &Value) -> Vec<&str> {
    let advisory = &finding["advisory"];
    let own = std::iter::once(&advisory["id"]);
    let records = list(&finding["records"]).iter().map(|record| &record["id"]);
    own.chain(list(&advisory["aliases"])).chain(records).map(text).collect()
}
