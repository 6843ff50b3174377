use super::*;

/// Printed by Maven 3.8.7 and the plugin 3.8.1, shortened.
const LOG: &str = "\
[INFO] Scanning for projects...
[INFO] --------------------------------[ pom ]---------------------------------
[INFO] 
[INFO] --- maven-dependency-plugin:3.8.1:tree (default-cli) @ parent ---
[INFO] com.example:parent:pom:1.0
[INFO] 
[INFO] ---------------------------< com.example:a >----------------------------
[INFO] Building a 1.0                                                     [2/3]
[INFO] --- maven-dependency-plugin:3.8.1:tree (default-cli) @ a ---
[INFO] com.example:a:jar:1.0
[INFO] +- commons-beanutils:commons-beanutils:jar:1.9.4:compile (optional)
[INFO] |  +- commons-logging:commons-logging:jar:1.2:compile (optional)
[INFO] |  \\- commons-collections:commons-collections:jar:3.2.2:compile (optional)
[INFO] \\- commons-io:commons-io:jar:2.16.1:test
[INFO] --- maven-dependency-plugin:3.8.1:tree (default-cli) @ b ---
[INFO] com.example:b:jar:1.0
[INFO] +- com.example:a:jar:1.0:compile
[INFO] \\- commons-logging:commons-logging:jar:1.2:runtime
[INFO] ------------------------------------------------------------------------
[INFO] BUILD SUCCESS
";

/// The same for one module, from `-DoutputFile` with `-Dverbose`.
const VERBOSE: &str = "\
acme.app:shop:jar:1.0
+- acme.lib:deep:jar:1:compile
|  \\- acme.lib:deeper:jar:1:compile
|     \\- (org.apache.logging.log4j:log4j-core:jar:2.17.1:compile - omitted for conflict with 2.14.1)
\\- acme.lib:near:jar:1:compile
   +- (acme.lib:deep:jar:1:compile - omitted for duplicate)
   \\- org.apache.logging.log4j:log4j-core:jar:2.14.1:compile
      \\- org.apache.logging.log4j:log4j-api:jar:2.14.1:compile
";

const LIST: &str = "
The following files have been resolved:
   commons-beanutils:commons-beanutils:jar:1.9.4:compile (optional) -- module commons.beanutils (auto)
   com.example:a:test-jar:tests:1.0:test
";

fn names(document: &Document) -> Vec<&str> {
    document.components.iter().map(|component| component.name.as_str()).collect()
}

fn has_edge(document: &Document, from: &str, to: &str) -> bool {
    document.edges.iter().any(|edge| edge == (from, to))
}

#[test]
fn modules_of_a_log_make_one_document() {
    assert!(is_maven_output(LOG));
    let document = read(LOG).unwrap();
    assert_eq!(document.format, Format::MavenTree);
    let expected = [
        "parent",
        "commons-beanutils",
        "commons-logging",
        "commons-collections",
        "commons-io",
        "b",
        "a",
    ];
    assert_eq!(names(&document), expected);
    let logging = &document.components[2];
    assert_eq!((logging.scope, logging.position), (Some(Scope::Compile), at(12)));
    assert_eq!(document.components[4].scope, Some(Scope::Test));
    let io = "commons-io:commons-io:jar:2.16.1";
    assert!(has_edge(&document, "com.example:a:jar:1.0 (module)", io));
    assert!(has_edge(&document, "com.example:b:jar:1.0 (module)", "com.example:a:jar:1.0"));
    assert_eq!(document.warnings, []);
}

#[test]
fn omitted_entries_lead_to_the_version_that_was_taken() {
    assert!(is_maven_output(VERBOSE));
    let document = read(VERBOSE).unwrap();
    assert_eq!(names(&document), ["deep", "deeper", "near", "log4j-core", "log4j-api"]);
    let core = "org.apache.logging.log4j:log4j-core:jar:2.14.1";
    assert!(has_edge(&document, "acme.lib:deeper:jar:1", core));
    assert!(has_edge(&document, "acme.lib:near:jar:1", "acme.lib:deep:jar:1"));
    let About::Apart(subject) = &document.about else { panic!("no subject") };
    assert_eq!(subject.purls, ["pkg:maven/acme.app/shop@1.0"]);
}

#[test]
fn a_list_has_components_and_no_edges() {
    assert!(is_maven_output(LIST));
    let document = read(LIST).unwrap();
    assert_eq!(document.format, Format::MavenList);
    let purls: Vec<_> = document.components.iter().map(|c| c.purls[0].as_str()).collect();
    let expected = [
        "pkg:maven/commons-beanutils/commons-beanutils@1.9.4",
        "pkg:maven/com.example/a@1.0?classifier=tests&type=test-jar",
    ];
    assert_eq!(purls, expected);
    assert!(document.edges.is_empty());
    assert!(is_maven_output("\nThe following files have been resolved:\n   none\n"));
}

#[test]
fn the_three_alphabets_make_one_tree() {
    let ascii = read(VERBOSE).unwrap();
    let lines = VERBOSE.replace("+-", "├─").replace("\\-", "└─").replace('|', "│");
    let spaces = VERBOSE.replace(['+', '-', '\\', '|'], " ").replace("log4j ", "log4j-");
    assert_eq!(read(&lines).unwrap().edges, ascii.edges);
    let spaces = read(&spaces).unwrap();
    assert_eq!(spaces.components.len(), ascii.components.len());
}

#[test]
fn colours_and_line_ends_do_not_matter() {
    let coloured = LOG.replace("[INFO]", "[\u{1b}[1;34mINFO\u{1b}[m]").replace('\n', "\r\n");
    assert!(is_maven_output(&coloured));
    assert_eq!(read(&coloured).unwrap(), read(LOG).unwrap());
}

#[test]
fn a_log_whose_tree_went_elsewhere_is_no_empty_document() {
    let log = "[INFO] --- dependency:3.8.1:tree (default-cli) @ a ---\n\
               [INFO] Wrote dependency tree to: tree.txt\n[INFO] BUILD SUCCESS\n";
    assert!(is_maven_output(log));
    let error = read(log).unwrap_err();
    assert_eq!(
        error.cause,
        "the dependency tree is not in this log: scan the file that Maven wrote"
    );
    let dot = log.replace("Wrote", "digraph \"g:a:jar:1\" {");
    let error = read(&dot).unwrap_err();
    assert!(error.cause.contains("in DOT"), "{}", error.cause);
}

#[test]
fn a_failed_build_is_refused_and_a_cut_log_is_warned_of() {
    let error = read(&LOG.replace("BUILD SUCCESS", "BUILD FAILURE")).unwrap_err();
    assert_eq!(error.cause, "the build failed: trees that it did not come to are missing");
    assert_eq!(error.position, at(20));
    let cut = read(&LOG.replace("BUILD SUCCESS", "")).unwrap();
    assert_eq!(
        cut.warnings[0].message,
        "the log does not tell the end of the build: it may be cut off"
    );
}

#[test]
fn an_entry_without_a_parent_is_reported() {
    let text = "g:root:jar:1\n+- g:a:jar:1:compile\n|  |  \\- g:b:jar:1:test\n\
                +- ${what}\n|  \\- g:c:jar:1:test\n";
    let document = read(text).unwrap();
    assert_eq!(names(&document), ["a", "b", "c"]);
    let messages: Vec<_> = document.warnings.iter().map(|w| w.message.as_str()).collect();
    let expected = [
        "line 4 is no group:artifact:type:version:scope and left out",
        "lines 3, 5 are below no entry: what brings it in is not known",
    ];
    assert_eq!(messages, expected);
    assert_eq!(document.edges.len(), 1);
}

#[test]
fn texts_that_quote_a_tree_are_not_taken() {
    let quoted = format!("# How to\n\n```\n{LOG}```\n");
    let prose = format!("This is what Maven prints:\n{VERBOSE}");
    let others = ["", "a:b:jar:1\n", "a:b:jar:1\nc:d:jar:2\n", "[INFO] BUILD SUCCESS\n", "none\n"];
    for text in others.into_iter().chain([quoted.as_str(), prose.as_str()]) {
        assert!(!is_maven_output(text), "{text}");
    }
}

#[test]
fn trees_for_other_programs_are_named() {
    assert_eq!(other_form("digraph \"g:a:jar:1\" { \n"), Some("DOT"));
    assert_eq!(other_form("1369885738 g:a:jar:1\n"), Some("TGF"));
    assert_eq!(other_form("digraph \"x\" {\n"), None);
    assert_eq!(other_form("12 monkeys\n"), None);
}
