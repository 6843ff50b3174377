//! What a component without a package URL probably is: a hint for the person who mends the
//! document. Nothing is matched by it unless the user asks for that.

use super::document::Declared;
use super::pom;
use crate::purl::Purl;

/// Maven packages that are often named without their group.
const KNOWN: [(&str, &str); 28] = [
    ("ch.qos.logback", "logback-access"),
    ("ch.qos.logback", "logback-classic"),
    ("ch.qos.logback", "logback-core"),
    ("ch.qos.reload4j", "reload4j"),
    ("com.fasterxml.jackson.core", "jackson-annotations"),
    ("com.fasterxml.jackson.core", "jackson-core"),
    ("com.fasterxml.jackson.core", "jackson-databind"),
    ("com.google.guava", "guava"),
    ("com.h2database", "h2"),
    ("commons-beanutils", "commons-beanutils"),
    ("commons-collections", "commons-collections"),
    ("commons-fileupload", "commons-fileupload"),
    ("commons-io", "commons-io"),
    ("commons-logging", "commons-logging"),
    ("junit", "junit"),
    ("org.apache.commons", "commons-compress"),
    ("org.apache.commons", "commons-lang3"),
    ("org.apache.commons", "commons-text"),
    ("org.apache.logging.log4j", "log4j-1.2-api"),
    ("org.apache.logging.log4j", "log4j-api"),
    ("org.apache.logging.log4j", "log4j-core"),
    ("org.apache.logging.log4j", "log4j-jcl"),
    ("org.apache.logging.log4j", "log4j-slf4j-impl"),
    ("org.apache.logging.log4j", "log4j-slf4j2-impl"),
    ("org.apache.logging.log4j", "log4j-to-slf4j"),
    ("org.apache.logging.log4j", "log4j-web"),
    ("org.slf4j", "slf4j-api"),
    ("org.yaml", "snakeyaml"),
];

/// A name in two parts, and the version that came with it.
struct Guess {
    group: String,
    artifact: String,
    version: Option<String>,
}

/// The package URL that a component probably should have.
pub(super) fn likely(declared: &Declared) -> Option<String> {
    let purl = declared.purls.first().and_then(|text| Purl::parse(text).ok());
    let own = purl.as_ref().and_then(|purl| purl.version()).or(declared.version.as_deref());
    let (group, name) = match &purl {
        Some(purl) if purl.kind() == "generic" => (purl.namespace(), purl.name()),
        Some(_) => return None,
        None => (declared.group.as_deref(), declared.name.as_str()),
    };
    let guess = coordinates(group, name)
        .or_else(|| known(name, own))
        .or_else(|| file(name))
        .or_else(|| cpe(declared.cpe.as_deref()?, own))?;
    let version = guess.version.as_deref().or(own);
    Some(pom::purl([&guess.group, &guess.artifact, "jar", ""], version))
}

/// `group` and `name`, or `group:name` and `group:name:version` as one text.
fn coordinates(group: Option<&str>, name: &str) -> Option<Guess> {
    let (group, artifact, version) = match group.filter(|group| !group.is_empty()) {
        Some(group) => (group, name, None),
        None => {
            let mut parts = name.split(':');
            let found = (parts.next()?, parts.next()?, parts.next());
            parts.next().is_none().then_some(found)?
        }
    };
    let is_plain = |text: &str| {
        let mut bytes = text.bytes();
        !text.is_empty()
            && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    };
    let parts = [Some(group), Some(artifact), version];
    let fits = parts.into_iter().flatten().all(is_plain)
        && (group == artifact || (group.contains('.') && !group.starts_with('.')));
    fits.then(|| guess(group, artifact, version))
}

/// The artifact's own name, or that of its OSGi bundle.
fn known(name: &str, version: Option<&str>) -> Option<Guess> {
    if name == "log4j" {
        return log4j(version);
    }
    let found = KNOWN.iter().find(|(group, artifact)| {
        *artifact == name || (name.contains('.') && bundle(group, artifact) == name)
    });
    found.map(|(group, artifact)| guess(group, artifact, None))
}

/// Two products have this name.
fn log4j(version: Option<&str>) -> Option<Guess> {
    match version?.split('.').next()? {
        "1" => Some(guess("log4j", "log4j", None)),
        "2" => Some(guess("org.apache.logging.log4j", "log4j-core", None)),
        _ => None,
    }
}

/// The symbolic name that maven-bundle-plugin makes of group and artifact: what the artifact's name
/// repeats of the group's end is left out.
fn bundle(group: &str, artifact: &str) -> String {
    let last = group.rsplit('.').next().unwrap_or(group);
    match artifact.strip_prefix(last) {
        Some("") => group.to_owned(),
        Some(rest) => format!("{group}.{}", rest.trim_start_matches(['-', '.'])),
        None => format!("{group}.{artifact}"),
    }
}

/// `log4j-core-2.14.1.jar`.
fn file(name: &str) -> Option<Guess> {
    let name = name.rsplit(['/', '\\']).next()?;
    let stem = name.strip_suffix(".jar")?;
    let dash = stem.rmatch_indices('-').find(|(at, _)| {
        stem.as_bytes().get(at + 1).is_some_and(u8::is_ascii_digit)
            && known(&stem[..*at], Some(&stem[at + 1..])).is_some()
    });
    let (artifact, version) =
        dash.map_or((stem, None), |(at, _)| (&stem[..at], Some(&stem[at + 1..])));
    let found = known(artifact, version)?;
    Some(Guess { version: version.map(str::to_owned), ..found })
}

/// `cpe:2.3:a:apache:log4j:2.14.1:…` and `cpe:/a:apache:log4j:2.14.1` (NISTIR 7695, 6.1 and 6.2):
/// where the vendor's name is part of the group's.
fn cpe(text: &str, own: Option<&str>) -> Option<Guess> {
    let rest = text.strip_prefix("cpe:2.3:a:").or_else(|| text.strip_prefix("cpe:/a:"))?;
    let mut parts = rest.split(':');
    let (vendor, product) = (parts.next()?, parts.next()?.replace('_', "-"));
    let version = parts.next().map(|version| version.replace('\\', ""));
    let version = version.filter(|version| !matches!(version.as_str(), "" | "*" | "-"));
    let found = known(&product, version.as_deref().or(own))?;
    let fits =
        found.group.contains(vendor) || (vendor, found.group.as_str()) == ("apache", "log4j");
    fits.then_some(Guess { version: own.map(str::to_owned).or(version), ..found })
}

fn guess(group: &str, artifact: &str, version: Option<&str>) -> Guess {
    Guess {
        group: group.to_owned(),
        artifact: artifact.to_owned(),
        version: version.map(str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, version: &str) -> Option<String> {
        let version = Some(version.to_owned()).filter(|version| !version.is_empty());
        likely(&Declared { name: name.to_owned(), version, ..Declared::default() })
    }

    const CORE: &str = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1";

    #[test]
    fn names_that_hold_coordinates_say_it_themselves() {
        assert_eq!(of("com.example:a", "1").as_deref(), Some("pkg:maven/com.example/a@1"));
        assert_eq!(of("com.example:a:2", "").as_deref(), Some("pkg:maven/com.example/a@2"));
        let grouped = Declared {
            group: Some("com.example".to_owned()),
            name: "a".to_owned(),
            ..Declared::default()
        };
        assert_eq!(likely(&grouped).as_deref(), Some("pkg:maven/com.example/a"));
        for other in
            ["a:b", "std::vector", "see http://a.b", "com.example:a:1:2", "zlib", "a.b:c d"]
        {
            assert_eq!(of(other, "1"), None, "{other}");
        }
    }

    #[test]
    fn bundles_files_and_bare_artifacts_are_known() {
        for name in ["org.apache.logging.log4j.core", "log4j-core", "log4j"] {
            assert_eq!(of(name, "2.14.1").as_deref(), Some(CORE), "{name}");
        }
        assert_eq!(of("lib/log4j-core-2.14.1.jar", "").as_deref(), Some(CORE));
        assert_eq!(of("log4j-1.2.17.jar", "").as_deref(), Some("pkg:maven/log4j/log4j@1.2.17"));
        let bridge = "pkg:maven/org.apache.logging.log4j/log4j-1.2-api@2.0";
        assert_eq!(of("log4j-1.2-api-2.0.jar", "").as_deref(), Some(bridge));
        assert_eq!(of("log4j", ""), None);
        assert_eq!(of("mylib-1.0.jar", ""), None);
    }

    #[test]
    fn a_generic_package_url_names_its_package() {
        let generic =
            |purl: &str| likely(&Declared { purls: vec![purl.to_owned()], ..Declared::default() });
        assert_eq!(generic("pkg:generic/log4j-core@2.14.1").as_deref(), Some(CORE));
        assert_eq!(
            generic("pkg:generic/org.apache.logging.log4j/log4j-core@2.14.1").as_deref(),
            Some(CORE)
        );
        assert_eq!(generic("pkg:yocto/log4j-core@2.14.1"), None);
        assert_eq!(generic("pkg:generic/openssl@3"), None);
    }

    #[test]
    fn a_cpe_tells_where_vendor_and_group_agree() {
        let cpe = |cpe: &str| {
            likely(&Declared {
                name: "x".to_owned(),
                cpe: Some(cpe.to_owned()),
                ..Declared::default()
            })
        };
        assert_eq!(cpe("cpe:2.3:a:apache:log4j:2.14.1:*:*:*:*:*:*:*").as_deref(), Some(CORE));
        assert_eq!(
            cpe("cpe:/a:apache:log4j:1.2.17").as_deref(),
            Some("pkg:maven/log4j/log4j@1.2.17")
        );
        let text = "pkg:maven/org.apache.commons/commons-text@1.9";
        assert_eq!(cpe("cpe:2.3:a:apache:commons_text:1.9:*:*:*:*:*:*:*").as_deref(), Some(text));
        assert_eq!(cpe("cpe:2.3:a:other:log4j:2.14.1:*:*:*:*:*:*:*"), None);
        assert_eq!(cpe("cpe:2.3:o:apache:log4j:2.14.1"), None);
        assert_eq!(cpe("junk"), None);
    }
}
