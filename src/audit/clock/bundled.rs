//! The regimes that ship with bomvet.

use super::read::read;
use super::regime::Regime;
use crate::config::ConfigError;

const FILES: [(&str, &str); 19] = [
    ("cn-nim.toml", include_str!("../../../advisories/regimes/cn-nim.toml")),
    ("cn-rmsv.toml", include_str!("../../../advisories/regimes/cn-rmsv.toml")),
    (
        "eu-cra-14-incident.toml",
        include_str!("../../../advisories/regimes/eu-cra-14-incident.toml"),
    ),
    ("eu-cra-14-vuln.toml", include_str!("../../../advisories/regimes/eu-cra-14-vuln.toml")),
    ("eu-dora.toml", include_str!("../../../advisories/regimes/eu-dora.toml")),
    ("eu-nis2-23.toml", include_str!("../../../advisories/regimes/eu-nis2-23.toml")),
    ("in-cert-in.toml", include_str!("../../../advisories/regimes/in-cert-in.toml")),
    ("jp-jvn.toml", include_str!("../../../advisories/regimes/jp-jvn.toml")),
    ("kr-kisa.toml", include_str!("../../../advisories/regimes/kr-kisa.toml")),
    ("pci-dss-6.3.3.toml", include_str!("../../../advisories/regimes/pci-dss-6.3.3.toml")),
    ("uk-csrb.toml", include_str!("../../../advisories/regimes/uk-csrb.toml")),
    ("uk-psti.toml", include_str!("../../../advisories/regimes/uk-psti.toml")),
    ("us-bod-22-01.toml", include_str!("../../../advisories/regimes/us-bod-22-01.toml")),
    ("us-bod-26-04.toml", include_str!("../../../advisories/regimes/us-bod-26-04.toml")),
    ("us-circia.toml", include_str!("../../../advisories/regimes/us-circia.toml")),
    ("us-ed-22-02.toml", include_str!("../../../advisories/regimes/us-ed-22-02.toml")),
    ("us-fda-524b.toml", include_str!("../../../advisories/regimes/us-fda-524b.toml")),
    ("us-fedramp.toml", include_str!("../../../advisories/regimes/us-fedramp.toml")),
    ("us-sec-8k-105.toml", include_str!("../../../advisories/regimes/us-sec-8k-105.toml")),
];

/// All regimes that ship with bomvet, by identifier.
///
/// # Errors
/// When a file cannot be read; a test sees to it that each can.
pub fn bundled() -> Result<Vec<Regime>, ConfigError> {
    let mut all =
        FILES.iter().map(|(name, text)| read(text, name)).collect::<Result<Vec<_>, _>>()?;
    all.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(all)
}

/// The regimes with those of the user's own, which take the place of others of the same identifier:
/// so an audit of former times is repeated by the file of that time.
#[must_use]
pub fn with_own(mut regimes: Vec<Regime>, own: Vec<Regime>) -> Vec<Regime> {
    for regime in own {
        regimes.retain(|known| known.id != regime.id);
        regimes.push(regime);
    }
    regimes.sort_by(|a, b| a.id.cmp(&b.id));
    regimes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::clock::{Evidence, Status};

    #[test]
    fn every_file_of_the_folder_is_read_and_named_as_its_regime() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/advisories/regimes");
        let names = crate::files::list(std::path::Path::new(folder)).unwrap();
        assert_eq!(names, FILES.map(|(name, _)| name));
        for regime in bundled().unwrap() {
            assert_eq!(regime.path, format!("{}.toml", regime.id));
            for stage in &regime.stages {
                assert!(!stage.contents.is_empty() && !stage.source.trim().is_empty());
            }
        }
    }

    #[test]
    fn what_is_disputed_no_law_or_from_memory_alone_is_marked() {
        let regimes = bundled().unwrap();
        let status = |id: &str| regimes.iter().find(|regime| regime.id == id).unwrap().status;
        assert_eq!(status("us-circia"), Status::Disputed);
        assert_eq!(status("uk-csrb"), Status::Bill);
        assert_eq!(status("us-bod-22-01"), Status::Revoked);
        assert_eq!(status("us-ed-22-02"), Status::Closed);
        let recalled = |regime: &&Regime| {
            regime.stages.iter().all(|stage| stage.evidence == Evidence::Recalled)
        };
        let of_memory = regimes.iter().filter(recalled).map(|regime| regime.id.as_str());
        let unsourced = regimes.iter().filter(|regime| regime.status == Status::Unsourced);
        assert!(of_memory.eq(unsourced.map(|regime| regime.id.as_str())));
    }

    #[test]
    fn a_conflict_names_a_regime_that_names_it_back() {
        let regimes = bundled().unwrap();
        let with = |id: &str| -> Vec<String> {
            let found = regimes.iter().find(|regime| regime.id == id).unwrap();
            found.conflicts.iter().flat_map(|conflict| conflict.with.clone()).collect()
        };
        for regime in &regimes {
            for other in with(&regime.id) {
                assert!(with(&other).contains(&regime.id), "{} {other}", regime.id);
            }
        }
        assert_eq!(with("cn-rmsv"), ["eu-cra-14-vuln", "eu-cra-14-incident"]);
    }
}
