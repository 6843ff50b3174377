//! Which line of which file is changed.

use super::project::{
    Folder, LOG4J, dependencies, dependency, folder, log4j, managed, parent, pom, release,
};

fn of(artifact: &str, version: &str) -> String {
    format!("{LOG4J}:{artifact}:{version}")
}

fn properties(all: &[(&str, &str)]) -> String {
    let all: String =
        all.iter().map(|(name, value)| format!("    <{name}>{value}</{name}>\n")).collect();
    format!("  <properties>\n{all}  </properties>\n")
}

/// A starter that brings in log4j-core.
fn starter(version: &str) -> (String, String) {
    release("org.x:starter:1", &dependencies(&[&of("log4j-core", version)]))
}

/// Releases of log4j before and after, and the starter.
fn releases() -> Vec<(String, String)> {
    [log4j("2.14.1"), log4j("2.17.1"), vec![starter("2.14.1")]].concat()
}

#[test]
fn a_property_of_the_family_alone_is_changed() {
    let rest = properties(&[("log4j.version", "2.14.1"), ("copy", "${log4j.version}")])
        + &dependencies(&[&of("log4j-core", "${copy}"), &of("log4j-web", "${log4j.version}")]);
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &[]);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    let changes = [
        "-    <log4j.version>2.14.1</log4j.version>",
        "+    <log4j.version>2.17.1</log4j.version>",
    ];
    assert_eq!(done.changes(), changes);
}

#[test]
fn a_property_that_is_shared_with_strangers_stays() {
    let plugin = "  <build><plugins><plugin><groupId>org.p</groupId><artifactId>p</artifactId>\
                  <version>${v}</version></plugin></plugins></build>\n";
    let argument = "  <build><x>${v}</x></build>\n";
    let other = dependencies(&[&of("log4j-core", "${v}"), "org.y:b:${v}"]);
    let alone = dependencies(&[&of("log4j-core", "${v}")]);
    for (rest, stranger) in [
        (other, "org.y:b"),
        (alone.clone() + plugin, "org.p:p"),
        (alone.clone() + argument, "pom.xml:16"),
    ] {
        let rest = properties(&[("v", "2.14.1")]) + &rest;
        let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &[]);
        let done = folder.cure(&["pom.xml"]);
        assert_eq!(done.code, Some(0), "{}", done.told);
        let changes = ["-      <version>${v}</version>", "+      <version>2.17.1</version>"];
        assert_eq!(done.changes(), changes, "{stranger}");
    }
}

#[test]
fn a_stranger_in_a_module_that_was_not_given_counts() {
    let root =
        "  <packaging>pom</packaging>\n  <modules><module>a</module><module>b</module></modules>\n"
            .to_owned()
            + &properties(&[("v", "2.14.1")]);
    let module = |name: &str, dependency: &str| {
        let up = parent("g:root", "1", "../pom.xml");
        pom(&format!("g:{name}"), "1", &(up + &dependencies(&[dependency])))
    };
    let folder = folder(
        &[
            ("pom.xml", pom("g:root", "1", &root)),
            ("a/pom.xml", module("a", &of("log4j-core", "${v}"))),
            ("b/pom.xml", module("b", "org.y:b:${v}")),
        ],
        &[],
    );
    let done = folder.cure(&["a/pom.xml"]);
    assert_eq!(
        done.changes(),
        ["-      <version>${v}</version>", "+      <version>2.17.1</version>"]
    );
    assert!(done.text().starts_with("--- a/a/pom.xml\n"), "{}", done.text());
}

#[test]
fn two_modules_are_cured_by_one_line_of_their_parent() {
    let root =
        "  <packaging>pom</packaging>\n  <modules><module>a</module><module>b</module></modules>\n"
            .to_owned()
            + &managed(&[&of("log4j-core", "2.14.1")]);
    let module = |name: &str| {
        let up = parent("g:root", "1", "../pom.xml");
        pom(&format!("g:{name}"), "1", &(up + &dependencies(&[&format!("{LOG4J}:log4j-core")])))
    };
    let folder = folder(
        &[
            ("pom.xml", pom("g:root", "1", &root)),
            ("a/pom.xml", module("a")),
            ("b/pom.xml", module("b")),
        ],
        &[],
    );
    for inputs in [&["a/pom.xml", "b/pom.xml"][..], &["."][..]] {
        let done = folder.fix(inputs);
        assert_eq!(done.code, Some(0), "{}", done.told);
        assert!(done.text().starts_with("--- a/pom.xml\n"));
        assert_eq!(
            done.changes(),
            ["-        <version>2.14.1</version>", "+        <version>2.17.1</version>"]
                .map(|line| line.replacen("        <", "      <", 1))
        );
    }
    assert_eq!(folder.cure(&["a/pom.xml", "b/pom.xml"]).code, Some(0));
}

#[test]
fn edits_of_several_poms_in_one_file_make_one_patch_of_it() {
    let root =
        "  <packaging>pom</packaging>\n  <modules><module>a</module><module>b</module></modules>\n"
            .to_owned()
            + &managed(&[&of("log4j-core", "2.14.1"), "org.x:lib:1.4"]);
    let module = |name: &str, dependency: &str| {
        let up = parent("g:root", "1", "../pom.xml");
        pom(&format!("g:{name}"), "1", &(up + &dependencies(&[dependency])))
    };
    let folder = folder(
        &[
            ("pom.xml", pom("g:root", "1", &root)),
            ("a/pom.xml", module("a", &format!("{LOG4J}:log4j-core"))),
            ("b/pom.xml", module("b", "org.x:lib")),
        ],
        &[],
    );
    let done = folder.cure(&["a/pom.xml", "b/pom.xml"]);
    assert_eq!(done.text().matches("+++ ").count(), 1, "{}", done.text());
    assert_eq!(done.changes().len(), 4);
}

#[test]
fn what_others_bring_in_is_overruled_by_the_management() {
    let rest = dependencies(&["org.x:starter:1"]);
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &releases());
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    let expected = pom("g:a", "1", &(managed(&[&of("log4j-core", "2.17.1")]) + &rest));
    let squeezed = |text: String| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
    assert_eq!(squeezed(folder.text("pom.xml")), squeezed(expected));
}

#[test]
fn core_and_api_stay_in_step() {
    // the API of its own is nearer than the one that the core brings in
    let rest = dependencies(&["org.x:starter:1", &of("log4j-api", "2.14.1")]);
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &releases());
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    let text = folder.text("pom.xml");
    assert!(!text.contains("2.14.1") && text.matches("2.17.1").count() == 2, "{text}");
}

#[test]
fn an_api_that_is_managed_moves_although_nobody_sees_it_move() {
    // the POM of the new core is not at hand: that it brings in the API is what the playbook says
    let rest =
        managed(&[&of("log4j-api", "2.14.1")]) + &dependencies(&[&of("log4j-core", "2.14.1")]);
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &log4j("2.14.1"));
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    assert!(!folder.text("pom.xml").contains("2.14.1"), "{}", folder.text("pom.xml"));
    assert!(done.words().contains("not at hand"), "{}", done.told);
}

#[test]
fn a_newer_api_sets_the_pace() {
    let rest = dependencies(&[&of("log4j-core", "2.14.1"), &of("log4j-api", "2.20.0")]);
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &[]);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(
        done.changes(),
        ["-      <version>2.14.1</version>", "+      <version>2.20.0</version>"]
    );
}

/// A released parent that manages log4j by a property, as Spring Boot's does.
fn platform() -> (String, String) {
    platform_named("org.boot:platform:1")
}

fn platform_named(name: &str) -> (String, String) {
    let rest = "  <packaging>pom</packaging>\n".to_owned()
        + &properties(&[("log4j2.version", "2.14.1"), ("lib.version", "1.4")])
        + &managed(&[
            &of("log4j-core", "${log4j2.version}"),
            &of("log4j-api", "${log4j2.version}"),
            "org.x:lib:1.4",
        ]);
    release(name, &rest)
}

#[test]
fn a_property_of_a_released_parent_is_set_in_the_project() {
    let rest = parent("org.boot:platform", "1", "")
        + &properties(&[("java.version", "17")])
        + &dependencies(&[&format!("{LOG4J}:log4j-core")]);
    let all = [releases(), vec![platform()]].concat();
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &all);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    assert_eq!(done.changes(), ["+    <log4j2.version>2.17.1</log4j2.version>"]);
}

#[test]
fn what_a_released_parent_manages_is_overruled_in_the_project() {
    let rest = parent("org.boot:platform", "1", "") + &dependencies(&["org.x:lib"]);
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &[platform()]);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    let text = folder.text("pom.xml");
    assert!(
        text.contains("<dependencyManagement>") && text.contains("<version>1.5</version>"),
        "{text}"
    );
}

#[test]
fn an_imported_platform_leaves_a_property_of_the_project_without_effect() {
    let name = "org.springframework.boot:spring-boot-dependencies:1";
    let import = dependency(name)
        .replace("    </dep", "      <type>pom</type>\n      <scope>import</scope>\n    </dep");
    let rest = properties(&[("log4j2.version", "2.17.1")])
        + &format!(
            "  <dependencyManagement>\n  <dependencies>\n{import}  </dependencies>\n  </dependencyManagement>\n"
        )
        + &dependencies(&[&format!("{LOG4J}:log4j-core")]);
    let all = [releases(), vec![platform_named(name)]].concat();
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &all);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    assert!(
        done.words().contains("property log4j2.version in pom.xml has no effect"),
        "{}",
        done.told
    );
    let text = folder.text("pom.xml");
    assert!(text.contains("<artifactId>log4j-core</artifactId>\n"), "{text}");
    assert_eq!(text.matches("<version>2.17.1</version>").count(), 2, "core and API: {text}");
}

/// Two versions of a bill of materials and the list of them.
fn boms() -> Vec<(String, String)> {
    let bom = |version: &str, lib: &str| {
        let rest = "  <packaging>pom</packaging>\n".to_owned() + &managed(&[lib]);
        release(&format!("org.x:bom:{version}"), &rest)
    };
    let list = "<metadata><groupId>org.x</groupId><artifactId>bom</artifactId><versioning><versions>\
                <version>1.0</version><version>1.1</version><version>1.2</version><version>2.0</version>\
                </versions></versioning></metadata>";
    vec![
        bom("1.0", "org.x:lib:1.3"),
        bom("1.1", "org.x:lib:1.4"),
        bom("1.2", "org.x:lib:1.6"),
        bom("2.0", "org.x:lib:2.0"),
        ("repo/org/x/bom/maven-metadata-local.xml".to_owned(), list.to_owned()),
    ]
}

fn importing(version: &str) -> String {
    let import = dependency(&format!("org.x:bom:{version}"))
        .replace("    </dep", "      <type>pom</type>\n      <scope>import</scope>\n    </dep");
    format!(
        "  <dependencyManagement>\n  <dependencies>\n{import}  </dependencies>\n  </dependencyManagement>\n"
    )
}

#[test]
fn the_lowest_newer_bill_of_materials_that_cures_is_imported() {
    let rest = properties(&[("bom", "1.0")]) + &importing("${bom}") + &dependencies(&["org.x:lib"]);
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &boms());
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    assert_eq!(done.changes(), ["-    <bom>1.0</bom>", "+    <bom>1.2</bom>"]);
}

#[test]
fn without_a_newer_bill_of_materials_its_entry_is_overruled() {
    let rest = importing("1.0") + &dependencies(&["org.x:lib"]);
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &boms()[..2]);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    assert!(done.changes().iter().all(|line| line.starts_with('+')), "{}", done.text());
}

/// The bill of materials of log4j.
fn log4j_bom(version: &str) -> (String, String) {
    let rest = "  <packaging>pom</packaging>\n".to_owned()
        + &managed(&[&of("log4j-core", version), &of("log4j-api", version)]);
    release(&of("log4j-bom", version), &rest)
}

fn importing_log4j(version: &str) -> String {
    let import = dependency(&of("log4j-bom", version))
        .replace("    </dep", "      <type>pom</type>\n      <scope>import</scope>\n    </dep");
    format!(
        "  <dependencyManagement>\n  <dependencies>\n{import}  </dependencies>\n  </dependencyManagement>\n"
    )
}

#[test]
fn the_bill_of_materials_of_log4j_moves_with_the_release() {
    let rest = importing_log4j("2.14.1") + &dependencies(&["org.x:starter:1"]);
    let all = [releases(), vec![log4j_bom("2.14.1"), log4j_bom("2.17.1")]].concat();
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &all);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    let changes = ["-      <version>2.14.1</version>", "+      <version>2.17.1</version>"];
    assert_eq!(done.changes(), changes);
}

#[test]
fn a_bill_of_materials_that_nobody_has_is_not_imported_on_trust() {
    let rest = importing_log4j("2.14.1") + &dependencies(&["org.x:starter:1"]);
    let all = [releases(), vec![log4j_bom("2.14.1")]].concat();
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &all);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    assert!(done.changes().iter().all(|line| line.starts_with('+')), "{}", done.text());
    assert_eq!(done.text().matches("+      <version>2.17.1</version>").count(), 2, "core and API");
}

#[test]
fn a_property_of_a_released_parent_may_choose_its_import() {
    let boot = "  <packaging>pom</packaging>\n".to_owned()
        + &properties(&[("log4j2.version", "2.14.1")])
        + &importing_log4j("${log4j2.version}");
    let boot = release("org.boot:platform:1", &boot);
    let all = [releases(), vec![boot, log4j_bom("2.14.1"), log4j_bom("2.17.1")]].concat();
    let rest = parent("org.boot:platform", "1", "") + &dependencies(&["org.x:starter:1"]);
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &all);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    assert!(
        done.changes().contains(&"+    <log4j2.version>2.17.1</log4j2.version>"),
        "{}",
        done.text()
    );
    assert!(!folder.text("pom.xml").contains("dependencyManagement"));
}

#[test]
fn a_definition_of_the_command_line_is_overruled() {
    let rest = properties(&[("v", "2.17.1")]) + &dependencies(&[&of("log4j-core", "${v}")]);
    let files =
        [("pom.xml", pom("g:a", "1", &rest)), (".mvn/maven.config", "-Dv=2.14.1\n".to_owned())];
    let folder = folder(&files, &[]);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    assert_eq!(
        done.changes(),
        ["-      <version>${v}</version>", "+      <version>2.17.1</version>"]
    );
}

#[test]
fn a_dependency_on_log4j_1_gets_other_coordinates() {
    let rest = properties(&[("log4j.version", "1.2.17")])
        + &dependencies(&["log4j:log4j:${log4j.version}"]);
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &[]);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    let expected = pom("g:a", "1", &rest)
        .replace(">1.2.17<", ">1.2.27<")
        .replace("<groupId>log4j<", "<groupId>ch.qos.reload4j<")
        .replace("<artifactId>log4j<", "<artifactId>reload4j<");
    assert_eq!(folder.text("pom.xml"), expected);
}

#[test]
fn log4j_1_that_others_bring_in_is_excluded_and_replaced() {
    let bridge = |name: &str| release(name, &dependencies(&["log4j:log4j:1.2.17"]));
    let rest = dependencies(&["org.x:bridge:1", "org.x:other:1"]);
    let all =
        [bridge("org.x:bridge:1"), bridge("org.x:other:1"), release("log4j:log4j:1.2.17", "")];
    let folder = folder(&[("pom.xml", pom("g:a", "1", &rest))], &all);
    let done = folder.cure(&["pom.xml"]);
    assert_eq!(done.code, Some(0), "{}", done.told);
    let text = folder.text("pom.xml");
    let exclusion = "      <exclusions>\n        <exclusion>\n          <groupId>log4j</groupId>\n          \
                     <artifactId>log4j</artifactId>\n        </exclusion>\n      </exclusions>\n    </dependency>\n";
    assert_eq!(text.matches(exclusion).count(), 2, "{text}");
    assert!(text.contains(&dependency("ch.qos.reload4j:reload4j:1.2.27")), "{text}");
}

#[test]
fn java_bounds_the_version_to_take() {
    let pom = pom("g:a", "1", &dependencies(&[&of("log4j-core", "2.12.1")]));
    let folder = Folder::of(&[("pom.xml", &pom)]);
    let done = folder.fix(&["--java", "7", "pom.xml"]);
    assert_eq!((done.code, done.text()), (Some(1), ""), "{}", done.told);
    let done = folder.fix(&["--java", "8", "pom.xml"]);
    assert_eq!(
        done.changes(),
        ["-      <version>2.12.1</version>", "+      <version>2.17.1</version>"]
    );
}

/// A bill of materials in which a starter brings in log4j-core, and the API beside it.
fn sbom() -> String {
    let component = |reference: &str, purl: &str| serde_json::json!({"type": "library", "bom-ref": reference, "name": reference, "purl": purl});
    serde_json::json!({
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "root", "name": "a"}},
        "components": [
            component("starter", "pkg:maven/org.x/starter@1"),
            component("core", "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1"),
        ],
        "dependencies": [
            {"ref": "root", "dependsOn": ["starter"]}, {"ref": "starter", "dependsOn": ["core"]},
        ],
    })
    .to_string()
}

#[test]
fn a_document_shows_what_a_starter_out_of_reach_brings_in() {
    let rest = dependencies(&["org.x:starter:1"]);
    let files = [("pom.xml", pom("g:a", "1", &rest)), ("sbom.json", sbom())];
    let done = folder(&files, &[]).cure(&["pom.xml", "sbom.json"]);
    assert_eq!(done.code, Some(1), "the document still tells of the old build");
    assert!(done.changes().contains(&"+        <version>2.17.1</version>"), "{}", done.text());
    assert!(done.changes().iter().all(|line| line.starts_with('+')));
    assert!(done.words().contains("make it anew"), "{}", done.told);
    // another project is none of its business
    let files =
        [("pom.xml", pom("g:a", "1", &dependencies(&["org.y:b:1"]))), ("sbom.json", sbom())];
    let done = folder(&files, &[]).fix(&["pom.xml", "sbom.json"]);
    assert_eq!((done.code, done.text()), (Some(1), ""), "{}", done.told);
}

#[test]
fn a_property_of_spring_boot_is_known_also_where_its_parent_is_out_of_reach() {
    let boot = parent("org.springframework.boot:spring-boot-starter-parent", "2.5.6", "");
    let own = dependencies(&["org.x:starter:1"]);
    for (before, changes) in [
        (
            properties(&[("log4j2.version", "2.14.1")]),
            &[
                "-    <log4j2.version>2.14.1</log4j2.version>",
                "+    <log4j2.version>2.17.1</log4j2.version>",
            ][..],
        ),
        (
            properties(&[("java.version", "8")]),
            &["+    <log4j2.version>2.17.1</log4j2.version>"][..],
        ),
    ] {
        let text = pom("g:a", "1", &(boot.clone() + &before + &own));
        let done = folder(&[("pom.xml", text), ("sbom.json", sbom())], &[])
            .cure(&["pom.xml", "sbom.json"]);
        assert_eq!(done.changes(), changes, "{}", done.told);
    }
}
