//! What the document of a POM says.

use super::reasons::CURE;
use super::*;
use crate::inventory::Scope;
use crate::purl::Purl;

fn text(rest: &str) -> String {
    format!(
        "<project>\n<modelVersion>4.0.0</modelVersion>\n<groupId>g</groupId>\n\
         <artifactId>a</artifactId>\n<version>1</version>\n{rest}\n</project>"
    )
}

fn one(rest: &str) -> Declared {
    let dependency = format!(
        "<dependencies>\n<dependency><groupId>x</groupId><artifactId>m</artifactId>{rest}</dependency>\
         </dependencies>"
    );
    read_text(&text(&dependency)).unwrap().components.remove(0)
}

fn reason(declared: &Declared) -> (Option<Reason>, String) {
    let why = declared.not_evaluated.as_ref();
    (why.map(|why| why.reason), why.and_then(|why| why.detail.clone()).unwrap_or_default())
}

const PARENT: &str = "<parent><groupId>com.corp</groupId><artifactId>corp-parent</artifactId>\
                      <version>7</version><relativePath/></parent>";

#[test]
fn a_dependency_has_identity_scope_place_and_declaration() {
    let declared = one("<version>1.2</version><scope>test</scope>");
    assert_eq!(declared.reference.as_deref(), Some("x:m"));
    assert_eq!(declared.purls, ["pkg:maven/x/m@1.2"]);
    assert_eq!(declared.scope, Some(Scope::Test));
    let declaration = declared.declared_in.unwrap();
    assert_eq!((declaration.line, declaration.how.as_str()), (7, "dependency"));
    let Position::At(place) = declared.position else { panic!("no place") };
    assert_eq!(place.line, 7);
}

#[test]
fn type_and_classifier_are_qualifiers_and_everything_is_encoded() {
    let declared =
        one("<version>1+b/2</version><type>test-jar</type><classifier>lin ux</classifier>");
    assert_eq!(declared.reference.as_deref(), Some("x:m:test-jar:lin ux"));
    assert_eq!(declared.purls, ["pkg:maven/x/m@1%2Bb%2F2?classifier=lin%20ux&type=test-jar"]);
    let purl = Purl::parse(&declared.purls[0]).unwrap();
    assert_eq!(purl.version(), Some("1+b/2"));
    assert_eq!(purl.qualifier("classifier"), Some("lin ux"));
    assert_eq!(one("<version>1</version><type/>").purls, ["pkg:maven/x/m@1"]);
}

#[test]
fn a_version_that_cannot_be_known_is_not_printed_and_says_why() {
    for (version, expected, detail) in [
        ("", Reason::NoVersion, ""),
        ("<version/>", Reason::NoVersion, "its version is empty"),
        ("<version>${v}</version>", Reason::UnresolvedProperty, "nothing defines property v"),
        (
            "<version>[1,2)</version>",
            Reason::VersionRange,
            "[1,2) is a range, and no repository lists versions; --online or mvn dependency:go-offline fetches \
             it, --local-repository names where it went",
        ),
        (
            "<version>LATEST</version>",
            Reason::VersionRange,
            "LATEST is whatever a repository offers on the day of the build",
        ),
        (
            "<version>${v</version>",
            Reason::UnresolvedProperty,
            "\"${v\" holds a reference that nothing defines",
        ),
    ] {
        let declared = one(version);
        assert_eq!(reason(&declared), (Some(expected), detail.to_owned()), "{version}");
        assert_eq!((declared.version, declared.purls), (None, vec!["pkg:maven/x/m".to_owned()]));
    }
}

#[test]
fn a_range_of_one_version_is_that_version() {
    assert_eq!(one("<version>[1.2]</version>").version.as_deref(), Some("1.2"));
    assert_eq!(one("<version>[1.2.*]</version>").version, None);
}

#[test]
fn a_parent_out_of_reach_leaves_only_open_what_comes_from_it() {
    let pom = format!(
        "<project>{PARENT}<artifactId>svc</artifactId><dependencies>\
         <dependency><groupId>x</groupId><artifactId>m</artifactId></dependency>\
         <dependency><groupId>x</groupId><artifactId>n</artifactId><version>1</version></dependency>\
         <dependency><groupId>x</groupId><artifactId>o</artifactId><version>${{o}}</version></dependency>\
         </dependencies></project>"
    );
    let document = read_text(&pom).unwrap();
    let reasons: Vec<_> = document.components.iter().map(reason).collect();
    let detail = "version comes from parent com.corp:corp-parent:7, which is not available";
    assert_eq!(reasons[0], (Some(Reason::UnresolvedParent), format!("{detail}; {CURE}")));
    assert_eq!(reasons[1].0, None);
    let detail = "nothing defines property o; it may come from parent com.corp:corp-parent:7, which \
                  is not available";
    assert_eq!(reasons[2], (Some(Reason::UnresolvedProperty), format!("{detail}; {CURE}")));
    assert!(
        document.warnings[0].message.starts_with("parent com.corp:corp-parent:7 is not available")
    );
}

#[test]
fn an_import_out_of_reach_is_named() {
    let import = "<dependency><groupId>y</groupId><artifactId>bom</artifactId><version>3</version>\
                  <type>pom</type><scope>import</scope></dependency>";
    let pom = text(&format!(
        "<dependencyManagement><dependencies>{import}</dependencies></dependencyManagement>\
         <dependencies><dependency><groupId>x</groupId><artifactId>m</artifactId></dependency>\
         </dependencies>"
    ));
    let document = read_text(&pom).unwrap();
    let detail = "version comes from import y:bom:3, which is not available";
    let expected = (Some(Reason::UnresolvedParent), format!("{detail}; {CURE}"));
    assert_eq!(reason(&document.components[0]), expected);
}

#[test]
fn the_project_is_what_the_document_is_about() {
    let document = read_text(&text(
        "<modules><module>b</module><module>c</module></modules><dependencies><dependency>\
         <groupId>g</groupId><artifactId>a</artifactId><version>0.9</version></dependency>\
         </dependencies>",
    ));
    let document = document.unwrap();
    let About::Apart(project) = &document.about else { panic!("no project") };
    assert_eq!(project.purls, ["pkg:maven/g/a@1"]);
    assert_eq!(document.spec_version.as_deref(), Some("4.0.0"));
    assert_eq!(document.edges, [("g:a", "g:a:jar")]);
    let messages: Vec<_> = document.warnings.iter().map(|w| w.message.as_str()).collect();
    assert_eq!(messages, ["has 2 modules, looked at where their own POMs are given: b, c"]);
}

#[test]
fn what_nobody_knows_of_transitive_dependencies_is_not_evaluated() {
    let dependency = |name: &str| {
        format!(
            "<dependency><groupId>x</groupId><artifactId>{name}</artifactId><version>1</version>\
             </dependency>"
        )
    };
    let pom = text(&format!("<dependencies>{}{}</dependencies>", dependency("m"), dependency("n")));
    let components = read_text(&pom).unwrap().components;
    let known: Vec<_> =
        components.iter().map(|c| (c.name.as_str(), c.version.as_deref())).collect();
    assert_eq!(known, [("m", Some("1")), ("n", Some("1")), ("transitive dependencies", None)]);
    let detail = format!("of 2 artifacts: x:m:jar:1, x:n:jar:1; no repository was given; {CURE}");
    assert_eq!(reason(&components[2]), (Some(Reason::UnresolvedPom), detail));
    assert!(read_text(&text("")).unwrap().components.is_empty());
}

/// A POM and a repository in memory.
struct Files(Vec<(&'static str, String)>);

impl crate::maven::PomSource for Files {
    fn at(&self, path: &Path) -> Result<Option<String>, String> {
        let found = self.0.iter().find(|(known, _)| Path::new(known) == path);
        Ok(found.map(|(_, text)| text.clone()))
    }

    fn exists(&self, path: &Path) -> Option<bool> {
        Some(self.0.iter().any(|(known, _)| Path::new(known) == path))
    }

    fn list(&self, _: &Path) -> Result<Vec<String>, String> {
        Ok(Vec::new())
    }
}

#[test]
fn a_transitive_dependency_knows_its_way_its_declaration_and_whose_line_that_is() {
    let released = |name: &str, rest: &str| {
        format!(
            "<project>\n<modelVersion>4.0.0</modelVersion>\n<groupId>x</groupId>\n\
             <artifactId>{name}</artifactId>\n<version>1</version>\n{rest}</project>"
        )
    };
    let wanted = |name: &str, rest: &str| {
        format!(
            "<dependency><groupId>x</groupId><artifactId>{name}</artifactId>{rest}</dependency>"
        )
    };
    let inside = |all: &str| format!("<dependencies>{all}</dependencies>");
    let managed = wanted("o", "<version>${o}</version>");
    let project = format!(
        "<parent><groupId>x</groupId><artifactId>parent</artifactId><version>1</version>\
         <relativePath/></parent><dependencyManagement>{}</dependencyManagement>\n{}",
        inside(&managed),
        inside(&wanted("m", "<version>1</version>"))
    );
    let below =
        inside(&(wanted("n", "<version>1</version>") + &wanted("o", "<version>1</version>")));
    let parent = "<packaging>pom</packaging><properties><o>2</o></properties>";
    let files = Files(vec![
        ("repo/x/m/1/m-1.pom", released("m", &below)),
        ("repo/x/n/1/n-1.pom", released("n", &inside(&wanted("o", "<version>3</version>")))),
        ("repo/x/o/2/o-2.pom", released("o", "")),
        ("repo/x/parent/1/parent-1.pom", released("parent", parent)),
    ]);
    let maven = Maven::new(&files, Machine::default()).with_local("repo".into());
    let document = read(&text(&project), Path::new("pom.xml"), &maven).unwrap();
    let known: Vec<_> = document.components.iter().map(|c| c.purls[0].as_str()).collect();
    assert_eq!(known, ["pkg:maven/x/m@1", "pkg:maven/x/n@1", "pkg:maven/x/o@2"]);
    let edges: Vec<_> = document.edges.iter().collect();
    assert_eq!(edges, [("g:a", "x:m"), ("x:m", "x:n"), ("x:m", "x:o"), ("x:n", "x:o")]);
    let declared = |at: usize| document.components[at].declared_in.clone().unwrap();
    assert_eq!((declared(0).path.as_str(), declared(0).owner), ("pom.xml", Owner::Project));
    let n = declared(1);
    assert_eq!((n.path.as_str(), n.how.as_str()), ("x/m/1/m-1.pom", "dependency of x:m:1"));
    assert_eq!((n.line, n.owner), (6, Owner::Release));
    let o = declared(2);
    assert_eq!(
        (o.path.as_str(), o.how.as_str()),
        ("x/parent/1/parent-1.pom", "property o of parent x:parent:1")
    );
    assert_eq!(o.owner, Owner::ParentProperty("o".to_owned()));
}

#[test]
fn a_dependency_without_identity_is_kept_with_the_reason() {
    let document = read_text(&text(
        "<dependencies><dependency><artifactId>m</artifactId></dependency><dependency>\
         <groupId>x</groupId><artifactId>m_${scala}</artifactId><version>1</version></dependency>\
         </dependencies>",
    ));
    let components = document.unwrap().components;
    let expected = (Some(Reason::NoIdentifier), "it has no groupId".to_owned());
    assert_eq!(reason(&components[0]), expected);
    assert_eq!(reason(&components[1]).0, Some(Reason::UnresolvedProperty));
    assert!(components.iter().all(|component| component.purls.is_empty()));
}

#[test]
fn a_text_that_is_no_pom_is_an_error_at_its_place() {
    let error = read_text("<project>\n <a></b></project>").unwrap_err();
    assert_eq!(error.cause, "</b> stands where </a> is expected");
    let Position::At(place) = error.position else { panic!("no place") };
    assert_eq!(place.line, 2);
}
