//! The rules of the effective POM. Expected values are Maven 3.8.7's.

use super::*;

mod profiles;
mod resolution;

/// `<project>` with coordinates of its own.
fn project(artifact: &str, rest: &str) -> String {
    format!(
        "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId>\
         <artifactId>{artifact}</artifactId><version>1</version>{rest}</project>"
    )
}

/// `<project>` whose parent is `g:{parent}:1`, found by `path`.
fn child(parent: &str, path: &str, rest: &str) -> String {
    format!(
        "<project><modelVersion>4.0.0</modelVersion><parent><groupId>g</groupId>\
         <artifactId>{parent}</artifactId><version>1</version>{path}</parent>\
         <artifactId>child</artifactId>{rest}</project>"
    )
}

fn dependency(artifact: &str, rest: &str) -> String {
    format!(
        "<dependency><groupId>x</groupId><artifactId>{artifact}</artifactId>{rest}</dependency>"
    )
}

fn version(artifact: &str, version: &str) -> String {
    dependency(artifact, &format!("<version>{version}</version>"))
}

fn used(dependencies: &[String]) -> String {
    format!("<dependencies>{}</dependencies>", dependencies.concat())
}

fn managed(dependencies: &[String]) -> String {
    format!("<dependencyManagement>{}</dependencyManagement>", used(dependencies))
}

fn import(artifact: &str) -> String {
    format!(
        "<dependency><groupId>g</groupId><artifactId>{artifact}</artifactId><version>1</version>\
         <type>pom</type><scope>import</scope></dependency>"
    )
}

/// The effective POM of `a/pom.xml` among other files.
fn model(pom: &str, others: &[(&str, String)]) -> Effective {
    let files = others.iter().map(|(path, text)| (PathBuf::from(path), text.clone()));
    let files: BTreeMap<_, _> = files.collect();
    let maven = Maven::new(&files, Machine::default());
    effective(Pom::parse(pom).unwrap(), Path::new("a/pom.xml"), &maven)
}

/// Dependencies as `artifact:type[:classifier]:version:scope`.
fn listed(effective: &Effective) -> Vec<String> {
    let line = |dependency: &EffectiveDependency| {
        let [_, artifact, kind, classifier] = dependency.key();
        let version = dependency.version.as_ref().map_or("-", |v| v.value.text.as_str());
        let scope = dependency.scope.as_deref().unwrap_or("-");
        let classifier =
            if classifier.is_empty() { String::new() } else { format!(":{classifier}") };
        format!("{artifact}:{kind}{classifier}:{version}:{scope}")
    };
    effective.dependencies.iter().map(line).collect()
}

fn fault(effective: &Effective) -> Option<Fault> {
    effective.dependencies.first()?.version.as_ref()?.value.fault.clone()
}

#[test]
fn a_property_of_the_child_fills_the_management_of_the_parent() {
    let parent = project(
        "parent",
        &format!("<properties><v>1</v></properties>{}", managed(&[version("m", "${v}")])),
    );
    let pom = child(
        "parent",
        "",
        &format!("<properties><v>2</v></properties>{}", used(&[dependency("m", "")])),
    );
    let found = model(&pom, &[("pom.xml", parent)]);
    assert_eq!(listed(&found), ["m:jar:2:compile"]);
    let version = found.dependencies[0].version.as_ref().unwrap();
    assert_eq!((version.file, &version.how), (0, &How::Property("v".to_owned())));
    assert_eq!(&pom[version.span.clone()], "2");
}

#[test]
fn project_version_in_a_parent_is_that_of_the_child() {
    let parent = project("parent", &managed(&[version("m", "${project.version}")]));
    let rest = format!("<version>7</version>{}", used(&[dependency("m", "")]));
    let found = model(&child("parent", "", &rest), &[("pom.xml", parent)]);
    assert_eq!(listed(&found), ["m:jar:7:compile"]);
    assert_eq!(found.dependencies[0].version.as_ref().unwrap().how, How::Project);
}

#[test]
fn an_explicit_version_wins_over_management_and_takes_its_scope() {
    let entry = dependency("m", "<version>1</version><scope>test</scope>");
    let pom = project("a", &(managed(&[entry]) + &used(&[version("m", "2")])));
    assert_eq!(listed(&model(&pom, &[])), ["m:jar:2:test"]);
}

#[test]
fn management_asks_for_type_and_classifier_as_written() {
    let entry = dependency("m", "<version>1</version><type>test-jar</type>");
    let wanted = dependency("m", "<classifier>tests</classifier>");
    let pom = project("a", &(managed(&[entry]) + &used(&[wanted])));
    assert_eq!(listed(&model(&pom, &[])), ["m:jar:tests:-:compile"]);
}

#[test]
fn managed_entries_are_no_dependencies() {
    let found = model(&project("a", &managed(&[version("m", "1")])), &[]);
    assert!(found.dependencies.is_empty());
    assert_eq!(found.management.len(), 1);
}

#[test]
fn of_two_equal_dependencies_the_last_stands_at_the_place_of_the_first() {
    let pom = project("a", &used(&[version("m", "1"), version("n", "1"), version("m", "2")]));
    assert_eq!(listed(&model(&pom, &[])), ["m:jar:2:compile", "n:jar:1:compile"]);
}

#[test]
fn the_first_of_two_managed_entries_counts_unless_a_parent_adds_others() {
    let rest = managed(&[version("m", "1"), version("m", "2")]) + &used(&[dependency("m", "")]);
    assert_eq!(listed(&model(&project("a", &rest), &[])), ["m:jar:1:compile"]);
    let parent = project("parent", &managed(&[version("n", "1")]));
    let found = model(&child("parent", "", &rest), &[("pom.xml", parent)]);
    assert_eq!(listed(&found), ["m:jar:2:compile"]);
}

#[test]
fn an_entry_of_the_child_replaces_the_inherited_one_whole() {
    let parent = used(&[dependency("m", "<version>1</version><scope>test</scope>")]);
    let pom = child("parent", "", &used(&[version("n", "1"), version("m", "2")]));
    let found = model(&pom, &[("pom.xml", project("parent", &parent))]);
    assert_eq!(listed(&found), ["n:jar:1:compile", "m:jar:2:compile"]);
}

#[test]
fn references_lead_through_other_references() {
    let properties = "<properties><a>${b}</a><b>1.${c}</b><c>2</c></properties>";
    let rest = used(&[version("m", "${a}"), version("n", "${.c}"), version("o", "${pom.version}")]);
    let found = model(&project("a", &(properties.to_owned() + &rest)), &[]);
    assert_eq!(listed(&found), ["m:jar:1.2:compile", "n:jar:2:compile", "o:jar:1:compile"]);
}

#[test]
fn what_decides_a_mixed_text_is_the_text_itself() {
    let pom = project(
        "a",
        &format!("<properties><v>1</v></properties>{}", used(&[version("m", "${v}.Final")])),
    );
    let found = model(&pom, &[]);
    let version = found.dependencies[0].version.as_ref().unwrap();
    assert_eq!((&version.how, &pom[version.span.clone()]), (&How::Dependency, "${v}.Final"));
}

#[test]
fn a_property_cannot_override_a_field_but_fills_what_is_none() {
    let properties = "<properties><project.version>9</project.version>\
                      <project.foo>3</project.foo></properties>";
    let rest = used(&[version("m", "${project.version}"), version("n", "${project.foo}")]);
    let found = model(&project("a", &(properties.to_owned() + &rest)), &[]);
    assert_eq!(listed(&found), ["m:jar:1:compile", "n:jar:3:compile"]);
}

#[test]
fn an_undefined_property_stays_as_written_and_is_named() {
    let found = model(&project("a", &used(&[version("m", "${a${b}}")])), &[]);
    assert_eq!(listed(&found), ["m:jar:${a${b}}:compile"]);
    assert_eq!(fault(&found), Some(Fault::Undefined("a${b".to_owned())));
}

#[test]
fn properties_that_lead_to_themselves_are_a_fault() {
    let properties = "<properties><a>${b}</a><b>${a}</b></properties>";
    let found =
        model(&project("a", &(properties.to_owned() + &used(&[version("m", "${a}")]))), &[]);
    let cycle = ["a", "b", "a"].map(str::to_owned).to_vec();
    assert_eq!(fault(&found), Some(Fault::Cycle(cycle)));
}

#[test]
fn properties_that_multiply_end_soon() {
    let doubled: String =
        (0..60).map(|n| format!("<p{n}>${{p{}}}${{p{}}}</p{n}>", n + 1, n + 1)).collect();
    let pom = format!("<properties>{doubled}<p60/></properties>{}", used(&[version("m", "${p0}")]));
    assert!(matches!(fault(&model(&project("a", &pom), &[])), Some(Fault::Boundless(_))));
}

#[test]
fn a_parent_is_looked_for_by_path_folder_or_default() {
    let parent = || project("parent", &managed(&[version("m", "1")]));
    let rest = used(&[dependency("m", "")]);
    for (path, file) in [
        ("", "pom.xml"),
        ("<relativePath>../p</relativePath>", "p/pom.xml"),
        ("<relativePath>../p/other.xml</relativePath>", "p/other.xml"),
        ("<relativePath>.\\p</relativePath>", "a/p/pom.xml"),
    ] {
        let found = model(&child("parent", path, &rest), &[(file, parent())]);
        assert_eq!(listed(&found), ["m:jar:1:compile"], "{path}");
        assert!(found.missing.is_empty());
    }
}

#[test]
fn an_empty_relative_path_looks_nowhere() {
    let parent = project("parent", &managed(&[version("m", "1")]));
    let pom = child("parent", "<relativePath/>", &used(&[dependency("m", "")]));
    let found = model(&pom, &[("pom.xml", parent)]);
    assert_eq!(listed(&found), ["m:jar:-:compile"]);
    assert_eq!(found.missing[0].label, "g:parent:1");
}

#[test]
fn a_file_with_other_coordinates_is_not_the_parent() {
    let other = project("other", &managed(&[version("m", "1")]));
    let found = model(&child("parent", "", &used(&[dependency("m", "")])), &[("pom.xml", other)]);
    assert_eq!(listed(&found), ["m:jar:-:compile"]);
    let cause = "pom.xml is g:other:1, so Maven takes the parent from a repository";
    assert_eq!(found.missing[0].cause, cause);
}

#[test]
fn parents_that_lead_to_each_other_are_told_and_end() {
    let up = "<project><modelVersion>4.0.0</modelVersion><groupId>g</groupId>\
              <artifactId>parent</artifactId><version>1</version><parent><groupId>g</groupId>\
              <artifactId>child</artifactId><version>1</version>\
              <relativePath>a</relativePath></parent></project>";
    let found = model(&child("parent", "", ""), &[("pom.xml", up.to_owned())]);
    assert_eq!(
        found.missing[0].cause,
        "the parents form a cycle: g:child:1 -> g:parent:1 -> g:child:1"
    );
}

#[test]
fn an_import_is_found_among_the_modules_of_the_parents() {
    let parent =
        project("parent", "<modules><module>a</module><module>b/bom.xml</module></modules>");
    let properties = "<properties><v>5</v></properties>".to_owned();
    let bom = project("bom", &(properties + &managed(&[version("m", "${v}"), version("n", "1")])));
    let rest = "<properties><v>6</v></properties>".to_owned()
        + &managed(&[import("bom"), version("n", "2")])
        + &used(&[dependency("m", ""), dependency("n", "")]);
    let files = [("pom.xml", parent), ("b/bom.xml", bom)];
    let found = model(&child("parent", "", &rest), &files);
    assert_eq!(listed(&found), ["m:jar:5:compile", "n:jar:2:compile"]);
    assert!(found.missing.is_empty());
}

#[test]
fn the_first_import_wins_and_a_missing_one_makes_later_ones_an_assumption() {
    let modules = "<modules><module>b1</module><module>b2</module></modules>";
    let files = || {
        let bom = |name, v| project(name, &managed(&[version("m", v)]));
        [("a/b1/pom.xml", bom("b1", "1")), ("a/b2/pom.xml", bom("b2", "2"))]
    };
    let imports = managed(&[import("b1"), import("b2")]);
    let rest = modules.to_owned() + &imports + &used(&[dependency("m", "")]);
    let found = model(&project("a", &rest), &files());
    assert_eq!(listed(&found), ["m:jar:1:compile"]);
    assert!(!found.dependencies[0].version.as_ref().unwrap().assumed);
    let found = model(&project("a", &rest), &files()[1..]);
    assert_eq!(listed(&found), ["m:jar:2:compile"]);
    assert!(found.dependencies[0].version.as_ref().unwrap().assumed);
    assert_eq!(found.missing[0].label, "g:b1:1");
}

#[test]
fn imports_that_lead_to_each_other_are_told_and_end() {
    let bom = |name, other| project(name, &managed(&[import(other), version("m", "1")]));
    let modules = "<modules><module>b1</module><module>b2</module></modules>";
    let rest = modules.to_owned() + &managed(&[import("b1")]) + &used(&[dependency("m", "")]);
    let files = [("a/b1/pom.xml", bom("b1", "b2")), ("a/b2/pom.xml", bom("b2", "b1"))];
    let found = model(&project("a", &rest), &files);
    assert_eq!(listed(&found), ["m:jar:1:compile"]);
    assert_eq!(found.missing[0].cause, "the imports form a cycle");
}

#[test]
fn imports_that_multiply_are_built_once_and_in_cycles_end_soon() {
    let names: Vec<_> = (0..12).map(|n| format!("b{n}")).collect();
    let modules: String = names.iter().map(|name| format!("<module>{name}</module>")).collect();
    let bom = |n: usize, from: usize| {
        let next = names[from..].iter().map(|name| import(name)).collect::<Vec<_>>();
        project(&names[n], &managed(&next))
    };
    let paths: Vec<_> = names.iter().map(|name| format!("a/{name}/pom.xml")).collect();
    let paths = || paths.iter().enumerate().map(|(n, path)| (n, path.as_str()));
    let imports: Vec<_> = names.iter().map(|name| import(name)).collect();
    let rest = format!("<modules>{modules}</modules>{}", managed(&imports));
    let files: Vec<_> = paths().map(|(n, path)| (path, bom(n, n + 1))).collect();
    assert!(model(&project("a", &rest), &files).missing.is_empty());
    let files: Vec<_> = paths().map(|(n, path)| (path, bom(n, 0))).collect();
    let missing = model(&project("a", &rest), &files).missing;
    assert!(missing.iter().any(|missing| missing.cause.starts_with("more than 2000")));
}

#[test]
fn texts_are_joined_and_trimmed_and_know_their_bytes() {
    let pom = project(
        "a",
        &used(&[version("m", "\n 1.2 "), version("n", "1<!-- c -->.<![CDATA[3]]>&#46;4")]),
    );
    let found = model(&pom, &[]);
    assert_eq!(listed(&found), ["m:jar:1.2:compile", "n:jar:1.3.4:compile"]);
    let span = |at: usize| found.dependencies[at].version.as_ref().unwrap().span.clone();
    assert_eq!(&pom[span(0)], "1.2");
    assert_eq!(&pom[span(1)], "1<!-- c -->.<![CDATA[3]]>&#46;4");
}
