//! The decision record on one page, made to be printed and signed.
//!
//! The page is one file without a script. It asks for nothing: its content security policy allows its
//! own style, by digest, and no request. What the supplier wrote is text here, never markup.

use std::io::{self, Write};

use super::super::html::{Forms, Frame};
use super::super::text::markup;
use super::counted;
use super::model::{Because, Check, Profile, Review};
use crate::config::Effect;
use crate::review::decision::Verdict;
use crate::review::questions::{Question, State};
use crate::review::words;

const OWN: &str = include_str!("page.css");

/// How many subjects and faults of one kind are listed; the JSON record has all.
const LISTED: usize = 25;

/// Writes the whole page.
pub(super) fn write(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let title = format!("{}: {}", review.decision.kind.words(), review.subject());
    let frame = Frame { title: &title, style: OWN, script: None, forms: Forms::Nowhere };
    out.write_all(frame.head().as_bytes())?;
    header(review, out)?;
    writeln!(out, "<main>")?;
    for (effect, title) in [
        (Effect::Reject, "Why it is rejected"),
        (Effect::Condition, "Conditions"),
        (Effect::Ask, "Open points"),
        (Effect::Note, "For your information"),
    ] {
        let reasons: Vec<_> = review.decision.with(effect).collect();
        because(title, &reasons, review, out)?;
    }
    let accepted: Vec<_> = review.decision.accepted.iter().collect();
    because("Accepted as it is", &accepted, review, out)?;
    questions(review, out)?;
    profiles(review, out)?;
    lists(review, out)?;
    signatures(review, out)?;
    change(review, out)?;
    evidence(review, out)?;
    sign(review, out)?;
    write!(out, "</main>\n{}", frame.foot())
}

fn header(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let class = match review.decision.kind {
        Verdict::Accept => "accept",
        Verdict::Conditions => "conditions",
        Verdict::Reject => "rejected",
    };
    writeln!(
        out,
        "<header class=\"{class}\">\n<p class=\"faint\">Review of <b>{}</b></p>\n<h1>{}</h1>\n\
         <p class=\"lead\">{}</p>",
        markup(&review.subject()),
        review.decision.kind.words(),
        markup(&review.decision.summary)
    )?;
    let is_whole = review.coverage.components.not_evaluated == 0
        && review.coverage.components.not_covered == 0
        && review.coverage.components.evaluated > 0;
    let gap = if is_whole { "" } else { " class=\"gap\"" };
    writeln!(out, "<p{gap}>{}</p>\n<dl class=\"facts\">", markup(&review.coverage.summary))?;
    term("Reviewed on", review.reviewed_at.split('T').next().unwrap_or_default(), out)?;
    term("By", review.reviewer.unwrap_or("not given"), out)?;
    term("Product ordered", review.product.as_deref().unwrap_or("not given"), out)?;
    term("Released on", review.released.as_deref().unwrap_or("not given"), out)?;
    let previous = review.previous.as_deref().unwrap_or("not given");
    term("Compared with", previous, out)?;
    writeln!(out, "</dl>\n</header>")
}

fn term(name: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<dt>{name}</dt><dd>{}</dd>", markup(text))
}

fn because(
    title: &str,
    reasons: &[&Because],
    review: &Review<'_>,
    out: &mut dyn Write,
) -> io::Result<()> {
    if reasons.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>{title}</h2>")?;
    for reason in reasons {
        let number = counted(reason.faults.len(), "fault");
        writeln!(
            out,
            "<article>\n<h3>{}<span class=\"mark\">{number}</span></h3>\n<p class=\"faint\">{}</p>",
            markup(reason.heading),
            markup(reason.why)
        )?;
        let faults = reason.faults.iter().filter_map(|place| review.faults.get(*place));
        list(faults.map(|fault| fault.what), reason.faults.len(), out)?;
        if !reason.questions.is_empty() {
            writeln!(out, "<p>Asked in {}</p>", markup(&reason.questions.join(", ")))?;
        }
        writeln!(out, "</article>")?;
    }
    writeln!(out, "</section>")
}

/// A list of at most [`LISTED`] texts, and how many more there are.
fn list<'t>(
    texts: impl Iterator<Item = &'t str>,
    all: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    write!(out, "<ul>")?;
    for text in texts.take(LISTED) {
        write!(out, "<li>{}</li>", markup(text))?;
    }
    if all > LISTED {
        write!(out, "<li>and {} more: the JSON record has all</li>", all - LISTED)?;
    }
    writeln!(out, "</ul>")
}

fn questions(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let waiting: Vec<_> = review.in_state(&[State::Open, State::Answered]).collect();
    let settled: Vec<_> =
        review.in_state(&[State::Accepted, State::Withdrawn, State::Closed]).collect();
    for (title, all) in
        [("Questions to the supplier", waiting), ("Questions that are settled", settled)]
    {
        if all.is_empty() {
            continue;
        }
        writeln!(out, "<section>\n<h2>{title}</h2>")?;
        all.iter().try_for_each(|one| question(one, review, out))?;
        writeln!(out, "</section>")?;
    }
    Ok(())
}

fn question(one: &Question, review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let today = review.reviewed_at.split('T').next().unwrap_or_default();
    let due = one.due.to_string();
    let late = one.state.waits() && due.as_str() < today;
    let mark = if late { "overdue" } else { one.state.as_str() };
    let class = if late { "mark exploited" } else { "mark" };
    writeln!(
        out,
        "<article>\n<h3><span class=\"name\">{}</span> {}<span class=\"{class}\">{mark}</span></h3>\n<dl>",
        one.id,
        markup(&words::title(one)),
    )?;
    if one.state.waits() {
        term("Answer by", &due, out)?;
    }
    term("Found", &one.what, out)?;
    term("Asked", &one.ask, out)?;
    for (title, texts) in
        [("Asked for by", &review.asked_by(one)), ("Seen in", &one.evidence), ("About", &one.about)]
    {
        let is_told = title == "About" && texts.len() < 2;
        if !texts.is_empty() && !is_told {
            let more = match texts.len().saturating_sub(LISTED) {
                0 => String::new(),
                more => format!("; and {more} more"),
            };
            let told = texts[..texts.len().min(LISTED)].join("; ");
            term(title, &format!("{told}{more}"), out)?;
        }
    }
    answers(one, out)?;
    writeln!(out, "</dl>\n</article>")
}

fn answers(one: &Question, out: &mut dyn Write) -> io::Result<()> {
    for event in &one.history {
        let text = event.text.lines().collect::<Vec<_>>().join(" / ");
        let text = if text.is_empty() { String::new() } else { format!(": {text}") };
        term(&event.on.to_string(), &format!("{}{text}", event.what.as_str()), out)?;
    }
    Ok(())
}

fn profiles(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    if review.profiles.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>Quality profiles</h2>\n<div class=\"card\">")?;
    table(&["profile", "document", "result", "what is not held"], out)?;
    for profile in &review.profiles {
        let class = if profile.verdict.starts_with("pass") { "held" } else { "reject" };
        writeln!(
            out,
            "<tr><td>{} <span class=\"faint\">{}</span></td><td>{}</td>\
             <td class=\"{class}\">{}</td><td>{}</td></tr>",
            markup(&profile.name),
            markup(&profile.version),
            markup(&profile.path),
            profile.verdict,
            markup(&not_held(profile))
        )?;
    }
    writeln!(out, "</tbody></table>\n</div>\n</section>")
}

/// The required checks that are not held, with their clauses.
fn not_held(profile: &Profile) -> String {
    let told = |check: &Check| match check.clause.as_str() {
        "" => check.asks.to_owned(),
        clause => format!("{} ({clause})", check.asks),
    };
    let failed = profile.checks.iter().filter(|check| check.verdict == "fail");
    let failed: Vec<String> = failed.map(told).collect();
    failed.join("; ")
}

fn table(columns: &[&str], out: &mut dyn Write) -> io::Result<()> {
    let columns: String = columns.iter().map(|name| format!("<th>{name}</th>")).collect();
    writeln!(out, "<table><thead><tr>{columns}</tr></thead><tbody>")
}

fn lists(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    if review.lists.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>How whole the lists are</h2>\n<div class=\"card\">")?;
    table(&["document", "what it holds"], out)?;
    for one in &review.lists {
        let (path, summary) = (markup(&one.path), markup(&one.summary));
        writeln!(out, "<tr><td>{path}</td><td>{summary}</td></tr>")?;
    }
    writeln!(out, "</tbody></table>\n</div>\n</section>")
}

fn signatures(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    if review.signatures.is_empty() {
        return Ok(());
    }
    writeln!(out, "<section>\n<h2>Signatures</h2>\n<div class=\"card\">")?;
    table(&["file", "state", "detail"], out)?;
    for one in &review.signatures {
        let (path, detail) = (markup(&one.path), markup(&one.detail));
        writeln!(out, "<tr><td>{path}</td><td>{}</td><td>{detail}</td></tr>", one.state)?;
    }
    writeln!(out, "</tbody></table>\n</div>\n</section>")
}

fn change(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let Some(change) = &review.change else { return Ok(()) };
    writeln!(out, "<section>\n<h2>Since the last delivery</h2>\n<div class=\"card\">")?;
    if change.entries.is_empty() {
        return writeln!(out, "<p>Nothing changed.</p>\n</div>\n</section>");
    }
    table(&["", "what"], out)?;
    for entry in change.entries.iter().take(LISTED * 4) {
        writeln!(out, "<tr><td>{}</td><td>{}</td></tr>", entry.kind, markup(&entry.text))?;
    }
    writeln!(out, "</tbody></table>")?;
    if change.entries.len() > LISTED * 4 {
        let more = change.entries.len() - LISTED * 4;
        writeln!(out, "<p>and {more} more: the JSON record has all</p>")?;
    }
    writeln!(out, "</div>\n</section>")
}

/// What the decision rests on: files with digests, data, terms, what made the page.
fn evidence(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "<section>\n<h2>What this rests on</h2>\n<div class=\"card\">")?;
    table(&["file", "what it is", "SHA-256"], out)?;
    let delivered = review.files.iter().map(|f| (&f.path, f.kind.as_str(), &f.sha256));
    let given = review.inputs.iter().map(|i| (&i.path, i.role, &i.sha256));
    for (path, kind, sha256) in delivered.chain(given) {
        writeln!(
            out,
            "<tr><td>{}</td><td>{}</td><td class=\"name digest\">{}</td></tr>",
            markup(path),
            markup(kind),
            markup(sha256)
        )?;
    }
    writeln!(out, "</tbody></table>\n<dl class=\"facts\">")?;
    for text in &review.coverage.data {
        term("Data", text, out)?;
    }
    for text in &review.warnings {
        term("Warning", text, out)?;
    }
    let days = &review.terms.answer_days;
    let terms = format!(
        "answers within {} days where a flaw is exploited, {} where the delivery is rejected, {} for \
         conditions, {} else",
        days.exploited, days.reject, days.condition, days.ask
    );
    term("Terms", &terms, out)?;
    term("Made with", &format!("{} {}", review.tool.name, review.tool.version), out)?;
    writeln!(out, "</dl>\n</div>\n</section>")
}

/// A place for names and signatures on paper.
fn sign(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "<section class=\"sign\">\n<div><b>{}</b>Reviewer</div>\n<div><b>{}</b>Date</div>\n\
         <div><b></b>Signature</div>\n</section>",
        markup(review.reviewer.unwrap_or_default()),
        review.reviewed_at.split('T').next().unwrap_or_default()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_neither_ends_early_nor_asks_for_anything() {
        assert!(!OWN.contains("</") && !OWN.contains("http") && !OWN.contains("url("));
    }
}
