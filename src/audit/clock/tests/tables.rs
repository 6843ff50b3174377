//! Tables, row by row as their authors print them.

use super::*;

/// Days and whether forensic triage is asked for; no days means with the next upgrade.
type Answer = (Option<u16>, bool);

/// CERTCC/SSVC, `data/csv/cisa/cisa_bod_26_04_1_0_0.csv`: listed, exposed, automatable; once for partial and
/// once for total impact.
const BOD_26_04: [(&str, Answer, Answer); 8] = [
    ("nnn", (None, false), (None, false)),
    ("ynn", (Some(14), false), (Some(14), false)),
    ("nyn", (Some(60), false), (Some(14), false)),
    ("nny", (Some(60), false), (Some(60), false)),
    ("yyn", (Some(14), false), (Some(3), true)),
    ("yny", (Some(14), false), (Some(3), true)),
    ("nyy", (Some(14), false), (Some(3), false)),
    ("yyy", (Some(3), false), (Some(3), true)),
];

fn told(letters: &str, impact: &'static str) -> Facts {
    let mut facts = Facts::default();
    let questions = [Fact::Kev, Fact::Exposed, Fact::Automatable];
    for (fact, letter) in questions.into_iter().zip(letters.chars()) {
        facts.tell(fact, if letter == 'y' { "yes" } else { "no" }, "the test");
    }
    facts.tell(Fact::TechnicalImpact, impact, "the test");
    facts
}

fn answer(table: &Table, facts: &Facts) -> Answer {
    let Looked::Row(row, _) = table.look(facts) else { panic!("no row for {facts:?}") };
    let days = match &row.then {
        Then::Within(Span::Days(days)) => Some(*days),
        Then::Says(_) => None,
        Then::Within(other) => panic!("{other}"),
    };
    (days, row.flags == ["forensic-triage"])
}

#[test]
fn every_row_of_bod_26_04_says_what_cisa_says() {
    let regime = regime("us-bod-26-04");
    let table = &regime.tables[0];
    assert_eq!(table.rows.len(), 16);
    for (letters, partial, total) in BOD_26_04 {
        assert_eq!(answer(table, &told(letters, "partial")), partial, "{letters} partial");
        assert_eq!(answer(table, &told(letters, "total")), total, "{letters} total");
    }
}

/// CISA's decisions: CVE-2021-44228 can be automated, CVE-2021-45046 cannot; both are listed and total.
#[test]
fn log4shell_is_fixed_in_three_days_everywhere_and_its_successor_inside_in_fourteen() {
    let regime = regime("us-bod-26-04");
    let table = &regime.tables[0];
    for (letters, expected) in [
        ("yyy", (Some(3), true)),
        ("yny", (Some(3), true)),
        ("yyn", (Some(3), true)),
        ("ynn", (Some(14), false)),
    ] {
        assert_eq!(answer(table, &told(letters, "total")), expected, "{letters}");
    }
}

#[test]
fn a_default_is_told_as_one_and_what_has_none_is_waited_for() {
    let regime = regime("us-bod-26-04");
    let mut facts = Facts::default();
    assert_eq!(regime.tables[0].look(&facts), Looked::Missing(vec![Fact::Kev]));
    facts.tell(Fact::Kev, "yes", "the catalogue");
    let Looked::Row(row, answers) = regime.tables[0].look(&facts) else { panic!("no row") };
    // exposed by choice, not automatable and total by the guidance
    assert_eq!(row.then, Then::Within(Span::Days(3)));
    assert_eq!(answers[0], "kev: yes (the catalogue)");
    let defaults: Vec<&str> =
        answers[1..].iter().map(|a| a.split(", nobody told").next().unwrap()).collect();
    assert_eq!(
        defaults,
        ["exposed: yes (DEFAULT", "automatable: no (DEFAULT", "technical-impact: total (DEFAULT"]
    );
}

/// FedRAMP, FRMR 0.9.43-beta, VDR-TFR-PVR: hours until mitigation for what is reachable and likely
/// exploitable, likely exploitable alone, neither.
const FEDRAMP: [(&str, &str, [u16; 3]); 12] = [
    ("low", "N5", [96, 192, 768]),
    ("low", "N4", [192, 768, 1536]),
    ("low", "N3", [768, 1536, 4608]),
    ("low", "N2", [2304, 3840, 4608]),
    ("moderate", "N5", [48, 96, 384]),
    ("moderate", "N4", [96, 192, 1536]),
    ("moderate", "N3", [384, 768, 3072]),
    ("moderate", "N2", [1152, 3072, 4608]),
    ("high", "N5", [12, 24, 192]),
    ("high", "N4", [48, 192, 768]),
    ("high", "N3", [192, 384, 1536]),
    ("high", "N2", [576, 2304, 4608]),
];

#[test]
fn every_row_of_fedramp_says_what_fedramp_says() {
    let regime = regime("us-fedramp");
    let table = regime.tables.iter().find(|table| table.id == "response").unwrap();
    for (class, impact, hours) in FEDRAMP {
        let columns = [("yes", "yes"), ("no", "yes"), ("yes", "no"), ("no", "no")];
        let hours = [hours[0], hours[1], hours[2], hours[2]];
        for ((exposed, likely), hours) in columns.into_iter().zip(hours) {
            let mut facts = Facts::default();
            for (fact, word) in [
                (Fact::FedrampClass, class),
                (Fact::AdverseImpact, impact),
                (Fact::Exposed, exposed),
                (Fact::LikelyExploitable, likely),
            ] {
                facts.tell(fact, fact.answer(word).unwrap(), "the test");
            }
            let Looked::Row(row, _) = table.look(&facts) else { panic!("{class} {impact}") };
            let found = match row.then {
                Then::Within(Span::Days(days)) => days * 24,
                Then::Within(Span::Hours(hours)) => hours,
                ref other => panic!("{other:?}"),
            };
            assert_eq!(found, hours, "{class} {impact} {exposed} {likely}");
        }
    }
}

#[test]
fn fedramp_has_no_row_for_the_mildest_impact_and_waits_for_all_that_is_not_told() {
    let regime = regime("us-fedramp");
    let table = regime.tables.iter().find(|table| table.id == "response").unwrap();
    let mut facts = Facts::default();
    let Looked::Missing(missing) = table.look(&facts) else { panic!("nothing was told") };
    assert_eq!(missing.len(), 4);
    for (fact, word) in [
        (Fact::FedrampClass, "low"),
        (Fact::AdverseImpact, "N1"),
        (Fact::Exposed, "no"),
        (Fact::LikelyExploitable, "no"),
    ] {
        facts.tell(fact, word, "the test");
    }
    assert!(matches!(table.look(&facts), Looked::NoRow(_)));
}
