//! Projects and repositories made up from a seed, with everything that resolution knows.

use std::collections::BTreeMap;
use std::fmt::Write;

/// Marsaglia's xorshift: the same universes on every machine.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        let mut random = Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
        for _ in 0..8 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 11).unwrap() % end.max(1)
    }

    /// True in so many of a hundred cases.
    fn often(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    fn of<'t>(&mut self, all: &[&'t str]) -> &'t str {
        all[self.below(all.len())]
    }
}

const VERSIONS: [&str; 7] = ["1", "1.1", "2.0-rc1", "2.0", "2.0.1", "3.Final", "10"];
const PROPERTIES: [&str; 5] = ["v.a", "v.b", "v.c", "revision", "project.foo"];

/// Files by path: `pom.xml`, its modules and `repo/`.
pub(crate) fn universe(seed: u64) -> BTreeMap<String, String> {
    let mut maker = Maker { random: Random::new(seed), files: BTreeMap::new(), libraries: 0 };
    maker.libraries = 4 + maker.random.below(9);
    maker.repository();
    maker.project();
    maker.files
}

/// The environment that goes with it.
pub(crate) const ENVIRONMENT: (&str, &str) = ("BOMVET_CASE", "2.0");

struct Maker {
    random: Random,
    files: BTreeMap<String, String>,
    libraries: usize,
}

fn coordinates(group: &str, artifact: &str, version: &str) -> String {
    format!(
        "<groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
    )
}

impl Maker {
    fn repository(&mut self) {
        for number in 0..self.libraries {
            let mut versions: Vec<&str> = Vec::new();
            for version in VERSIONS {
                if self.random.often(60) || (version == "1" && versions.is_empty()) {
                    versions.push(version);
                    let text = self.library(number, version);
                    self.release(
                        &format!("u.g{}", number % 3),
                        &format!("l{number}"),
                        version,
                        text,
                    );
                }
            }
            if self.random.often(85) {
                let listed: String = versions
                    .iter()
                    .map(|version| format!("<version>{version}</version>"))
                    .collect();
                let text = format!(
                    "<metadata><groupId>u.g{0}</groupId><artifactId>l{number}</artifactId>\
                     <versioning><versions>{listed}</versions></versioning></metadata>",
                    number % 3
                );
                let path = format!("repo/u/g{}/l{number}/maven-metadata.xml", number % 3);
                self.files.insert(path, text);
            }
        }
        for name in ["p0", "p1", "p2", "b0", "b1", "b2"] {
            for version in ["1", "2"] {
                let text = self.shared(name, version);
                self.release("u.s", name, version, text);
            }
            let path = format!("repo/u/s/{name}/maven-metadata.xml");
            let versions = "<versions><version>1</version><version>2</version></versions>";
            let text = format!("<metadata><versioning>{versions}</versioning></metadata>");
            self.files.insert(path, text);
        }
    }

    fn release(&mut self, group: &str, name: &str, version: &str, text: String) {
        if self.random.often(3) {
            return;
        }
        let folder = group.replace('.', "/");
        let path = format!("repo/{folder}/{name}/{version}/{name}-{version}.pom");
        let broken = self.random.often(1);
        self.files.insert(path, if broken { text.replace("</project>", "<x>") } else { text });
    }

    /// The POM of a library: everything that can be odd about a dependency.
    fn library(&mut self, number: usize, version: &str) -> String {
        let parent = if self.random.often(30) { self.parent() } else { String::new() };
        let name = coordinates(&format!("u.g{}", number % 3), &format!("l{number}"), version);
        let relocation =
            if self.random.often(6) { self.relocation(version) } else { String::new() };
        let model = if self.random.often(98) { "<modelVersion>4.0.0</modelVersion>" } else { "" };
        let packaging = self.random.of(&["", "", "", "<packaging>bundle</packaging>"]).to_owned();
        let body = self.body(4, true);
        format!("<project>{model}{parent}{name}{packaging}{body}{relocation}</project>")
    }

    fn relocation(&mut self, version: &str) -> String {
        let to = self.random.below(self.libraries);
        let other = self.random.of(&VERSIONS);
        let parts = match self.random.below(3) {
            0 => format!("<groupId>u.g{0}</groupId><artifactId>l{to}</artifactId>", to % 3),
            1 => coordinates(&format!("u.g{}", to % 3), &format!("l{to}"), other),
            _ if other > version => format!("<version>{other}</version>"),
            _ => format!("<artifactId>l{to}</artifactId>"),
        };
        format!("<distributionManagement><relocation>{parts}</relocation></distributionManagement>")
    }

    /// A released parent or bill of materials; those of higher numbers alone are used by others, so
    /// that cycles stay rare.
    fn shared(&mut self, name: &str, version: &str) -> String {
        let number: usize = name[1..].parse().unwrap();
        let parent = match number {
            0 | 1 if self.random.often(40) => {
                let version = self.random.of(&["1", "2"]);
                let name = coordinates("u.s", &format!("p{}", number + 1), version);
                format!("<parent>{name}<relativePath/></parent>")
            }
            _ => String::new(),
        };
        let name = coordinates("u.s", name, version);
        let body = self.body(2, true);
        format!(
            "<project><modelVersion>4.0.0</modelVersion>{parent}{name}\
             <packaging>pom</packaging>{body}</project>"
        )
    }

    fn parent(&mut self) -> String {
        let name = self.random.of(&["p0", "p1", "p2", "p2"]);
        let version = self.random.of(&["1", "2", "2", "[1,2]"]);
        format!("<parent>{}<relativePath/></parent>", coordinates("u.s", name, version))
    }

    /// Properties, management, dependencies and profiles.
    fn body(&mut self, dependencies: usize, released: bool) -> String {
        // a project with undefined ones would hardly ever be valid
        let properties = if released { self.properties(40) } else { self.properties(100) };
        let managed: String = (0..self.random.below(4)).map(|_| self.managed()).collect();
        let count = self.random.below(dependencies + 1);
        let used: String = (0..count).map(|_| self.dependency(released)).collect();
        let profiles = if self.random.often(12) { self.profiles() } else { String::new() };
        format!(
            "{properties}<dependencyManagement><dependencies>{managed}</dependencies>\
             </dependencyManagement><dependencies>{used}</dependencies>{profiles}"
        )
    }

    fn properties(&mut self, percent: usize) -> String {
        let mut text = String::new();
        for name in PROPERTIES {
            if self.random.often(percent) {
                let value = self.random.of(&[
                    "1",
                    "2.0",
                    "10",
                    "${v.c}",
                    "${env.BOMVET_CASE}",
                    "2.0.1",
                    "1.1",
                    "3.Final",
                ]);
                let value = if name == "v.c" && value.contains("v.c") { "1" } else { value };
                write!(text, "<{name}>{value}</{name}>").unwrap();
            }
        }
        format!("<properties>{text}</properties>")
    }

    fn version(&mut self) -> &'static str {
        match self.random.below(100) {
            0..60 => self.random.of(&VERSIONS),
            60..80 => self.random.of(&["${v.a}", "${v.b}", "${v.c}", "${project.foo}"]),
            80..84 => self.random.of(&["${project.version}", "${revision}", "${version}"]),
            84..86 => "${env.BOMVET_CASE}",
            _ => self.random.of(&[
                "[1,2.0]",
                "[1,3)",
                "(,10]",
                "[2.0]",
                "[1.1,)",
                "(,1],[2.0,)",
                "[1,9]",
                "[1]",
            ]),
        }
    }

    fn library_name(&mut self) -> String {
        let number = self.random.below(self.libraries);
        format!("<groupId>u.g{}</groupId><artifactId>l{number}</artifactId>", number % 3)
    }

    fn kind(&mut self) -> String {
        let kind = self.random.of(&[
            "",
            "",
            "",
            "",
            "",
            "",
            "<type>test-jar</type>",
            "<type>war</type>",
            "<type>zip</type>",
            "<classifier>c</classifier>",
            "<type>pom</type>",
            "<type>ejb-client</type>",
            "<classifier>tests</classifier>",
            "<type>jar</type>",
        ]);
        kind.to_owned()
    }

    fn managed(&mut self) -> String {
        if self.random.often(15) {
            let name = self.random.of(&["b1", "b2", "b2", "b0"]);
            let version = self.random.of(&["1", "2"]);
            let name = coordinates("u.s", name, version);
            return format!("<dependency>{name}<type>pom</type><scope>import</scope></dependency>");
        }
        let version = self.version();
        let version = match self.random.often(85) {
            true => format!("<version>{version}</version>"),
            false => String::new(),
        };
        let rest = self.rest(30);
        format!("<dependency>{}{version}{}{rest}</dependency>", self.library_name(), self.kind())
    }

    fn dependency(&mut self, released: bool) -> String {
        // without a version most are no dependencies of any valid POM
        let leaves_out = self.random.often(if released { 3 } else { 1 });
        let version = self.version();
        let version =
            if leaves_out { String::new() } else { format!("<version>{version}</version>") };
        let rest = self.rest(45);
        format!("<dependency>{}{version}{}{rest}</dependency>", self.library_name(), self.kind())
    }

    /// Scope, optional and exclusions.
    fn rest(&mut self, scoped: usize) -> String {
        let mut rest = String::new();
        if self.random.often(scoped) {
            let scope = self.random.of(&["compile", "runtime", "provided", "test", "compile"]);
            write!(rest, "<scope>{scope}</scope>").unwrap();
        }
        if self.random.often(10) {
            write!(rest, "<optional>{}</optional>", self.random.of(&["true", "true", "false"]))
                .unwrap();
        }
        if self.random.often(15) {
            let mut all = String::new();
            for _ in 0..=self.random.below(2) {
                let number = self.random.below(self.libraries);
                let group = self
                    .random
                    .of(&["*", "exact", "exact"])
                    .replace("exact", &format!("u.g{}", number % 3));
                let artifact = self
                    .random
                    .of(&["*", "exact", "exact", "l*"])
                    .replace("exact", &format!("l{number}"));
                write!(
                    all,
                    "<exclusion><groupId>{group}</groupId><artifactId>{artifact}</artifactId></exclusion>"
                )
                .unwrap();
            }
            write!(rest, "<exclusions>{all}</exclusions>").unwrap();
        }
        rest
    }

    fn profiles(&mut self) -> String {
        let mut all = String::new();
        for number in 0..=self.random.below(2) {
            let activation = self.random.of(&[
                "<activeByDefault>true</activeByDefault>",
                "<jdk>17</jdk>",
                "<jdk>!1.8</jdk>",
                "<jdk>[11,17]</jdk>",
                "<jdk>[1.8,18)</jdk>",
                "<os><family>unix</family></os>",
                "<os><family>!windows</family></os>",
                "<os><name>linux</name><arch>amd64</arch></os>",
                "<property><name>v.user</name></property>",
                "<property><name>!v.user</name></property>",
                "<property><name>v.user</name><value>!1</value></property>",
                "<property><name>env.BOMVET_CASE</name><value>2.0</value></property>",
                "<file><exists>here.txt</exists></file>",
                "<file><missing>${basedir}/here.txt</missing></file>",
                "<file><exists>${basedir}/pom.xml</exists></file>",
                "<property><name>v.a</name></property>",
                "",
            ]);
            let properties = self.properties(30);
            let used: String = (0..self.random.below(2)).map(|_| self.dependency(true)).collect();
            let managed: String = (0..self.random.below(2)).map(|_| self.managed()).collect();
            write!(
                all,
                "<profile><id>q{number}</id><activation>{activation}</activation>{properties}\
                 <dependencyManagement><dependencies>{managed}</dependencies></dependencyManagement>\
                 <dependencies>{used}</dependencies></profile>"
            )
            .unwrap();
        }
        format!("<profiles>{all}</profiles>")
    }

    /// The project, its parents on disk and its modules.
    fn project(&mut self) {
        if self.random.often(30) {
            let words = self.random.of(&[
                "-Dv.user=1",
                "-Dv.a=1.1 -Dv.user",
                "-Pq0",
                "-P!q0\n-Drevision=2",
                "-Dv.b=10 -Pq1",
            ]);
            self.files.insert(".mvn/maven.config".to_owned(), words.to_owned());
        }
        if self.random.often(50) {
            self.files.insert("here.txt".to_owned(), String::new());
        }
        let parent = self.project_parent();
        let modules = self.random.below(4);
        let mut listed = String::new();
        for number in 0..modules {
            let place = self.random.of(&["folder", "folder", "file"]);
            let (entry, path) = match place {
                "file" => (format!("m{number}/other.xml"), format!("m{number}/other.xml")),
                _ => (format!("m{number}"), format!("m{number}/pom.xml")),
            };
            write!(listed, "<module>{entry}</module>").unwrap();
            let text = self.module(number, modules);
            self.files.insert(path, text);
        }
        let packaging = if modules > 0 { "<packaging>pom</packaging>" } else { "" };
        let body = self.body(5, false);
        let text = format!(
            "<project><modelVersion>4.0.0</modelVersion>{parent}{}{packaging}{body}\
             <modules>{listed}</modules></project>",
            coordinates("u.r", "root", "7")
        );
        self.files.insert("pom.xml".to_owned(), text);
    }

    fn project_parent(&mut self) -> String {
        let local = |path: &str| {
            format!(
                "<parent>{}<relativePath>{path}</relativePath></parent>",
                coordinates("u.r", "up", "7")
            )
        };
        let place = self.random.below(6);
        if (1..=3).contains(&place) {
            let name = coordinates("u.r", "up", "7");
            let above = if self.random.often(40) { self.parent() } else { String::new() };
            let above = above.replace("[1,2]", "2");
            let text = format!(
                "<project><modelVersion>4.0.0</modelVersion>{above}{name}\
                 <packaging>pom</packaging>{}</project>",
                self.body(2, false)
            );
            let path = if place == 3 { "up/x.xml" } else { "up/pom.xml" };
            self.files.insert(path.to_owned(), text);
        }
        match place {
            0 => String::new(),
            1 => local("up"),
            2 => local("up/pom.xml"),
            3 => local("up/x.xml"),
            _ => self.parent(),
        }
    }

    fn module(&mut self, number: usize, of: usize) -> String {
        let parent = match self.random.often(60) {
            true => {
                let path = "<relativePath>../pom.xml</relativePath>";
                format!("<parent>{}{path}</parent>", coordinates("u.r", "root", "7"))
            }
            false => String::new(),
        };
        let mut siblings = String::new();
        for other in (0..of).filter(|other| *other > number) {
            if self.random.often(50) {
                let scope = self.random.of(&["", "<scope>test</scope>", "<scope>runtime</scope>"]);
                let version = self.random.of(&["7", "${project.version}", "[7,8)"]);
                let name = coordinates("u.r", &format!("m{other}"), version);
                write!(siblings, "<dependency>{name}{scope}</dependency>").unwrap();
            }
        }
        let body = self.body(3, false).replacen("<dependencies>", "<dependencies><!-- -->", 1);
        let body = match body.rfind("<dependencies>") {
            Some(_) if !body.contains("<profiles>") => {
                let at = body.rfind("<dependencies>").unwrap() + "<dependencies>".len();
                format!("{}{siblings}{}", &body[..at], &body[at..])
            }
            _ => body,
        };
        format!(
            "<project><modelVersion>4.0.0</modelVersion>{parent}{}{body}</project>",
            coordinates("u.r", &format!("m{number}"), "7")
        )
    }
}
