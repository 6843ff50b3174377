//! What resolution does beyond the recorded and the made-up projects. Expected values are Maven
//! 3.8.7's unless a test says otherwise.

use super::*;

/// A release `x:{name}:{version}` in `repo/`.
fn released(name: &str, version: &str, rest: &str) -> (String, String) {
    let text = format!(
        "<project><modelVersion>4.0.0</modelVersion><groupId>x</groupId>\
         <artifactId>{name}</artifactId><version>{version}</version>{rest}</project>"
    );
    (format!("repo/x/{name}/{version}/{name}-{version}.pom"), text)
}

fn resolved(path: &str, pom: &str, others: Vec<(String, String)>) -> Resolution {
    let files = others.into_iter().map(|(path, text)| (PathBuf::from(path), text));
    let files: BTreeMap<_, _> = files.collect();
    let maven = Maven::new(&files, Machine::default()).with_local("repo".into());
    resolve(Pom::parse(pom).unwrap(), Path::new(path), &maven)
}

/// `depth artifact version scope`, and `?` behind those whose own dependencies are not known.
fn tree(resolution: &Resolution) -> Vec<String> {
    let line = |one: &Resolved| {
        let known = if one.gap.is_some() { "?" } else { "" };
        let Artifact { artifact, version, .. } = &one.artifact;
        format!("{} {artifact} {version} {}{known}", one.depth, one.scope)
    };
    resolution.dependencies.iter().map(line).collect()
}

#[test]
fn a_missing_pom_is_a_leaf_and_a_missing_parent_of_one_ends_the_resolution() {
    let parent =
        "<parent><groupId>x</groupId><artifactId>gone</artifactId><version>1</version></parent>";
    let orphan = released("orphan", "1", "").1.replace("<groupId>", &format!("{parent}<groupId>"));
    let pom = project("a", &used(&[version("none", "1"), version("orphan", "1")]));
    let path = "repo/x/orphan/1/orphan-1.pom".to_owned();
    let found = resolved("pom.xml", &pom, vec![(path, orphan)]);
    assert_eq!(tree(&found), ["1 none 1 compile?", "1 orphan 1 compile?"]);
    assert_eq!(found.refusals.len(), 1);
    assert!(found.refusals[0].contains("it needs x:gone:1"), "{:?}", found.refusals);
    let weights: Vec<_> =
        found.dependencies.iter().filter_map(|one| Some(one.gap.as_ref()?.weight)).collect();
    assert_eq!(weights, [Weight::Leaf, Weight::Fatal]);
}

/// As in POMs of javassist: Maven takes the path for absolute on every JDK.
#[test]
fn a_path_below_the_jdk_breaks_no_rule() {
    let tools = "<version>1</version><scope>system</scope><optional>true</optional>\
                 <systemPath>${java.home}/lib/jrt-fs.jar</systemPath>";
    let l = released("l", "1", &used(&[dependency("tools", tools), version("n", "1")]));
    let pom = project("a", &used(&[version("l", "1")]));
    let found = resolved("pom.xml", &pom, vec![l, released("n", "1", "")]);
    assert_eq!(tree(&found), ["1 l 1 compile", "2 n 1 compile"]);
}

#[test]
fn a_pom_that_breaks_a_rule_is_a_leaf() {
    let below = version("n", "1");
    let broken = [
        used(&[dependency("m", ""), below.clone()]),
        used(&[version("m", "${a}"), below.clone()])
            + "<properties><a>${b}</a><b>${a}</b></properties>",
        used(std::slice::from_ref(&below)) + &managed(&[version("b a d", "1")]),
        used(&[dependency("s", "<version>1</version><scope>system</scope>"), below]),
    ];
    for rest in broken {
        let pom = project("a", &used(&[version("l", "1")]));
        let found = resolved("pom.xml", &pom, vec![released("l", "1", &rest)]);
        assert_eq!(tree(&found), ["1 l 1 compile?"], "{rest}");
        assert!(found.refusals.is_empty());
    }
}

#[test]
fn a_relocation_to_itself_ends() {
    // Maven's own stack overflows here
    let itself = "<distributionManagement><relocation/></distributionManagement>";
    let back = |to: &str| {
        format!(
            "<distributionManagement><relocation><artifactId>{to}</artifactId></relocation>\
             </distributionManagement>"
        )
    };
    let pom = project("a", &used(&[version("l", "1"), version("m", "1")]));
    let found = resolved(
        "pom.xml",
        &pom,
        vec![
            released("l", "1", itself),
            released("m", "1", &back("n")),
            released("n", "1", &back("m")),
        ],
    );
    assert_eq!(found.refusals.len(), 2, "{:?}", found.refusals);
    assert!(found.refusals.iter().all(|refusal| refusal.ends_with("lead back to itself")));
}

#[test]
fn a_range_takes_the_highest_of_what_metadata_list_locally_and_remotely() {
    let metadata = |version: &str| {
        format!(
            "<metadata><versioning><versions><version>{version}</version></versions></versioning></metadata>"
        )
    };
    let pom = project("a", &used(&[version("l", "[1,3)")]));
    let found = resolved(
        "pom.xml",
        &pom,
        vec![
            released("l", "1", ""),
            released("l", "2", ""),
            ("repo/x/l/maven-metadata-central.xml".to_owned(), metadata("1")),
            ("repo/x/l/maven-metadata-local.xml".to_owned(), metadata("2")),
        ],
    );
    assert_eq!(tree(&found), ["1 l 2 compile"]);
}

#[test]
fn a_range_without_metadata_has_no_version() {
    let pom = project("a", &used(&[version("l", "[1,3)"), version("m", "[1]")]));
    let found = resolved("pom.xml", &pom, vec![released("l", "1", ""), released("m", "1", "")]);
    // as in Maven 3.9.11 and later, the one version of [1] needs none
    assert_eq!(tree(&found), ["1 m 1 compile"]);
    let [unresolved] = found.unresolved.as_slice() else { panic!("{:?}", found.unresolved) };
    assert_eq!((unresolved.direct, unresolved.elsewhere), (Some(0), true));
}

#[test]
fn latest_and_release_are_what_metadata_say() {
    let metadata = "<metadata><versioning><latest>3-SNAPSHOT</latest><release>2</release></versioning></metadata>";
    let pom = project("a", &used(&[version("l", "RELEASE"), version("m", "LATEST")]));
    let found = resolved(
        "pom.xml",
        &pom,
        vec![
            released("l", "2", &used(&[version("n", "1")])),
            released("n", "1", ""),
            ("repo/x/l/maven-metadata.xml".to_owned(), metadata.to_owned()),
        ],
    );
    assert_eq!(tree(&found), ["1 l 2 compile", "2 n 1 compile", "1 m LATEST compile?"]);
}

#[test]
fn a_snapshot_is_read_by_its_timestamp_or_by_its_plain_name() {
    let metadata = "<metadata><versioning><snapshot><timestamp>20260101.120000</timestamp>\
                    <buildNumber>3</buildNumber></snapshot></versioning></metadata>";
    let stamped = released("l", "1-SNAPSHOT", &used(&[version("n", "1")])).1;
    let plain = released("m", "1-SNAPSHOT", &used(&[version("n", "1")]));
    let folder = "repo/x/l/1-SNAPSHOT";
    let pom = project("a", &used(&[version("l", "1-SNAPSHOT"), version("m", "1-SNAPSHOT")]));
    let found = resolved(
        "pom.xml",
        &pom,
        vec![
            (format!("{folder}/maven-metadata.xml"), metadata.to_owned()),
            (format!("{folder}/l-1-20260101.120000-3.pom"), stamped),
            plain,
            released("n", "1", ""),
        ],
    );
    assert_eq!(tree(&found), ["1 l 1-SNAPSHOT compile", "2 n 1 compile", "1 m 1-SNAPSHOT compile"]);
}

#[test]
fn a_sibling_is_found_from_a_module_that_is_scanned_alone() {
    let root = project(
        "root",
        "<packaging>pom</packaging><modules><module>a</module><module>b</module></modules>",
    );
    let sibling = project("b", &used(&[version("l", "1")]));
    let wanted = "<dependency><groupId>g</groupId><artifactId>b</artifactId><version>1</version></dependency>";
    let pom = project("a", &used(&[wanted.to_owned()]));
    let found = resolved(
        "a/pom.xml",
        &pom,
        vec![
            ("pom.xml".to_owned(), root),
            ("b/pom.xml".to_owned(), sibling),
            released("l", "1", ""),
        ],
    );
    assert_eq!(tree(&found), ["1 b 1 compile", "2 l 1 compile"]);
}

#[test]
fn a_root_marker_ends_the_search_upwards() {
    let top = project("top", "<modules><module>r/a</module><module>b</module></modules>");
    let marked = project("r", "<modules><module>a</module></modules>")
        .replace("<project>", "<project root=\"true\">");
    let wanted = "<dependency><groupId>g</groupId><artifactId>b</artifactId><version>1</version></dependency>";
    let pom = project("a", &used(&[wanted.to_owned()]));
    let files = vec![
        ("pom.xml".to_owned(), top),
        ("r/pom.xml".to_owned(), marked),
        ("b/pom.xml".to_owned(), project("b", "")),
    ];
    assert_eq!(tree(&resolved("r/a/pom.xml", &pom, files)), ["1 b 1 compile?"]);
}

#[test]
fn every_declared_edge_is_known_also_to_what_another_brings_in() {
    let pom = project("a", &used(&[version("l", "1"), version("m", "1")]));
    let found = resolved(
        "pom.xml",
        &pom,
        vec![
            released("l", "1", &used(&[version("n", "1")])),
            released("m", "1", &used(&[version("n", "2")])),
            released("n", "1", ""),
        ],
    );
    assert_eq!(tree(&found), ["1 l 1 compile", "2 n 1 compile", "1 m 1 compile"]);
    let edges = [(None, 0), (None, 2), (Some(0), 1), (Some(2), 1)];
    assert_eq!(found.edges, edges);
}

#[test]
fn ranges_that_exclude_each_other_are_told_with_all_wishes() {
    let metadata = "<metadata><versioning><versions><version>1</version><version>2</version></versions></versioning></metadata>";
    let pom = project("a", &used(&[version("l", "1"), version("m", "1")]));
    let found = resolved(
        "pom.xml",
        &pom,
        vec![
            released("l", "1", &used(&[version("n", "[1]")])),
            released("m", "1", &used(&[version("n", "[2]")])),
            released("n", "1", ""),
            released("n", "2", ""),
            ("repo/x/n/maven-metadata.xml".to_owned(), metadata.to_owned()),
        ],
    );
    assert_eq!(found.refusals, ["ranges exclude each other: x:n:[1], x:n:[2]"]);
    let conflict = found.dependencies.iter().find_map(|one| one.conflict.as_ref()).unwrap();
    assert_eq!(conflict.wishes, ["x:n:[1]", "x:n:[2]"]);
}
