//! The main section of `META-INF/MANIFEST.MF` (JAR File Specification), and `pom.properties`.

/// What a manifest says about its archive.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// `Implementation-Title`.
    pub title: Option<String>,
    /// `Bundle-SymbolicName`, without directives.
    pub symbolic_name: Option<String>,
    /// `Implementation-Version`, else `Bundle-Version`.
    pub version: Option<String>,
    /// `Implementation-Vendor-Id`: where Maven writes it, the group.
    pub vendor_id: Option<String>,
}

impl Manifest {
    /// Reads the main section; what is no attribute is passed over.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let mut lines: Vec<String> = Vec::new();
        for line in text.lines() {
            if line.is_empty() && !lines.is_empty() {
                break;
            }
            match (line.strip_prefix(' '), lines.last_mut()) {
                (Some(more), Some(last)) => last.push_str(more),
                _ => lines.push(line.to_owned()),
            }
        }
        let value = |name: &str| {
            let of_name = |line: &String| {
                let (key, value) = line.split_once(':')?;
                let value = value.trim();
                (key.eq_ignore_ascii_case(name) && !value.is_empty()).then(|| value.to_owned())
            };
            lines.iter().find_map(of_name)
        };
        let symbolic_name = value("Bundle-SymbolicName");
        Self {
            title: value("Implementation-Title"),
            symbolic_name: symbolic_name
                .and_then(|name| name.split(';').next().map(|name| name.trim().to_owned())),
            version: value("Implementation-Version").or_else(|| value("Bundle-Version")),
            vendor_id: value("Implementation-Vendor-Id"),
        }
    }
}

/// Group, artifact and version of a `pom.properties`, each where it stands there.
pub(super) fn properties(bytes: &[u8]) -> [Option<String>; 3] {
    let text = String::from_utf8_lossy(bytes);
    let value = |name: &str| {
        text.lines().find_map(|line| {
            let line = line.trim_start();
            let rest = line.strip_prefix(name)?.trim_start();
            let value = rest.strip_prefix(['=', ':'])?.trim();
            (!value.is_empty()).then(|| value.replace('\\', ""))
        })
    };
    [value("groupId"), value("artifactId"), value("version")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_read_over_folded_lines_up_to_its_first_section() {
        let text = b"Manifest-Version: 1.0\r\nBundle-SymbolicName: org.example.lo\r\n ng;singleton:=true\r\n\
            Bundle-Version: 1.2.0\r\n\r\nName: a/\r\nImplementation-Title: no\r\n";
        let manifest = Manifest::read(text);
        assert_eq!(manifest.symbolic_name.as_deref(), Some("org.example.long"));
        assert_eq!(manifest.version.as_deref(), Some("1.2.0"));
        assert_eq!(manifest.title, None);
    }

    #[test]
    fn properties_are_read_in_any_order() {
        let text = b"#Generated\nversion=1.0\ngroupId = a.b\r\nartifactId:c\n";
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(properties(text), [some("a.b"), some("c"), some("1.0")]);
        assert_eq!(properties(b"versionx=1\ngroupId="), [None, None, None]);
    }
}
