//! Every order against its own reference implementation, where that is installed: `just oracles` brings
//! what is missing, `just orders` asks 100,000 pairs and more of each. Maven's has a test of its own.
//!
//! `BOMVET_ORACLE_PAIRS` sets how many pairs are asked (2,000 unless set), `BOMVET_ORACLE_SEED` which.
//! Each pair must be ordered alike, and a text that one of the two refuses must be refused by the
//! other; where they differ, `Deviation` says why, and is counted. The counts are printed.

mod deviations;
mod generate;
mod references;

use bomvet::version::{Order, Version};
use deviations::Deviation;
use generate::{Grammar, pairs};
use references::{Answer, Reference};
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// An ecosystem, the texts that are made up for it, and who says how they are ordered.
struct Trial {
    ecosystem: &'static str,
    grammar: Grammar,
    reference: Reference,
    /// Why the reference and we may differ about a pair.
    deviation: fn(&str, &str) -> Option<Deviation>,
}

fn none(_: &str, _: &str) -> Option<Deviation> {
    None
}

fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

fn ours(order: Order, left: &str, right: &str) -> Answer {
    let versions = [left, right].map(|text| Version::parse(order, text).ok());
    let [Some(left), Some(right)] = versions else {
        return Answer::Refused;
    };
    let ordering = left.compare(&right).unwrap();
    assert_eq!(left.key().cmp(&right.key()), ordering);
    Answer::Ordered(ordering)
}

fn hold(trial: &Trial) {
    let order = Order::of_ecosystem(trial.ecosystem).unwrap();
    let count = setting("BOMVET_ORACLE_PAIRS", 2_000);
    let pairs = pairs(&trial.grammar, count, setting("BOMVET_ORACLE_SEED", 440));
    let answers = match trial.reference.ask(&pairs) {
        Ok(answers) => answers,
        Err(missing) => {
            eprintln!("{}: skipped, {missing}", trial.ecosystem);
            return;
        }
    };
    assert_eq!(answers.len(), pairs.len(), "{}: not every pair was answered", trial.ecosystem);
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for ((left, right), theirs) in pairs.iter().zip(answers) {
        let ours = ours(order, left, right);
        let label = match (ours == theirs, ours, (trial.deviation)(left, right)) {
            (true, Answer::Ordered(_), _) => "ordered alike",
            (true, Answer::Refused, _) => "refused by both",
            (false, _, Some(deviation)) if deviation.covers(ours, theirs) => deviation.why(),
            _ => {
                wrong.push(format!("{left:?} {right:?}: {ours:?}, the reference says {theirs:?}"));
                "DISAGREEMENT"
            }
        };
        *counts.entry(label).or_default() += 1;
    }
    let counts: Vec<_> = counts.iter().map(|(label, count)| format!("{count} {label}")).collect();
    let reference = trial.reference.name();
    eprintln!(
        "{}: {} pairs asked of {reference}: {}",
        trial.ecosystem,
        pairs.len(),
        counts.join(", ")
    );
    assert!(wrong.is_empty(), "{}: {:#?}", trial.ecosystem, &wrong[..wrong.len().min(20)]);
}

#[test]
fn crates_io_is_ordered_as_the_semver_crate_does() {
    hold(&Trial {
        ecosystem: "crates.io",
        grammar: generate::SEMVER,
        reference: Reference::Crate(|left, right| {
            let read = |text: &str| semver::Version::parse(text).ok();
            Some(read(left)?.cmp_precedence(&read(right)?))
        }),
        deviation: deviations::semver,
    });
}

#[test]
fn github_actions_are_ordered_as_the_semver_crate_does() {
    hold(&Trial {
        ecosystem: "GitHub Actions",
        grammar: generate::SEMVER,
        reference: Reference::Crate(|left, right| {
            let read = |text: &str| semver::Version::parse(text).ok();
            Some(read(left)?.cmp_precedence(&read(right)?))
        }),
        deviation: deviations::actions,
    });
}

/// Dart does not run everywhere; the crate's total order ranks build metadata by the same rules.
#[test]
fn pub_is_ordered_as_the_semver_crate_s_total_order() {
    hold(&Trial {
        ecosystem: "Pub",
        grammar: generate::SEMVER,
        reference: Reference::Crate(|left, right| {
            let read = |text: &str| semver::Version::parse(text).ok();
            Some(read(left)?.cmp(&read(right)?))
        }),
        deviation: deviations::dart,
    });
}

#[test]
fn npm_is_ordered_as_node_semver_does() {
    hold(&Trial {
        ecosystem: "npm",
        grammar: generate::NPM,
        reference: Reference::Script("node-semver", "node", "npm.js"),
        deviation: deviations::npm,
    });
}

#[test]
fn go_is_ordered_as_its_module_library_does() {
    hold(&Trial {
        ecosystem: "Go",
        grammar: generate::GO,
        reference: Reference::Built("golang.org/x/mod/semver", &["go-order"]),
        deviation: deviations::go,
    });
}

#[test]
fn bitnami_is_ordered_as_its_go_version_does() {
    hold(&Trial {
        ecosystem: "Bitnami",
        grammar: generate::SEMVER,
        reference: Reference::Built("bitnami/go-version", &["go-order", "bitnami"]),
        deviation: deviations::bitnami,
    });
}

#[test]
fn hex_is_ordered_as_elixir_does() {
    hold(&Trial {
        ecosystem: "Hex",
        grammar: generate::SEMVER,
        reference: Reference::Script("Elixir's Version", "elixir", "hex.exs"),
        deviation: deviations::hex,
    });
}

#[test]
fn pypi_is_ordered_as_packaging_does() {
    hold(&Trial {
        ecosystem: "PyPI",
        grammar: generate::PYPI,
        reference: Reference::Script(
            "packaging before 22",
            "target/oracles/packaging/bin/python",
            "pep440.py",
        ),
        deviation: deviations::pypi,
    });
}

#[test]
fn rubygems_is_ordered_as_gem_version_does() {
    hold(&Trial {
        ecosystem: "RubyGems",
        grammar: generate::GEM,
        reference: Reference::Script("Gem::Version", "ruby", "gem.rb"),
        deviation: deviations::gem,
    });
}

#[test]
fn nuget_is_ordered_as_nuget_versioning_does() {
    hold(&Trial {
        ecosystem: "NuGet",
        grammar: generate::NUGET,
        reference: Reference::Built("NuGet.Versioning", &["mono", "nuget/order.exe"]),
        deviation: deviations::nuget,
    });
}

#[test]
fn packagist_is_ordered_as_composer_does() {
    hold(&Trial {
        ecosystem: "Packagist",
        grammar: generate::COMPOSER,
        reference: Reference::Script("composer/semver", "php", "composer.php"),
        deviation: none,
    });
}

#[test]
fn hackage_is_ordered_as_cabal_does() {
    hold(&Trial {
        ecosystem: "Hackage",
        grammar: generate::HACKAGE,
        reference: Reference::Built("Cabal", &["hackage-order"]),
        deviation: deviations::hackage,
    });
}

#[test]
fn cran_is_ordered_as_r_does() {
    hold(&Trial {
        ecosystem: "CRAN",
        grammar: generate::R,
        reference: Reference::Script("R's numeric_version", "Rscript", "r.R"),
        deviation: none,
    });
}

#[test]
fn debian_is_ordered_as_dpkg_does() {
    hold(&Trial {
        ecosystem: "Debian:12",
        grammar: generate::DEBIAN,
        reference: Reference::Built("dpkg", &["dpkg-order"]),
        deviation: deviations::debian,
    });
}

#[test]
fn red_hat_is_ordered_as_rpm_does() {
    hold(&Trial {
        ecosystem: "Red Hat",
        grammar: generate::RPM,
        reference: Reference::Script("rpm", "rpmlua", "rpm.lua"),
        deviation: deviations::rpm,
    });
}

#[test]
fn alpine_is_ordered_as_apk_does() {
    hold(&Trial {
        ecosystem: "Alpine:v3.20",
        grammar: generate::APK,
        reference: Reference::Built("apk-tools 3", &["apk-order"]),
        deviation: deviations::apk,
    });
}

/// The trials above must be able to fail: an order that is not the ecosystem's is found out.
#[test]
fn a_foreign_order_is_found_out() {
    let differs =
        |left: &str, right: &str| ours(Order::Debian, left, right) != ours(Order::Rpm, left, right);
    let pairs = pairs(&generate::DEBIAN, 2_000, 7);
    assert!(pairs.iter().filter(|(left, right)| differs(left, right)).count() > 100);
    assert_ne!(ours(Order::Npm, "1.0.0", "1.0.0"), Answer::Ordered(Ordering::Less));
}
