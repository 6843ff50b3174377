//! What each rule of the review is called for people, and why a buyer should care. The one place of
//! these texts: every report takes them from here.

use super::quality::Check;
use super::questions::Question;
use crate::config::{Effect, ReviewRule};

/// What a fault by this rule is called.
#[must_use]
pub fn heading(rule: ReviewRule) -> &'static str {
    use ReviewRule as R;
    match rule {
        R::NoSbom => "No list of parts in the delivery",
        R::Unreadable => "A file cannot be read",
        R::EmptyInventory => "The list of parts is empty",
        R::BadFormat => "Format not accepted",
        R::NotConformant => "The list of parts breaks its own format",
        R::NoPrimary => "The list does not say which product it describes",
        R::ProductMismatch => "The list describes another product",
        R::NoPurl => "Parts cannot be looked up",
        R::GenericPurl => "Parts with a name that leads nowhere",
        R::NoVersion => "Parts without a version",
        R::NoTransitive => "Only the top layer of parts is listed",
        R::OneLayer => "Only one layer of the product is listed",
        R::StaticBlind => "Parts inside programs are not listed",
        R::Quality => "A required piece of information is missing",
        R::Orphans => "Parts that belong to nothing",
        R::Incomplete => "The list may be incomplete",
        R::Old => "The list is too old",
        R::Duplicate => "The same part is listed twice",
        R::VersionMismatch => "Two versions for the same part",
        R::WeakHash => "Outdated checksums",
        R::InvalidLicence => "Licences that cannot be understood",
        R::NotInSbom => "Delivered, but not listed",
        R::NotInArchive => "Listed, but not delivered",
        R::HashMismatch => "The delivered file is not the listed one",
        R::ClaimContradicted => "A statement is contradicted by the facts",
        R::ClaimExploited => "\"Not affected\" by a flaw that is being attacked",
        R::ClaimUnused => "A statement about something that is not here",
        R::ClaimInvalid => "A statement that breaks its own rules",
        R::NoAction => "A known flaw and no word on what will be done",
        R::StaleInvestigation => "An investigation that does not end",
        R::NotEvaluated => "Known flaws were not looked up",
        R::OpenFinding => "Known flaws that no statement explains",
        R::ExploitedFinding => "Flaws that are being attacked",
        R::Disclosure => "Reports on flaws disagree, or one is missing",
        R::SignatureAbsent => "Not signed",
        R::SignatureUnverified => "Signed, but nobody vouches for the key",
        R::SignatureBroken => "A signature does not hold",
        R::SubjectMismatch => "The signature belongs to another file",
        R::Downgrade => "A part went back to an older version",
        R::Removed => "A part is gone since the last delivery",
        R::Introduced => "A new known flaw since the last delivery",
        R::Reopened => "A known flaw is back",
        R::QualityFell => "The list of parts became worse",
        R::ClaimChanged => "A statement was changed or withdrawn",
    }
}

/// What a question is called: its rule, and the piece of information where it asks for one.
#[must_use]
pub fn title(question: &Question) -> String {
    let heading = heading(question.rule);
    let check = question.detail.rsplit('/').next().and_then(Check::by_id);
    match (question.rule, check) {
        (ReviewRule::Quality | ReviewRule::QualityFell, Some(check)) => {
            format!("{heading}: {}", check.fact)
        }
        _ => heading.to_owned(),
    }
}

/// Why it matters, in a sentence or two.
#[must_use]
#[expect(clippy::too_many_lines, reason = "a table: one entry for each rule")]
pub fn why(rule: ReviewRule) -> &'static str {
    use ReviewRule as R;
    match rule {
        R::NoSbom => "Without a list of parts nobody can tell which known flaws the product has.",
        R::Unreadable => {
            "What cannot be read cannot be judged, so nothing may be assumed about it."
        }
        R::EmptyInventory => "A list without entries says nothing about the product.",
        R::BadFormat => {
            "Only certain formats were agreed on, which the tools of the receiver can read."
        }
        R::NotConformant => "Other tools may read it differently or not at all.",
        R::NoPrimary => {
            "Without name and version nobody can tell whether the list belongs to the product."
        }
        R::ProductMismatch => {
            "It may be the wrong file; the delivered product is then not described."
        }
        R::NoPurl => {
            "A package URL is the address of a part in public records of flaws. Without it flaws are missed."
        }
        R::GenericPurl => {
            "The tool did not recognise the part, so no record of flaws speaks of it."
        }
        R::NoVersion => {
            "Flaws exist in certain versions. Without a version nobody can tell whether they apply."
        }
        R::NoTransitive => {
            "Most flaws sit in parts that other parts bring along. They are not in this list."
        }
        R::OneLayer => {
            "A product runs on an operating system and a runtime. Flaws of the other layers stay unseen."
        }
        R::StaticBlind => "What is built into a program is delivered too, and so are its flaws.",
        R::Quality => "A published text or the contract requires it.",
        R::Orphans => "Nobody can tell why they are there or what needs them.",
        R::Incomplete => "Only a list that says it is complete shows that a part is not there.",
        R::Old => "It may describe an earlier state of the product.",
        R::Duplicate => "The entries contradict each other; one of them may be wrong.",
        R::VersionMismatch => "One of the two is wrong, and flaws are looked up by them.",
        R::WeakHash => "Such checksums can be forged and prove nothing any more.",
        R::InvalidLicence => "No program can tell what may be done with the part.",
        R::NotInSbom => {
            "The part is in the product, and whoever reads the list does not look for its flaws."
        }
        R::NotInArchive => "The list speaks of something else than what was delivered.",
        R::HashMismatch => "The file was changed or exchanged after the list was made.",
        R::ClaimContradicted => {
            "The versions or the files show the opposite of what the statement says."
        }
        R::ClaimExploited => "The flaw is attacked in the wild: such a statement needs proof.",
        R::ClaimUnused => {
            "The statement may have been meant for another product, or misses its target."
        }
        R::ClaimInvalid => "Tools may ignore the statement or take it for something else.",
        R::NoAction => "Nobody can plan without knowing when a fix or a workaround comes.",
        R::StaleInvestigation => "Until it ends nobody knows whether the product is at risk.",
        R::NotEvaluated => {
            "Nobody compared the parts with records of flaws, so nothing is known about them."
        }
        R::OpenFinding => "Public records say that the delivered version has these flaws.",
        R::ExploitedFinding => "Attackers use them today.",
        R::Disclosure => "Two documents that disagree cannot both be right.",
        R::SignatureAbsent => "Nobody can tell who made the file and whether it was changed.",
        R::SignatureUnverified => {
            "A signature is worth as much as the key behind it, and none is known that fits."
        }
        R::SignatureBroken => {
            "The file was changed after it was signed, or the signature was forged."
        }
        R::SubjectMismatch => "What was delivered is not what was signed.",
        R::Downgrade => "Older versions often bring back flaws that were already cured.",
        R::Removed => "It may have been left out of the list alone and still be delivered.",
        R::Introduced => "The new delivery is worse in this point than the one before.",
        R::Reopened => "It was cured once; something undid that.",
        R::QualityFell => "The delivery before had this information.",
        R::ClaimChanged => "Somebody may have relied on the earlier statement.",
    }
}

/// How faults by one rule make questions, so that a supplier gets few of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Grouping {
    /// Each fault is a question.
    Each,
    /// One question for all subjects with the same detail.
    Subjects,
    /// One question for all details of one subject.
    Details,
}

/// How faults by this rule make questions. What one new list would cure is asked once; a statement or a
/// file is asked about by itself.
pub(super) fn grouping(rule: ReviewRule) -> Grouping {
    use ReviewRule as R;
    match rule {
        R::NoPurl
        | R::GenericPurl
        | R::NoVersion
        | R::Quality
        | R::Orphans
        | R::Incomplete
        | R::Duplicate
        | R::VersionMismatch
        | R::WeakHash
        | R::InvalidLicence
        | R::NotInSbom
        | R::NotInArchive
        | R::SignatureAbsent
        | R::SignatureUnverified
        | R::Removed
        | R::QualityFell => Grouping::Subjects,
        R::OpenFinding | R::ExploitedFinding | R::Introduced | R::Reopened => Grouping::Details,
        _ => Grouping::Each,
    }
}

/// What to ask of several faults of one rule at once; nothing where each has its own request.
pub(super) fn ask_of_all(rule: ReviewRule) -> Option<&'static str> {
    use ReviewRule as R;
    match rule {
        R::OpenFinding | R::Introduced => Some(
            "Please tell us for each of these flaws whether the product is affected. If it is: what \
             will be done, and when?",
        ),
        R::ExploitedFinding => Some(
            "Please tell us for each of these flaws when you will deliver a version without it, and what \
             protects us till then.",
        ),
        R::Reopened => Some(
            "Please tell us for each of these flaws why it is back, and when it will be cured.",
        ),
        R::NotInSbom => Some(
            "Please add each of these parts to the bill of materials, or tell us why it does not \
             belong there.",
        ),
        R::NotInArchive => Some(
            "Please tell us for each of these parts where it is in what you delivered, or take it off \
             the list.",
        ),
        R::Removed => Some(
            "Please tell us for each of these parts whether it was removed, or is only not listed.",
        ),
        R::SignatureAbsent => Some(
            "Please sign each of these files, and tell us, on another way than the delivery itself, \
             which key or certificate belongs to it.",
        ),
        _ => None,
    }
}

/// What an effect means for the supplier.
#[must_use]
pub fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Off => "not looked at",
        Effect::Note => "for your information",
        Effect::Ask => "the decision does not wait for the answer",
        Effect::Condition => "the delivery is accepted only on the condition that this is mended",
        Effect::Reject => "the delivery cannot be accepted until this is mended",
    }
}
