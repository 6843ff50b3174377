//! Documents made from fixed texts, so that every machine measures the same bytes.

use std::fmt::Write;

/// The digests that Maven's CycloneDX plugin writes, with their lengths in hexadecimal.
const DIGESTS: [(&str, usize); 8] = [
    ("MD5", 32),
    ("SHA-1", 40),
    ("SHA-256", 64),
    ("SHA-512", 128),
    ("SHA-384", 96),
    ("SHA3-384", 96),
    ("SHA3-256", 64),
    ("SHA3-512", 128),
];

/// The coordinates of one component; one in a hundred is a log4j-core that records cover.
pub(crate) fn coordinates(number: usize) -> (String, String, String) {
    if number.is_multiple_of(100) {
        ("org.apache.logging.log4j".into(), "log4j-core".into(), "2.14.1".into())
    } else {
        let version = format!("{}.{}.{}", number % 7, number % 13, number % 29);
        (format!("org.example.g{}", number % 97), format!("artifact-{number}"), version)
    }
}

/// A CycloneDX document with the keys that Maven's plugin gives a component, and a dependency graph:
/// some 2,300 bytes a component.
pub(crate) fn plugin_json(spec_version: &str, components: usize) -> String {
    let mut text = format!(
        "{{\n  \"bomFormat\" : \"CycloneDX\",\n  \"specVersion\" : \"{spec_version}\",\n  \
         \"version\" : 1,\n  \"components\" : ["
    );
    for number in 0..components {
        text.push_str(if number == 0 { "\n" } else { ",\n" });
        component(number, &mut text);
    }
    text.push_str("\n  ],\n  \"dependencies\" : [");
    for number in 0..components {
        let comma = if number == 0 { "" } else { "," };
        let on = number / 2;
        let _ = write!(
            text,
            "{comma}\n    {{\n      \"ref\" : \"{}\",\n      \"dependsOn\" : [\n        \"{}\"\n      \
             ]\n    }}",
            reference(on),
            reference(number)
        );
    }
    text.push_str("\n  ]\n}\n");
    text
}

/// The plugin takes the package URL for the reference.
fn reference(number: usize) -> String {
    let (group, name, version) = coordinates(number);
    format!("pkg:maven/{group}/{name}@{version}?type=jar&number={number}")
}

fn component(number: usize, text: &mut String) {
    let (group, name, version) = coordinates(number);
    let reference = reference(number);
    let _ = write!(
        text,
        "    {{\n      \"publisher\" : \"The Example Software Foundation\",\n      \
         \"group\" : \"{group}\",\n      \"name\" : \"{name}\",\n      \
         \"version\" : \"{version}\",\n      \
         \"description\" : \"A library that does something useful for somebody, and says so\",\n      \
         \"scope\" : \"required\",\n      \"hashes\" : ["
    );
    for (place, (algorithm, length)) in DIGESTS.into_iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}\n        {{\n          \"alg\" : \"{algorithm}\",\n          \
             \"content\" : \"{number:0length$x}\"\n        }}"
        );
    }
    let _ = write!(
        text,
        "\n      ],\n      \"licenses\" : [\n        {{\n          \"license\" : {{\n            \
         \"id\" : \"Apache-2.0\"\n          }}\n        }}\n      ],\n      \
         \"purl\" : \"pkg:maven/{group}/{name}@{version}?type=jar\",\n      \
         \"externalReferences\" : ["
    );
    for (place, kind) in ["website", "issue-tracker", "vcs"].into_iter().enumerate() {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(
            text,
            "{comma}\n        {{\n          \"type\" : \"{kind}\",\n          \
             \"url\" : \"https://example.org/{kind}/{name}\"\n        }}"
        );
    }
    let _ = write!(
        text,
        "\n      ],\n      \"type\" : \"library\",\n      \"bom-ref\" : \"{reference}\"\n    }}"
    );
}

// Each benchmark builds this module for itself and uses a part of it; here all of it counts as used.
const _: () = {
    let _ = (coordinates, plugin_json);
};
