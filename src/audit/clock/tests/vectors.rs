//! Dates that follow from the texts, worked out by hand from the sources that the regimes name.

use super::*;

/// Regulation (EU) 2024/2847, Art. 14(2): 24 and 72 hours from awareness, 14 days from a measure.
#[test]
fn the_cra_warns_after_24_hours_notifies_after_72_and_waits_for_a_measure() {
    let (all, id) = (regimes(), "eu-cra-14-vuln");
    let case = case(&[(Anchor::Aware, "2026-09-12T10:00:00Z")]);
    let now = "2026-09-12T11:00:00Z";
    let told = |stage| due(&state(&all, (id, stage), &case, now));
    assert_eq!(told("early-warning").as_deref(), Some("2026-09-13T10:00:00Z"));
    assert_eq!(told("notification").as_deref(), Some("2026-09-15T10:00:00Z"));
    let waits = vec![Need::Start(Start::Anchor(Anchor::MeasureAvailable))];
    assert_eq!(state(&all, (id, "final-report"), &case, now), State::NotStarted { waits });
}

#[test]
fn the_final_report_of_the_cra_is_due_14_days_after_a_measure_and_not_after_awareness() {
    let case = case(&[
        (Anchor::Aware, "2026-09-12T10:00:00Z"),
        (Anchor::MeasureAvailable, "2026-09-20T08:00:00Z"),
    ]);
    let stage = ("eu-cra-14-vuln", "final-report");
    let state = state(&regimes(), stage, &case, "2026-09-21T00:00:00Z");
    assert_eq!(due(&state).as_deref(), Some("2026-10-04T08:00:00Z"));
}

/// Art. 71(2) of the same: Art. 14 applies from 11 September 2026.
#[test]
fn awareness_before_the_first_day_of_the_rule_is_for_people_to_decide() {
    let case = case(&[(Anchor::Aware, "2026-09-01T10:00:00Z")]);
    let stage = ("eu-cra-14-vuln", "early-warning");
    let state = state(&regimes(), stage, &case, "2026-09-20T00:00:00Z");
    assert_eq!(state, State::OutOfForce(jiff::civil::date(2026, 9, 1)));
}

/// Art. 14(4)(c): one month after the notification was sent; 31 October has no counterpart.
#[test]
fn a_month_after_a_notification_of_31_october_ends_on_30_november() {
    let case = case(&[(Anchor::IncidentAware, "2026-10-30T09:00:00Z")]);
    let case = done(case, "eu-cra-14-incident", "notification", "2026-10-31T09:00:00Z");
    let stage = ("eu-cra-14-incident", "final-report");
    let state = state(&regimes(), stage, &case, "2026-11-01T00:00:00Z");
    assert_eq!(due(&state).as_deref(), Some("2026-11-30T09:00:00Z"));
}

/// RMSV Art. 7: two days, counted where the provider is.
#[test]
fn two_days_in_china_end_at_the_same_hour_in_its_own_offset() {
    let case = case(&[(Anchor::Learned, "2026-11-24T23:30:00+08:00")]);
    let stage = ("cn-rmsv", "report-miit");
    let state = state(&regimes(), stage, &case, "2026-11-25T00:00:00Z");
    assert_eq!(due(&state).as_deref(), Some("2026-11-26T23:30:00+08:00"));
}

/// PCI DSS 4.0.1, 6.3.3: one month after the release of the patch.
#[test]
fn a_patch_of_31_january_is_installed_by_28_february() {
    let case = case(&[(Anchor::PatchReleased, "2026-01-31")]);
    let stage = ("pci-dss-6.3.3", "critical");
    let state = state(&regimes(), stage, &case, "2026-02-01T00:00:00Z");
    assert_eq!(due(&state).as_deref(), Some("2026-02-28"));
}

/// Form 8-K, Item 1.05: 26 November 2026 is Thanksgiving, so the four days are 27 and 30 November, 1 and
/// 2 December.
#[test]
fn four_business_days_pass_over_thanksgiving_and_a_weekend() {
    let case = case(&[(Anchor::MaterialityDetermined, "2026-11-25")]);
    let stage = ("us-sec-8k-105", "8k");
    let state = state(&regimes(), stage, &case, "2026-11-26T00:00:00Z");
    assert_eq!(due(&state).as_deref(), Some("2026-12-02"));
}

/// General instruction B.1 of Form 8-K: determined on a Saturday, Monday is the first of the four.
#[test]
fn what_is_determined_at_a_weekend_counts_from_monday_on() {
    for day in ["2026-12-05", "2026-12-06T23:00:00-05:00"] {
        let case = case(&[(Anchor::MaterialityDetermined, day)]);
        let state = state(&regimes(), ("us-sec-8k-105", "8k"), &case, "2026-12-07T00:00:00Z");
        assert_eq!(due(&state).as_deref(), Some("2026-12-10"), "{day}");
    }
}

/// BOD 26-04: three days, from listing or detection, whichever came first.
#[test]
fn a_listed_flaw_is_fixed_in_three_days_from_the_earlier_of_listing_and_detection() {
    let mut case = case(&[(Anchor::KevAdded, "2026-12-10"), (Anchor::Detected, "2026-12-15")]);
    for (fact, word) in [
        (Fact::Kev, "yes"),
        (Fact::Exposed, "yes"),
        (Fact::Automatable, "yes"),
        (Fact::TechnicalImpact, "total"),
    ] {
        case.facts.tell(fact, word, "the test");
    }
    let (all, now) = (regimes(), at("2026-12-11T00:00:00Z"));
    let clocks = evaluate(&all, &everybody(), &case, now);
    let of = |id: &str| clocks.iter().find(|one| one.stage.id == id).unwrap();
    assert_eq!(due(&of("remediate").state).as_deref(), Some("2026-12-13"));
    assert_eq!(of("remediate").basis.as_ref().unwrap().start, Start::Anchor(Anchor::KevAdded));
    assert!(of("remediate").notes.contains(&"the row asks for forensic-triage".to_owned()));
    assert_eq!(due(&of("forensic-decision").state).as_deref(), Some("2026-12-13T00:00:00Z"));
}

/// CERT-In, direction (ii): six hours.
#[test]
fn six_hours_in_india_pass_midnight() {
    let case = case(&[(Anchor::IncidentNoticed, "2026-11-25T22:00:00+05:30")]);
    let state = state(&regimes(), ("in-cert-in", "report"), &case, "2026-11-25T17:00:00Z");
    assert_eq!(due(&state).as_deref(), Some("2026-11-26T04:00:00+05:30"));
}

/// DORA: four hours from the classification, 24 from awareness at the latest.
#[test]
fn the_first_notice_of_dora_is_due_at_the_earlier_of_two_ends() {
    let aware = (Anchor::IncidentAware, "2026-03-01T08:00:00Z");
    for (classified, end) in [
        ("2026-03-01T10:00:00Z", "2026-03-01T14:00:00Z"),
        ("2026-03-02T07:00:00Z", "2026-03-02T08:00:00Z"),
    ] {
        let case = case(&[aware, (Anchor::IncidentClassified, classified)]);
        let state = state(&regimes(), ("eu-dora", "initial"), &case, "2026-03-01T09:00:00Z");
        assert_eq!(due(&state).as_deref(), Some(end));
    }
}

/// Log4Shell under the rules of 2021. A provider with the duty of two days who had learned on 24 November
/// (when the flaw was reported to Apache) had owed its report on 26 November.
#[test]
fn a_provider_of_2021_was_13_days_late_on_9_december() {
    let learned = case(&[(Anchor::Learned, "2021-11-24")]);
    let (all, stage) = (regimes(), ("cn-rmsv", "report-miit"));
    let late = Lateness::Late("13 days".to_owned());
    let due = moment("2021-11-26");
    let open = state(&all, stage, &learned, "2021-12-09T12:00:00Z");
    assert_eq!(open, State::Overdue { due, by: late.clone() });
    let told = done(learned, "cn-rmsv", "report-miit", "2021-12-09");
    let closed = state(&all, stage, &told, "2021-12-10T00:00:00Z");
    let at = moment("2021-12-09");
    assert_eq!(closed, State::Done { at, due: Some(due), late: Some(late) });
}

/// The catalogue said 24 December, the emergency directive of 17 December the 23rd at 17:00 in Washington.
#[test]
fn agencies_of_2021_had_until_23_december() {
    let mut case = case(&[(Anchor::KevAdded, "2021-12-10"), (Anchor::PatchReleased, "2021-12-10")]);
    case.facts.tell(Fact::Kev, "yes", "the catalogue");
    case.facts.kev_due = KevDue::Day(jiff::civil::date(2021, 12, 24));
    let (all, now) = (regimes(), "2021-12-20T00:00:00Z");
    let told = |stage| due(&state(&all, stage, &case, now));
    assert_eq!(told(("us-bod-22-01", "remediate")).as_deref(), Some("2021-12-24"));
    let directive = told(("us-ed-22-02", "mitigate"));
    assert_eq!(directive.as_deref(), Some("2021-12-23T17:00:00-05:00"));
    // a year on, neither is shown any more
    let clocks = evaluate(&all, &everybody(), &case, at("2026-11-30T00:00:00Z"));
    assert!(
        clocks
            .iter()
            .all(|one| !one.regime.id.ends_with("22-01") && !one.regime.id.ends_with("22-02"))
    );
}

/// What today's rules would have said of 2021: the texts did not hold then, so their spans are applied
/// by themselves. One month after 2.15.0; the CRA's three dates from awareness at noon of 10 December.
#[test]
fn todays_spans_from_the_dates_of_2021() {
    let after = |id: &str, stage: &str, start: &str| {
        let regime = regime(id);
        let Limit::Within(span) = regime.stage(stage).unwrap().limit else { panic!("{stage}") };
        span.after(moment(start), &regime.holidays).to_string()
    };
    assert_eq!(after("pci-dss-6.3.3", "critical", "2021-12-10"), "2022-01-10");
    let aware = "2021-12-10T12:00:00Z";
    assert_eq!(after("eu-cra-14-vuln", "early-warning", aware), "2021-12-11T12:00:00Z");
    assert_eq!(after("eu-cra-14-vuln", "notification", aware), "2021-12-13T12:00:00Z");
    assert_eq!(after("eu-cra-14-vuln", "final-report", "2021-12-10"), "2021-12-24");
}

/// Federal holidays of 2026 and 2027 as they are kept: 4 July 2026 and 19 June, 25 December 2027 and 1
/// January 2028 are Saturdays, 4 July 2027 is a Sunday.
#[test]
fn the_holidays_of_two_years_are_those_of_the_calendar() {
    let holidays = regime("us-sec-8k-105").holidays;
    let mut found = Vec::new();
    let mut day = jiff::civil::date(2026, 1, 1);
    while day < jiff::civil::date(2028, 1, 1) {
        if holidays.iter().any(|holiday| holiday.is_on(day)) {
            found.push(day.to_string());
        }
        day = day.tomorrow().unwrap();
    }
    let of_2026 = "01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25";
    let of_2027 = "01-01 01-18 02-15 05-31 06-18 07-05 09-06 10-11 11-11 11-25 12-24 12-31";
    let expected = [("2026", of_2026), ("2027", of_2027)];
    let expected = expected
        .iter()
        .flat_map(|(year, days)| days.split(' ').map(move |day| format!("{year}-{day}")));
    assert_eq!(found, expected.collect::<Vec<_>>());
}
