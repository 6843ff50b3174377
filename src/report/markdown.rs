//! GitHub-flavoured Markdown for the summary of a workflow step, a pull request, a mail.
//!
//! GitHub drops a summary above 1 MiB whole, so every part has its share and says how many rows it left
//! out. Foreign text is written with character references, which are never markup (CommonMark 6.2).

use std::fmt::Write as _;
use std::io::{self, Write};

use super::change::{self, Change};
use super::model::{Finding, NotEvaluated, Report};
use super::text::{clip, count, plain};
use super::{place, words};

/// How large the page may be when each of its parts ends, in bytes: 1 MiB is the limit of all.
const HEAD: usize = 100_000;
const CHANGES: usize = 300_000;
const FINDINGS: usize = 700_000;
const MISSING: usize = 850_000;
const SUPPRESSED: usize = 950_000;
const WARNINGS: usize = 1_000_000;

/// The longest text of a cell or line, in characters.
const LONGEST: usize = 1_000;

/// Writes the whole page.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page(String::new());
    page.head(report);
    page.changes(report);
    page.findings(report);
    page.missing(report);
    page.suppressed(report);
    let warnings = words::warnings(report).map(|text| format!("- warning: {}\n", prose(text)));
    page.part("Warnings", "", &warnings.collect::<Vec<_>>(), WARNINGS);
    out.write_all(page.0.as_bytes())
}

struct Page(String);

impl Page {
    fn head(&mut self, report: &Report<'_>) {
        let _ = writeln!(self.0, "# bomvet: {}\n", words::decision(report));
        let reasons = words::reasons(report).into_iter().map(|reason| ("because", reason));
        let coverage = [("coverage", words::whole_coverage(report))];
        let data = words::data(report).into_iter().map(|line| ("data", line));
        let origin = [("made by", words::origin(report))];
        let lines = reasons.chain(coverage).chain(data).chain(origin);
        let lines = lines.map(|(label, text)| format!("- {label}: {}\n", prose(&text)));
        self.rows(&lines.collect::<Vec<_>>(), HEAD);
    }

    fn changes(&mut self, report: &Report<'_>) {
        let changes = change::all(report);
        self.part("What to change", "", &changes.iter().map(told).collect::<Vec<_>>(), CHANGES);
    }

    fn findings(&mut self, report: &Report<'_>) {
        let open = report.open();
        let rows: Vec<String> = open.map(|one| finding(one, report)).collect();
        let title = format!("Findings ({})", report.summary.open);
        let head = "| severity | advisory | component | fixed in | remarks | at |\n\
                    | --- | --- | --- | --- | --- | --- |\n";
        self.part(&title, head, &rows, FINDINGS);
    }

    fn missing(&mut self, report: &Report<'_>) {
        let all = report.not_evaluated.iter();
        let rows: Vec<String> = all.map(|entry| missing(entry, report)).collect();
        let title = format!("NOT evaluated ({})", report.not_evaluated.len());
        self.part(&title, "| component | why | at |\n| --- | --- | --- |\n", &rows, MISSING);
    }

    fn suppressed(&mut self, report: &Report<'_>) {
        let rows = report.findings.iter().filter_map(|finding| {
            let by = words::suppressed(finding)?;
            let label = code(&finding.component.label);
            let severity = words::severity(finding);
            Some(format!("| {severity} | {} | {label} | {} |\n", advisory(finding), prose(&by)))
        });
        let title = format!("Suppressed ({})", report.summary.suppressed);
        let head = "| severity | advisory | component | by |\n| --- | --- | --- | --- |\n";
        self.part(&title, head, &rows.collect::<Vec<_>>(), SUPPRESSED);
    }

    /// A part with its title, if there is anything in it.
    fn part(&mut self, title: &str, head: &str, rows: &[String], limit: usize) {
        if !rows.is_empty() {
            let _ = write!(self.0, "\n## {title}\n\n{head}");
            self.rows(rows, limit);
        }
    }

    /// The rows that there is room for, and how many there is none for.
    fn rows(&mut self, rows: &[String], limit: usize) {
        for (number, row) in rows.iter().enumerate() {
            if self.0.len() + row.len() > limit {
                let more = count(rows.len() - number, "more row");
                let _ =
                    writeln!(self.0, "\n**{more} not shown: GitHub takes 1 MiB of a summary.**");
                return;
            }
            self.0.push_str(row);
        }
    }
}

/// One change as an item of a list: what to take, where it comes from, what to do.
fn told(change: &Change<'_, '_>) -> String {
    let mut text = format!("- **{}**\n", prose(&change.title()));
    for remedy in &change.remedies {
        let Some(finding) = change.finding_of(remedy) else { continue };
        let _ = write!(text, "  - package: {}", code(&finding.component.label));
        if let Some(path) = finding.paths.first().filter(|path| path.len() > 2) {
            let steps: Vec<&str> = path.iter().map(|step| step.label.as_str()).collect();
            let _ = write!(text, ", by {}", code(&steps.join(" > ")));
        }
        text.push('\n');
    }
    for step in change.steps() {
        let _ = writeln!(text, "  - do: {}", prose(step));
    }
    if let Some(left) = change.left() {
        let _ = writeln!(text, "  - leaves: {}", prose(&left));
    }
    for other in &change.remedies[0].alternatives {
        let _ = writeln!(text, "  - or: {}: {}", code(other.to), prose(other.why));
    }
    text
}

fn finding(finding: &Finding<'_>, report: &Report<'_>) -> String {
    let mut remarks = vec![finding.advisory.summary.to_owned()];
    remarks.extend(words::marks(finding));
    remarks.retain(|remark| !remark.is_empty());
    format!(
        "| {} | {} | {} | {} | {} | {} |\n",
        words::severity(finding),
        advisory(finding),
        code(&finding.component.label),
        code(&words::fixes(finding)),
        prose(&remarks.join("; ")),
        code(&place::exact(&finding.component, report)),
    )
}

fn missing(entry: &NotEvaluated<'_>, report: &Report<'_>) -> String {
    format!(
        "| {} | {} | {} |\n",
        code(&entry.component.label),
        prose(&words::why(entry)),
        code(&place::exact(&entry.component, report)),
    )
}

/// The identifier, linked where a record gives an address that cannot end the link.
fn advisory(finding: &Finding<'_>) -> String {
    let id = prose(finding.advisory.id);
    let holds = |url: &&String| {
        place::is_web_address(url) && !url.contains(['(', ')', '\'', '!', '*', '$', '[', ']', '@'])
    };
    let url = finding.advisory.urls.iter().find(holds);
    url.map_or(id.clone(), |url| format!("[{id}](<{url}>)"))
}

/// Foreign text that reads on: no markup, no link, no mention.
pub(super) fn prose(text: &str) -> String {
    // a reference alone still mentions; a space without width behind it does not
    escaped(text).replace("&#64;", "&#64;&#8203;")
}

/// A name as it is, in the face of code; nothing where it is empty.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("<code>{}</code>", escaped(text)) }
}

fn escaped(text: &str) -> String {
    whole(&clip(&plain(text), LONGEST))
}

/// Without what begins markup, of any length. Signs that mean something at the beginning of a line alone
/// stay: no foreign text begins a line here.
pub(super) fn whole(text: &str) -> String {
    let text = plain(text);
    let mut safe = String::with_capacity(text.len());
    let (mut before, mut rest) = (' ', text.chars().peekable());
    while let Some(c) = rest.next() {
        let is_markup = match c {
            // of a scheme, or of the short name of an emoji
            ':' => rest.peek() == Some(&'/') || !before.is_alphanumeric(),
            // `www.` begins a link without any other sign
            '.' => matches!(before, 'w' | 'W'),
            _ => "&<\\`*_~[]|#@$".contains(c),
        };
        if is_markup {
            let _ = write!(safe, "&#{};", u32::from(c));
        } else {
            safe.push(c);
        }
        before = c;
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_text_is_no_markup() {
        assert_eq!(prose("a|b"), "a&#124;b");
        assert_eq!(prose("<b> `x` *y* [z](w)"), "&#60;b> &#96;x&#96; &#42;y&#42; &#91;z&#93;(w)");
        assert_eq!(prose("@octocat"), "&#64;&#8203;octocat");
        assert_eq!(prose("https://a www.b :bug:"), "https&#58;//a www&#46;b &#58;bug:");
        assert_eq!(code("pkg:a/b@1"), "<code>pkg:a/b&#64;1</code>");
        assert_eq!(code(""), "");
    }

    #[test]
    fn a_part_keeps_to_its_share_and_counts_the_rest() {
        let mut page = Page(String::new());
        let rows = vec!["1234567890".to_owned(); 5];
        page.part("T", "", &rows, 30);
        assert!(page.0.contains("1234567890"), "{}", page.0);
        assert!(page.0.ends_with("3 more rows not shown: GitHub takes 1 MiB of a summary.**\n"));
    }
}
