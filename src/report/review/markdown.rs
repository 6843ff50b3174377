//! A letter to the supplier: the decision, each question with what would answer it, what is settled.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::super::markdown::{code, prose};
use super::counted;
use super::model::Review;
use crate::review::decision::Verdict;
use crate::review::questions::{Question, State};
use crate::review::words;

/// How many subjects of a question are listed; the sheet has all.
const LISTED: usize = 50;

/// Writes the letter.
pub(super) fn write(review: &Review<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut letter = Letter(String::new());
    letter.opening(review);
    letter.questions(review);
    letter.settled(review);
    letter.closing(review);
    out.write_all(letter.0.as_bytes())
}

/// What the letter is about. Where the buyer keeps the delivery is nobody else's matter.
fn delivered<'a>(review: &'a Review<'_>) -> &'a str {
    let folder = review.delivery.trim_end_matches('/').rsplit('/').next();
    review.product.as_deref().or(folder).unwrap_or_default()
}

struct Letter(String);

impl Letter {
    /// Writing into a text cannot fail.
    fn line(&mut self, text: &str) {
        let _ = writeln!(self.0, "{text}");
    }

    fn opening(&mut self, review: &Review<'_>) {
        self.line(&format!("# Review of {}\n", prose(delivered(review))));
        let day = review.reviewed_at.split('T').next().unwrap_or_default();
        let decision = match review.decision.kind {
            Verdict::Accept => "we can accept it",
            Verdict::Conditions => "we can accept it on the conditions below",
            Verdict::Reject => "we cannot accept it yet",
        };
        self.line(&format!("We reviewed your delivery on {day}. Our decision: **{decision}**.\n"));
        let waiting = review.in_state(&[State::Open, State::Answered]).count();
        if waiting == 0 {
            self.line("We have no open questions.");
            return;
        }
        self.line(&format!(
            "Please answer the {} below by the day that each names. Keep its number (Q-…) in your \
             answer; if you fill the sheet that comes with this letter, write into the columns \
             `answer` and `answered_by`. A question is settled when the fault is gone from your next \
             delivery, or when we accept it as it is.",
            counted(waiting, "question")
        ));
    }

    fn questions(&mut self, review: &Review<'_>) {
        let today = review.reviewed_at.split('T').next().unwrap_or_default();
        for one in review.in_state(&[State::Open, State::Answered]) {
            self.question(one, review, today);
        }
    }

    fn question(&mut self, one: &Question, review: &Review<'_>, today: &str) {
        self.line(&format!("\n## {}: {}\n", one.id, prose(&words::title(one))));
        let due = one.due.to_string();
        let late = if due.as_str() < today { ", overdue" } else { "" };
        self.line(&format!("Please answer by **{due}**{late}. {}.\n", meaning(one)));
        self.line(&format!("- What we found: {}", prose(&one.what)));
        self.line(&format!("- Why it matters: {}", words::why(one.rule)));
        self.line(&format!("- What would answer it: {}", prose(&one.ask)));
        self.list("Asked for by", &review.asked_by(one));
        self.list("Seen in", &one.evidence);
        if one.about.len() > 1 {
            self.list("About", &one.about);
        }
        self.past(one);
    }

    fn past(&mut self, one: &Question) {
        if !one.answer.is_empty() {
            let by = match one.answered_by.as_str() {
                "" => String::new(),
                name => format!(" ({})", prose(name)),
            };
            let lines: Vec<&str> = one.answer.lines().collect();
            self.line(&format!("- Your answer so far{by}: {}", prose(&lines.join(" / "))));
        }
        if !one.note.is_empty() {
            self.line(&format!("- Our note: {}", prose(&one.note)));
        }
    }

    fn list(&mut self, title: &str, texts: &[String]) {
        match texts {
            [] => {}
            [one] => self.line(&format!("- {title}: {}", code(one))),
            several => {
                self.line(&format!("- {title}:"));
                for text in several.iter().take(LISTED) {
                    self.line(&format!("  - {}", code(text)));
                }
                if several.len() > LISTED {
                    self.line(&format!("  - and {} more, see the sheet", several.len() - LISTED));
                }
            }
        }
    }

    fn settled(&mut self, review: &Review<'_>) {
        let mut settled =
            review.in_state(&[State::Accepted, State::Withdrawn, State::Closed]).peekable();
        if settled.peek().is_none() {
            return;
        }
        self.line("\n## Settled\n");
        for one in settled {
            let since = one.history.last().map(|event| event.on.to_string()).unwrap_or_default();
            let state = match one.state {
                State::Accepted => "accepted as it is",
                State::Withdrawn => "withdrawn",
                _ => "closed",
            };
            self.line(&format!("- {}: {state} since {since}. {}", one.id, prose(&one.what)));
        }
    }

    fn closing(&mut self, review: &Review<'_>) {
        self.line(&format!("\n{}", prose(review.reviewer.unwrap_or("(reviewer not given)"))));
    }
}

/// What the fault means, as a sentence without its full stop.
fn meaning(one: &Question) -> String {
    let text = words::effect(one.effect);
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase()).into_iter();
    first.chain(letters).collect()
}
