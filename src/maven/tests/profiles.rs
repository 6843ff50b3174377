//! Which profiles count. Expected values are Maven 3.8.7's, but where a condition depends on the
//! machine: there they are the assumptions of `profile`.

use super::*;

/// A profile that adds the dependency `x:{id}:1`.
fn profile(id: &str, activation: &str) -> String {
    let rest = used(&[version(id, "1")]);
    format!("<profile><id>{id}</id><activation>{activation}</activation>{rest}</profile>")
}

fn with_profiles(profiles: &[String]) -> Effective {
    let pom = project("a", &format!("<profiles>{}</profiles>", profiles.concat()));
    model(&pom, &[("a/here.txt", String::new())])
}

const DEFAULT: &str = "<activeByDefault>true</activeByDefault>";

#[test]
fn a_default_profile_counts_and_is_named() {
    let found = with_profiles(&[profile("on", DEFAULT), profile("off", "")]);
    assert_eq!(listed(&found), ["on:jar:1:compile"]);
    assert_eq!(
        found.remarks[0].message,
        "profiles were decided for a build without -P and -D, on JDK 17 under Linux: counted on, \
         left out off"
    );
}

#[test]
fn a_default_profile_does_not_count_beside_one_whose_condition_is_met() {
    let unset = "<property><name>!skip</name></property>";
    let found = with_profiles(&[profile("d", DEFAULT), profile("p", unset)]);
    assert_eq!(listed(&found), ["p:jar:1:compile"]);
}

#[test]
fn conditions_are_met_as_maven_meets_them() {
    for (condition, met) in [
        ("<jdk>17</jdk>", true),
        ("<jdk>1</jdk>", true),
        ("<jdk>!1.8</jdk>", true),
        ("<jdk>[11,)</jdk>", true),
        ("<jdk>(,17]</jdk>", false),
        ("<jdk>[1.8,11)</jdk>", false),
        ("<os><family>unix</family></os>", true),
        ("<os><family>!windows</family></os>", true),
        ("<os><family>Windows</family></os>", false),
        ("<os><arch>amd64</arch></os>", true),
        ("<os><version>6.1</version></os>", false),
        ("<os></os>", false),
        ("<property><name>release</name></property>", false),
        ("<property><name>a</name><value>!b</value></property>", true),
        ("<property><name>!a</name><value>b</value></property>", false),
        ("<property><name>!env.CI</name></property>", true),
        ("<property><name>java.home</name></property>", true),
        ("<file><exists>here.txt</exists></file>", true),
        ("<file><exists>${basedir}/here.txt</exists></file>", true),
        ("<file><missing>here.txt</missing></file>", false),
        ("<file><missing>gone.txt</missing></file>", true),
        ("<file><missing>../gone.txt</missing></file>", true),
        ("<file><missing>src/main/webapp</missing></file>", true),
        ("<jdk>17</jdk><os><family>windows</family></os>", false),
    ] {
        let found = with_profiles(&[profile("p", condition)]);
        assert_eq!(!found.dependencies.is_empty(), met, "{condition}");
    }
}

#[test]
fn a_profile_replaces_in_place_and_its_properties_win() {
    let body = "<properties><v>2</v></properties>".to_owned() + &used(&[version("m", "${v}")]);
    let profile = format!(
        "<profiles><profile><id>p</id><activation>{DEFAULT}</activation>{body}</profile></profiles>"
    );
    let rest = "<properties><v>1</v></properties>".to_owned()
        + &used(&[version("m", "0"), version("n", "${v}")])
        + &profile;
    let found = model(&project("a", &rest), &[]);
    assert_eq!(listed(&found), ["m:jar:2:compile", "n:jar:2:compile"]);
}
