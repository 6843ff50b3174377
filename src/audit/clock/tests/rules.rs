//! What counts, what waits, what is refused.

use super::*;
use crate::audit::store::Detection;
use crate::ids::AdvisoryId;

#[test]
fn only_what_was_declared_runs_and_the_rest_may_apply() {
    let all = regimes();
    let now = at("2026-11-30T00:00:00Z");
    let declared = Declared { roles: vec!["manufacturer".to_owned()], ..Declared::default() };
    let aware = case(&[(Anchor::Aware, "2026-11-29T10:00:00Z")]);
    assert_eq!(evaluate(&all, &declared, &aware, now), []);
    let standing = |id: &str| declared.standing(&regime(id), now);
    assert_eq!(standing("eu-cra-14-vuln"), Standing::MayApply("market EU".to_owned()));
    let both = "role product-provider and market CN".to_owned();
    assert_eq!(standing("cn-rmsv"), Standing::MayApply(both));
    let declared = Declared { markets: vec!["EU".to_owned()], ..declared };
    let clocks = evaluate(&all, &declared, &aware, now);
    let ids: Vec<&str> = clocks.iter().map(|one| one.regime.id.as_str()).collect();
    assert_eq!(ids.len(), 8);
    assert!(ids.iter().all(|id| id.starts_with("eu-cra-14")));
}

#[test]
fn what_is_marked_is_off_until_it_is_named_and_what_is_named_off_is_off() {
    let now = at("2026-11-30T00:00:00Z");
    let mut declared = everybody();
    for (id, reason) in [
        ("us-circia", "disputed: sources do not agree that it is in force"),
        ("uk-csrb", "a bill: no law in any source read"),
        ("kr-kisa", "its number is from memory: no source was read"),
        ("us-bod-22-01", "revoked; in force from 2021-11-03 until 2026-06-10"),
        ("us-fedramp", "begins on 2026-12-07"),
    ] {
        assert_eq!(declared.standing(&regime(id), now), Standing::Off(reason.to_owned()), "{id}");
        declared.on.push(id.to_owned());
        assert_eq!(declared.standing(&regime(id), now), Standing::On, "{id}");
    }
    declared.off.push("us-circia".to_owned());
    let off = Standing::Off("turned off by audit.off".to_owned());
    assert_eq!(declared.standing(&regime("us-circia"), now), off);
}

#[test]
fn a_number_from_memory_gives_no_date_unless_its_regime_is_named() {
    let all = regimes();
    let learned = case(&[(Anchor::Learned, "2026-11-01")]);
    let now = at("2026-11-30T00:00:00Z");
    let of = |declared: &Declared| {
        let clocks = evaluate(&all, declared, &learned, now);
        let found = clocks.into_iter().find(|one| one.stage.id == "tell-customers");
        found.unwrap().state
    };
    let mut declared = everybody();
    assert_eq!(of(&declared), State::Unsourced);
    declared.on.push("us-fda-524b".to_owned());
    assert_eq!(due(&of(&declared)).as_deref(), Some("2026-12-01"));
}

fn detection(product: &str, when: &str, is_open: bool) -> Detection {
    Detection {
        ids: ["GHSA-jfh8-c2jp-5v3q", "CVE-2021-44228"]
            .map(|id| AdvisoryId::new(id).unwrap())
            .to_vec(),
        product: product.to_owned(),
        document: "app.json".to_owned(),
        at: at(when),
        run: Some(7),
        is_open,
    }
}

/// What nobody entered is a case of its own where it counts today, under its CVE identifier.
#[test]
fn what_was_detected_and_not_entered_is_a_case_of_its_product() {
    let now = at("2026-11-30T00:00:00Z");
    let found = [
        detection("shop", "2026-11-25T08:00:00Z", true),
        detection("till", "2026-11-25T08:00:00Z", true),
        detection("bank", "2026-11-25T08:00:00Z", false),
    ];
    let history = History::until(now, &found);
    let of = |entered: &[Case]| -> Vec<(String, Option<String>)> {
        history.cases(entered).into_iter().map(|case| (case.subject, case.product)).collect()
    };
    let flaw = "CVE-2021-44228".to_owned();
    let case = |product: &str| (flaw.clone(), Some(product.to_owned()));
    assert_eq!(of(&[]), [case("shop"), case("till")]);
    let entered = Case { product: Some("shop".to_owned()), ..Case::new("GHSA-jfh8-c2jp-5v3q") };
    assert_eq!(of(&[entered]), [case("till")]);
    assert_eq!(of(&[Case::new("CVE-2021-44228")]), []);
}

/// A person may say that a flaw is in the catalogue; the day that stands there is another question.
#[test]
fn of_an_entry_of_the_catalogue_that_nobody_looked_up_no_day_is_told() {
    let all = regimes();
    let regime = all.iter().find(|one| one.id == "us-bod-22-01").unwrap();
    let mut case = case(&[(Anchor::KevAdded, "2021-12-10")]);
    case.facts.tell(Fact::Kev, "yes", "entered by Ada");
    let state = |case: &Case| {
        let clocks = evaluate_all(regime, &everybody(), case, at("2021-12-20T00:00:00Z"));
        clocks.into_iter().find(|one| one.stage.id == "remediate").unwrap().state
    };
    assert_eq!(state(&case), State::NotStarted { waits: vec![Need::CatalogueDay] });
    case.facts.kev_due = KevDue::None;
    assert!(matches!(state(&case), State::NoLimit(_)));
}

#[test]
fn first_detection_stands_for_what_is_learned_as_a_default_and_for_nothing_else() {
    let all = regimes();
    let now = at("2026-11-30T00:00:00Z");
    let mut detected = Case::new("CVE-2021-44228");
    let found = [
        detection("shop", "2026-11-25T08:00:00Z", true),
        detection("till", "2026-11-24T08:00:00Z", true),
        // after now
        detection("shop", "2026-11-30T00:00:01Z", true),
    ];
    detected.product = Some("shop".to_owned());
    History::until(now, &found).offer(&mut detected);
    let clocks = evaluate(&all, &everybody(), &detected, now);
    let of = |regime: &str, stage: &str| {
        clocks.iter().find(|one| one.regime.id == regime && one.stage.id == stage).unwrap()
    };
    let report = of("cn-rmsv", "report-miit");
    let basis = report.basis.as_ref().unwrap();
    assert_eq!((basis.stands, &basis.by), (Stands::Default, &Source::History(found[0].clone())));
    assert_eq!(due(&report.state).as_deref(), Some("2026-11-27T08:00:00Z"));
    assert!(matches!(of("eu-cra-14-vuln", "early-warning").state, State::NotStarted { .. }));
    // who enters it ends the default
    detected.anchors.insert(Anchor::Learned, entered("2026-11-28T08:00:00Z"));
    let report = evaluate(&all, &everybody(), &detected, now);
    let report = report.iter().find(|one| one.stage.id == "report-miit").unwrap();
    assert_eq!(report.basis.as_ref().unwrap().stands, Stands::Itself);
    assert_eq!(due(&report.state).as_deref(), Some("2026-11-30T08:00:00Z"));
}

#[test]
fn a_stage_runs_comes_near_is_over_and_is_done() {
    let (all, stage) = (regimes(), ("eu-cra-14-vuln", "early-warning"));
    let aware = case(&[(Anchor::Aware, "2026-09-12T10:00:00Z")]);
    let due = moment("2026-09-13T10:00:00Z");
    let state = |case: &Case, now| state(&all, stage, case, now);
    assert_eq!(state(&aware, "2026-09-13T03:59:59Z"), State::Running { due });
    // six of 24 hours are left
    assert_eq!(state(&aware, "2026-09-13T04:00:00Z"), State::DueSoon { due });
    assert_eq!(state(&aware, "2026-09-13T10:00:00Z"), State::DueSoon { due });
    let by = Lateness::Late("2 hours".to_owned());
    assert_eq!(state(&aware, "2026-09-13T12:00:00Z"), State::Overdue { due, by });
    let told = done(aware, stage.0, stage.1, "2026-09-12T20:00:00Z");
    let (at, late) = (moment("2026-09-12T20:00:00Z"), Some(Lateness::InTime));
    assert_eq!(state(&told, "2026-10-01T00:00:00Z"), State::Done { at, due: Some(due), late });
}

#[test]
fn a_weekend_is_told_as_the_lenient_reading_of_european_periods_in_days() {
    let all = regimes();
    // 4 October 2026 is a Sunday
    let case =
        case(&[(Anchor::MeasureAvailable, "2026-09-20"), (Anchor::Aware, "2026-10-03T10:00:00Z")]);
    let clocks = evaluate(&all, &everybody(), &case, at("2026-09-21T00:00:00Z"));
    let notes = |stage: &str| {
        let found =
            clocks.iter().find(|one| one.regime.id == "eu-cra-14-vuln" && one.stage.id == stage);
        found.unwrap().notes.clone()
    };
    assert_eq!(notes("final-report").len(), 1);
    assert!(notes("final-report")[0].ends_with("[recalled]: 2026-10-05, holidays not considered"));
    assert_eq!(notes("early-warning"), [""; 0]);
}

#[test]
fn an_hour_that_was_not_told_is_told_as_such() {
    let case = case(&[(Anchor::Aware, "2026-09-12")]);
    let all = regimes();
    let clocks = evaluate(&all, &everybody(), &case, at("2026-09-12T00:00:00Z"));
    let warning =
        clocks.iter().find(|one| one.stage.id == "early-warning" && one.basis.is_some()).unwrap();
    assert_eq!(due(&warning.state).as_deref(), Some("2026-09-13T00:00:00Z"));
    assert_eq!(
        warning.notes,
        ["the hour of aware was not told: counted from 00:00 UTC of that day"]
    );
}

#[test]
fn an_event_before_the_rule_is_left_out_where_another_counts() {
    // listed in 2021, found in 2026: the directive is of June 2026
    let mut case = case(&[(Anchor::KevAdded, "2021-12-10"), (Anchor::Detected, "2026-11-25")]);
    case.facts.tell(Fact::Kev, "yes", "the catalogue");
    let all = regimes();
    let clocks = evaluate(&all, &everybody(), &case, at("2026-11-26T00:00:00Z"));
    let fix =
        clocks.iter().find(|one| one.regime.id == "us-bod-26-04" && one.stage.id == "remediate");
    assert_eq!(due(&fix.unwrap().state).as_deref(), Some("2026-11-28"));
    let note = "kev-added 2021-12-10 lies where the rule does not hold and is not counted";
    assert!(fix.unwrap().notes.contains(&note.to_owned()));
}

#[test]
fn china_and_europe_together_are_a_conflict_told_once() {
    let all = regimes();
    let now = at("2026-11-30T00:00:00Z");
    assert_eq!(conflicts(&all, &Declared::default(), now), []);
    let declared = Declared {
        roles: vec!["manufacturer".to_owned(), "product-provider".to_owned()],
        markets: vec!["CN".to_owned(), "EU".to_owned()],
        ..Declared::default()
    };
    let found = conflicts(&all, &declared, now);
    assert_eq!(found.len(), 1);
    assert!(found[0].1.text.contains("Art. 9(7)") && found[0].1.text.contains("Art. 14"));
}

#[test]
fn a_name_that_no_regime_knows_is_refused() {
    let all = regimes();
    let declared = Declared { roles: vec!["manufacturor".to_owned()], ..Declared::default() };
    let error = declared.check(&all).unwrap_err();
    assert!(error.starts_with("no regime knows the role \"manufacturor\"; known: circia-entity, "));
    assert_eq!(everybody().check(&all), Ok(()));
}

/// An audit is repeated by the file of its time: the same events, the old text, the old date.
#[test]
fn the_old_version_of_a_regime_gives_the_old_date() {
    let text = include_str!("../../../../advisories/regimes/cn-rmsv.toml");
    let old = text.replace("2026-11-25", "2025-01-01").replace("\"2 days\"", "\"5 days\"");
    let case = case(&[(Anchor::Learned, "2026-11-24T23:30:00+08:00")]);
    let (new, old) = (regimes(), with_own(regimes(), vec![read(&old, "old.toml").unwrap()]));
    assert_eq!(new.len(), old.len());
    let dates = [&new, &old, &new].map(|all| {
        let clocks = evaluate(all, &everybody(), &case, at("2026-11-25T00:00:00Z"));
        let report = clocks.into_iter().find(|one| one.stage.id == "report-miit").unwrap();
        (report.regime.version.clone(), due(&report.state).unwrap())
    });
    let (new, old) = ("2026-11-26T23:30:00+08:00", "2026-11-29T23:30:00+08:00");
    let pair = |version: &str, due: &str| (version.to_owned(), due.to_owned());
    let expected = [pair("2026-11-25", new), pair("2025-01-01", old), pair("2026-11-25", new)];
    assert_eq!(dates, expected);
}

#[test]
fn a_regime_with_a_fault_is_refused_with_its_line() {
    let text = include_str!("../../../../advisories/regimes/cn-rmsv.toml");
    let line = |wanted: &str| text.lines().position(|line| line == wanted).unwrap() + 1;
    let report = line("id = \"report-miit\"") - 1;
    for (from, to, line, cause) in [
        ("within = \"2 days\"", "within = \"2 weeks\"", report, "\"2 weeks\" is no length of time"),
        ("within = \"2 days\"", "", report, "expected one of within"),
        (
            "within = \"2 days\"",
            "withing = \"2 days\"",
            line("within = \"2 days\""),
            "unknown field",
        ),
        ("id = \"report-miit\"", "id = \"verify\"", report, "another one has that id"),
        (
            "status = \"in force\"",
            "status = \"live\"",
            6,
            "status is \"live\", expected one of in force",
        ),
        ("from = \"2021-09-01\"", "from = \"2021\"", 7, "\"2021\" is no day"),
        ("version = \"2026-11-25\"", "version = \" \"", 2, "version is empty"),
        ("id = \"cn-rmsv\"", "id = \"CN RMSV\"", 1, "expected small letters"),
        (
            "within = \"2 days\"\nfrom = \"learned\"",
            "within = \"2 days\"\nfrom = \"hearsay\"",
            report,
            "\"hearsay\" is no anchor",
        ),
        (
            "within = \"2 days\"\nfrom = \"learned\"",
            "within = \"2 days\"\nfrom = \"stage:patch\"",
            report,
            "there is no stage \"patch\" before it",
        ),
        (
            "within = \"2 days\"\nfrom = \"learned\"",
            "within = \"2 days\"",
            report,
            "such a limit needs a `from`",
        ),
    ] {
        assert!(text.contains(from), "{from}");
        let error = read(&text.replacen(from, to, 1), "own.toml").unwrap_err().to_string();
        assert!(error.starts_with(&format!("own.toml:{line}: ")), "{to}: {error}");
        assert!(error.contains(cause), "{to}: {error}");
    }
}

#[test]
fn two_rows_that_both_hold_are_refused() {
    let text = include_str!("../../../../advisories/regimes/us-bod-26-04.toml");
    let row = "when = [\"no\", \"no\", \"no\", \"partial\"]";
    let doubled = text.replacen(row, "when = [\"*\", \"no\", \"no\", \"partial\"]", 1);
    let error = read(&doubled, "own.toml").unwrap_err().to_string();
    assert!(error.contains("table remediation: rows 1 and 2 both hold for one flaw"), "{error}");
}

#[test]
fn a_register_is_read_as_it_was_written_and_the_last_word_counts() {
    let entry = |product: Option<&str>, what: What| Entry {
        entered: at("2026-11-30T12:00:00Z"),
        by: "Ada".to_owned(),
        subject: "CVE-2021-44228".to_owned(),
        product: product.map(str::to_owned),
        what,
        note: Some("a \"note\"".to_owned()),
    };
    use register::{Entry, What};
    let aware = |at: &str| What::Anchor(Anchor::Aware, Some(moment(at)));
    let entries = vec![
        entry(None, aware("2026-11-01")),
        entry(Some("shop"), aware("2026-11-05T10:00:00+01:00")),
        entry(None, aware("2026-11-02")),
        entry(
            None,
            What::Done("cn-rmsv".to_owned(), "report-miit".to_owned(), Some(moment("2026-11-03"))),
        ),
        entry(None, What::Fact(Fact::Exposed, Some("yes"))),
        entry(Some("shop"), What::Fact(Fact::Exposed, Some("no"))),
        entry(Some("shop"), What::Fact(Fact::Exposed, None)),
    ];
    let text: String = entries.iter().map(|entry| entry.line().unwrap()).collect();
    assert_eq!(register::read(&text).unwrap(), entries);
    let cases = register::cases(&entries);
    let told: Vec<_> = cases
        .iter()
        .map(|case| {
            let aware = case.anchors[&Anchor::Aware].at.to_string();
            (case.product.as_deref(), aware, case.facts.get(Fact::Exposed).map(|(word, _)| word))
        })
        .collect();
    assert_eq!(
        told,
        [
            (None, "2026-11-02".to_owned(), Some("yes")),
            // what was taken back for one product leaves what was said for all
            (Some("shop"), "2026-11-05T10:00:00+01:00".to_owned(), Some("yes")),
        ]
    );
}

#[test]
fn a_register_with_a_fault_is_refused_with_its_line() {
    let line = |rest: &str| {
        format!("\n{{\"entered\":\"2026-11-30T12:00:00Z\",\"by\":\"Ada\",\"subject\":\"X-1\"{rest}")
    };
    for (rest, cause) in [
        ("", "is no entry of a register"),
        ("}", "expected either at or retracted"),
        (",\"at\":\"2026-11-01\"}", "expected one of anchor, done, fact"),
        (",\"anchor\":\"hearsay\",\"at\":\"2026-11-01\"}", "\"hearsay\" is no anchor"),
        (",\"anchor\":\"aware\",\"at\":\"yesterday\"}", "\"yesterday\" is no time"),
        (",\"anchor\":\"aware\",\"when\":\"2026-11-01\"}", "unknown field"),
        (",\"anchor\":\"aware\",\"at\":\"2026-11-01\",\"retracted\":true}", "expected either"),
        (",\"done\":\"cn-rmsv\",\"at\":\"2026-11-01\"}", "is no REGIME/STAGE"),
        (",\"fact\":\"exposed\",\"answer\":\"maybe\"}", "expected one of no, yes"),
        (",\"fact\":\"exposed\"}", "either answer or retracted"),
        (
            ",\"anchor\":\"aware\",\"at\":\"2026-11-01\",\"answer\":\"yes\"}",
            "answer belongs to fact",
        ),
    ] {
        let error = register::read(&line(rest)).unwrap_err();
        assert!(error.starts_with("2: ") && error.contains(cause), "{rest}: {error}");
    }
    let nobody = line("").replace("Ada", " ") + ",\"anchor\":\"aware\",\"at\":\"2026-11-01\"}";
    assert!(register::read(&nobody).unwrap_err().contains("may not be empty"));
}
