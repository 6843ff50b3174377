//! What holds whatever is entered.

use jiff::SignedDuration;
use jiff::tz::Offset;
use proptest::prelude::*;

use super::*;

/// Any minute from 2020 to 2040, in any offset, or any day of these years.
fn moments() -> impl Strategy<Value = Moment> {
    let minutes = 26_300_000_i64..36_800_000;
    (minutes, -48_i32..=56, any::<bool>()).prop_map(|(minute, quarter, is_day)| {
        let at = Timestamp::from_second(minute * 60).unwrap();
        let told = Moment::At(at, Offset::from_seconds(quarter * 900).unwrap());
        if is_day { Moment::Day(told.date()) } else { told }
    })
}

fn spans() -> impl Strategy<Value = Span> {
    (1_u16..400, 0..4).prop_map(|(number, unit)| match unit {
        0 => Span::Hours(number),
        1 => Span::Days(number),
        2 => Span::BusinessDays(number),
        _ => Span::Months(number % 40 + 1),
    })
}

proptest! {
    /// Fixed dates of a directive run from the directive; all others need an event.
    #[test]
    fn nothing_is_ever_overdue_without_its_event(
        answers in prop::collection::vec(prop::option::of(0_usize..5), 7),
        due in prop::option::of(0_i16..4000),
        second in 1_500_000_000_i64..2_200_000_000,
    ) {
        let mut case = Case::new("CVE-2021-44228");
        for (fact, answer) in Fact::ALL.into_iter().zip(answers) {
            if let Some(number) = answer {
                case.facts.tell(fact, fact.words()[number % fact.words().len()], "any");
            }
        }
        let first = jiff::civil::date(2021, 1, 1);
        if let Some(days) = due {
            case.facts.kev_due = KevDue::Day(first + jiff::Span::new().days(days));
        }
        let (all, mut declared) = (regimes(), everybody());
        declared.on = all.iter().map(|regime| regime.id.clone()).collect();
        let now = Timestamp::from_second(second).unwrap();
        for clock in evaluate(&all, &declared, &case, now) {
            let is_fixed = matches!(clock.stage.limit, Limit::Fixed(_));
            prop_assert!(is_fixed || due_of(&clock.state).is_none(), "{:?}", clock.state);
        }
    }

    /// In one offset. Days are compared: a month that is clamped may end at an earlier hour of the same day.
    #[test]
    fn a_later_event_never_ends_on_an_earlier_day(
        start in moments(), later in 0_i64..2_000_000, span in spans(),
    ) {
        let holidays = regime("us-sec-8k-105").holidays;
        let next = match start {
            Moment::At(at, offset) => Moment::At(at + SignedDuration::from_mins(later), offset),
            Moment::Day(day) => {
                Moment::Day(day + jiff::Span::new().days(later / 1440))
            }
        };
        let (first, second) = (span.after(start, &holidays), span.after(next, &holidays));
        prop_assert!(first.date() <= second.date(), "{start} {next} {span}: {first} {second}");
        prop_assert!(first.end() > start.start());
    }

    /// One more event can only bring the end nearer.
    #[test]
    fn listing_and_detection_give_the_earlier_of_their_ends(
        listed in moments(), detected in moments(),
    ) {
        let in_force = jiff::civil::date(2026, 6, 10);
        prop_assume!(listed.date() >= in_force && detected.date() >= in_force);
        let all = regimes();
        let due_from = |anchors: &[(Anchor, Moment)]| {
            let mut case = Case::new("CVE-2030-0001");
            case.facts.tell(Fact::Kev, "yes", "any");
            for (anchor, at) in anchors {
                case.observe(*anchor, *at, Source::Data("any".to_owned()));
            }
            let clocks = evaluate(&all, &everybody(), &case, at("2045-01-01T00:00:00Z"));
            let fix = clocks.into_iter().find(|one| one.regime.id == "us-bod-26-04").unwrap();
            due_of(&fix.state).unwrap().end()
        };
        let (listed, detected) = ((Anchor::KevAdded, listed), (Anchor::Detected, detected));
        let both = due_from(&[listed, detected]);
        prop_assert_eq!(both, due_from(&[listed]).min(due_from(&[detected])));
    }

    /// Whatever is typed is refused or understood; what is understood prints as it reads.
    #[test]
    fn any_text_is_a_moment_or_refused(text in "[0-9TZ:+. -]{0,30}|\\PC{0,12}") {
        if let Ok(moment) = Moment::parse(&text) {
            prop_assert_eq!(Moment::parse(&moment.to_string()), Ok(moment));
        }
    }

    #[test]
    fn any_text_is_a_register_or_refused(text in "\\PC{0,80}") {
        if let Ok(entries) = register::read(&text) {
            prop_assert!(entries.is_empty() || text.contains("subject"));
        }
    }

    #[test]
    fn a_regime_cut_anywhere_is_refused_or_whole(end in 0_usize..3000) {
        let text = include_str!("../../../../advisories/regimes/cn-rmsv.toml");
        let cut = text.get(..end).unwrap_or(text);
        if let Err(error) = read(cut, "cut.toml") {
            prop_assert!(error.line <= text.lines().count() + 1);
        }
    }
}

fn due_of(state: &State) -> Option<Moment> {
    match state {
        State::Running { due } | State::DueSoon { due } | State::Overdue { due, .. } => Some(*due),
        _ => None,
    }
}
