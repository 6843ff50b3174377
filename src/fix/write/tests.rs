//! What becomes of a text: the lines that come, and no others.

use super::*;

fn changed(text: &str, changes: &[What]) -> String {
    let pom = Pom::parse(text).unwrap();
    let changes: Vec<_> = changes.iter().collect();
    let after = written(text, &pom, &changes).unwrap();
    Pom::parse(&after).unwrap();
    after
}

fn manage(artifact: &str) -> What {
    let names = ["g", artifact, "", ""].map(str::to_owned);
    What::Manage { names, version: "2".to_owned() }
}

fn property(name: &str) -> What {
    What::Property { name: name.to_owned(), value: "2".to_owned() }
}

fn exclude(at: usize) -> What {
    let [group, artifact, of] = ["x", "y", "g:a"].map(str::to_owned);
    What::Exclude { at, group, artifact, of }
}

const HEAD: &str =
    "<project>\n  <modelVersion>4.0.0</modelVersion>\n  <artifactId>a</artifactId>\n";

const ENTRY: &str = "      <dependency>\n        <groupId>g</groupId>\n        <artifactId>m</artifactId>\n        \
                     <version>2</version>\n      </dependency>\n";

#[test]
fn a_section_stands_before_the_dependencies_and_behind_a_remark_on_the_line_before() {
    let text = format!("{HEAD}  <properties/> <!-- none -->\n\n  <dependencies/>\n</project>\n");
    let section = format!(
        "  <dependencyManagement>\n    <dependencies>\n{ENTRY}    </dependencies>\n  </dependencyManagement>\n"
    );
    let expected = text.replace("<!-- none -->\n", &format!("<!-- none -->\n{section}"));
    assert_eq!(changed(&text, &[manage("m")]), expected);
}

#[test]
fn entries_that_come_together_share_one_section() {
    let text = format!("{HEAD}</project>");
    let after = changed(&text, &[manage("m"), manage("n"), property("p"), property("q")]);
    assert_eq!(after.matches("<dependencyManagement>").count(), 1);
    assert_eq!(after.matches("<properties>").count(), 1);
    let pom = Pom::parse(&after).unwrap();
    assert_eq!((pom.section.management.len(), pom.section.properties.len()), (2, 2));
    assert!(after.ends_with("</dependencyManagement>\n</project>"));
}

#[test]
fn an_empty_holder_is_opened() {
    for holder in [
        "  <dependencyManagement/>\n",
        "  <dependencyManagement>\n  </dependencyManagement>\n",
        "  <dependencyManagement><dependencies/></dependencyManagement>\n",
        "  <dependencyManagement>\n    <dependencies>\n      <!-- x -->\n    </dependencies>\n  \
         </dependencyManagement>\n",
    ] {
        let text = format!("{HEAD}{holder}</project>\n");
        let pom = Pom::parse(&changed(&text, &[manage("m")])).unwrap();
        assert_eq!(pom.section.management.len(), 1, "{holder}");
    }
    let text = format!(
        "{HEAD}  <dependencyManagement >\n    <dependencies />\n  </dependencyManagement>\n</project>\n"
    );
    let expected =
        text.replace("<dependencies />", &format!("<dependencies >\n{ENTRY}    </dependencies>"));
    assert_eq!(changed(&text, &[manage("m")]), expected);
}

#[test]
fn a_file_without_lines_gets_none() {
    let text = "<project><modelVersion>4.0.0</modelVersion><artifactId>a</artifactId></project>";
    let expected = "<project><modelVersion>4.0.0</modelVersion><artifactId>a</artifactId><properties><p>2</p>\
                    </properties></project>";
    assert_eq!(changed(text, &[property("p")]), expected);
}

#[test]
fn a_property_stands_behind_the_last_one() {
    let text =
        format!("{HEAD}  <properties>\n\t<o>1</o>\t<!-- o -->\n  </properties>\n</project>\n");
    assert_eq!(
        changed(&text, &[property("p")]),
        text.replace("<!-- o -->\n", "<!-- o -->\n\t<p>2</p>\n")
    );
}

#[test]
fn an_exclusion_stands_behind_others_or_in_a_list_of_its_own() {
    let inner = |more: &str| {
        format!(
            "{HEAD}  <dependencies>\n    <dependency>\n      <groupId>g</groupId>\n{more}    </dependency>\n  </dependencies>\n</project>\n"
        )
    };
    let one = |group: &str| {
        format!(
            "        <exclusion>\n          <groupId>{group}</groupId>\n          <artifactId>y</artifactId>\n        </exclusion>\n"
        )
    };
    let list = |all: &str| format!("      <exclusions>\n{all}      </exclusions>\n");
    let text = inner("");
    let at = text.find("<dependency>").unwrap();
    assert_eq!(changed(&text, &[exclude(at)]), inner(&list(&one("x"))));
    let text = inner(&list(&one("w")));
    assert_eq!(changed(&text, &[exclude(at)]), inner(&list(&(one("w") + &one("x")))));
}

#[test]
fn a_dependency_in_one_line_takes_what_is_new_into_it() {
    let line = "<dependency><groupId>g</groupId><artifactId>b</artifactId></dependency>";
    let text = format!("{HEAD}  <dependencies>\n    {line}\n  </dependencies>\n</project>\n");
    let at = text.find("<dependency>").unwrap();
    let version = What::Version { at, version: "3".to_owned() };
    let expected = text.replace("</artifactId></dep", "</artifactId><version>3</version></dep");
    assert_eq!(changed(&text, &[version]), expected);
    let exclusions = "<exclusions><exclusion><groupId>x</groupId><artifactId>y</artifactId></exclusion></exclusions>";
    let expected = text.replace("</dependency>", &format!("{exclusions}</dependency>"));
    assert_eq!(changed(&text, &[exclude(at)]), expected);
    let names = ["h", "c", "", ""].map(str::to_owned);
    let scope = Some("runtime".to_owned());
    let depend = What::Depend { at, names, version: "1".to_owned(), scope };
    let new = "<dependency><groupId>h</groupId><artifactId>c</artifactId><version>1</version>\
               <scope>runtime</scope></dependency>";
    assert_eq!(changed(&text, &[depend]), text.replace(line, &format!("{line}\n    {new}")));
}

#[test]
fn two_changes_of_the_same_bytes_are_refused() {
    let text = format!("{HEAD}</project>\n");
    let at = text.find('4').unwrap();
    let change = |to: &str| What::Text {
        range: at..at + 5,
        line: 2,
        to: to.to_owned(),
        name: String::new(),
        from: String::new(),
    };
    let pom = Pom::parse(&text).unwrap();
    assert!(written(&text, &pom, &[&change("1"), &change("2")]).is_err());
    assert!(written(&text, &pom, &[&change("1"), &change("1")]).is_ok());
}

#[test]
fn what_a_document_says_is_escaped() {
    let text = format!("{HEAD}</project>\n");
    assert!(changed(&text, &[manage("<&>")]).contains("<artifactId>&lt;&amp;&gt;</artifactId>"));
}

#[test]
fn a_version_that_is_raised_in_steps_is_told_once() {
    let change = |what| Change { file: PathBuf::from("pom.xml"), what };
    let raised = |name: &str, from: &str, to: &str| {
        let [name, from, to] = [name, from, to].map(str::to_owned);
        change(What::Text { range: 0..1, line: 7, to, name, from })
    };
    let changes = [
        change(property("a.version")),
        raised("property a.version", "2", "3"),
        raised("property b.version", "1", "2"),
        raised("property a.version", "3", "4"),
        raised("property b.version", "2", "3"),
        raised("dependency", "3", "9"),
    ];
    let told = [
        "pom.xml: new property a.version: 4",
        "pom.xml:7: property b.version 1 -> 3",
        "pom.xml:7: dependency 3 -> 9",
    ];
    assert_eq!(in_words(&changes), told);
}
