//! SPDX 3.0, profile Security: the four VEX relationships.

use super::{Faults, Node};

const JUSTIFICATIONS: [&str; 5] = [
    "componentNotPresent",
    "vulnerableCodeNotPresent",
    "vulnerableCodeNotInExecutePath",
    "vulnerableCodeCannotBeControlledByAdversary",
    "inlineMitigationsAlreadyExist",
];

/// The type of an assessment, and the relationship that the model fixes for it.
const KINDS: [(&str, &str); 4] = [
    ("VexAffectedVulnAssessmentRelationship", "affects"),
    ("VexFixedVulnAssessmentRelationship", "fixedIn"),
    ("VexNotAffectedVulnAssessmentRelationship", "doesNotAffect"),
    ("VexUnderInvestigationVulnAssessmentRelationship", "underInvestigationFor"),
];

pub(super) fn lint(root: &Node<'_>, faults: &mut Faults) {
    let mut found = 0;
    for node in root.list("@graph") {
        let kind = node.said("type").or(node.said("@type")).unwrap_or_default();
        let local = kind.rsplit(['/', '_', '#', ':']).next().unwrap_or(kind);
        if let Some((kind, relationship)) = KINDS.iter().find(|(own, _)| *own == local) {
            found += 1;
            assessment(node, kind, relationship, faults);
        }
    }
    if found == 0 {
        let at = root.get("@graph").unwrap_or(root);
        faults.error(at, "spdx3-statements", "holds no VEX relationship");
    }
}

fn assessment(node: &Node<'_>, kind: &str, relationship: &str, faults: &mut Faults) {
    for name in ["from", "to"] {
        let some = node.said(name).is_some() || !node.list(name).is_empty();
        if !some {
            faults.error(node, "spdx3-ends", format!("\"{name}\" is missing or empty"));
        }
    }
    match node.get("relationshipType") {
        None => faults.error(node, "spdx3-relationship", "\"relationshipType\" is missing"),
        Some(_) => faults.word(node, "relationshipType", &[relationship], "spdx3-relationship"),
    }
    if node.get("creationInfo").is_none() {
        faults.error(node, "spdx3-creation", "\"creationInfo\" is missing: nobody says so");
    }
    for name in ["security_publishedTime", "security_modifiedTime"] {
        faults.instant(node, name, "spdx3-time");
    }
    let word = "security_justificationType";
    faults.word(node, word, &JUSTIFICATIONS, "spdx3-justification-word");
    let why = node.said(word).or(node.said("security_impactStatement"));
    if kind.starts_with("VexNotAffected") && why.is_none() {
        let text = "not affected without justification or impact closes nothing";
        faults.warn(node, "spdx3-justification", text);
    }
    if kind.starts_with("VexAffected") && node.said("security_actionStatement").is_none() {
        faults.warn(node, "spdx3-action", "affected, and not what to do");
    }
}
