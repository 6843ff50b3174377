//! Marks by which a version tells that a vendor rebuilt the package, perhaps with fixes of its own.

/// Qualifiers that rebuilders put behind the upstream version.
const MARKS: [&str; 20] = [
    "redhat",
    "jbossorg",
    "jboss",
    "fuse",
    "eap",
    "atlassian",
    "cloudera",
    "cdh",
    "cdp",
    "hdp",
    "mapr",
    "amzn",
    "emr",
    "sec",
    "security",
    "patched",
    "hotfix",
    "wso",
    "sap",
    "ibm",
];

/// The mark of a vendor in a version, if there is one.
#[must_use]
pub fn mark(version: &str) -> Option<&'static str> {
    let lower = version.to_ascii_lowercase();
    let mut words = lower.split(|c: char| !c.is_ascii_alphabetic()).filter(|w| !w.is_empty());
    words.find_map(|word| MARKS.into_iter().find(|mark| *mark == word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vendor_builds_are_told_from_upstream_qualifiers() {
        assert_eq!(mark("2.17.0.redhat-00001"), Some("redhat"));
        assert_eq!(mark("2.12.1.sec1"), Some("sec"));
        assert_eq!(mark("2.17.1-atlassian-1"), Some("atlassian"));
        for upstream in ["2.17.1", "2.0-beta9", "31.1-jre", "4.1.108.Final", "1.0-rc1"] {
            assert_eq!(mark(upstream), None, "{upstream}");
        }
    }
}
