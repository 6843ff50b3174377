//! A project of 300 artifacts resolved from a repository in memory: parents with management, a bill
//! of materials, ranges, exclusions. `mvn -o dependency:tree` takes seconds for as much.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::hint::black_box;
use std::path::{Path, PathBuf};

use bomvet::maven::{Machine, Maven, Pom, resolve};
use criterion::{Criterion, criterion_group, criterion_main};

const ARTIFACTS: usize = 300;
const MANAGED: usize = 1_500;

fn name(artifact: &str, version: &str) -> String {
    format!(
        "<groupId>org.example</groupId><artifactId>{artifact}</artifactId><version>{version}</version>"
    )
}

fn managed(count: usize) -> String {
    let mut all = String::new();
    for number in 0..count {
        let name = name(&format!("a{number}"), "${v}");
        write!(all, "<dependency>{name}</dependency>").unwrap();
    }
    format!("<dependencyManagement><dependencies>{all}</dependencies></dependencyManagement>")
}

/// Every artifact needs three others of higher numbers, in an order that makes many ways.
fn files() -> BTreeMap<PathBuf, String> {
    let mut files = BTreeMap::new();
    let mut release = |artifact: &str, rest: &str| {
        let path = format!("repo/org/example/{artifact}/1/{artifact}-1.pom");
        let name = name(artifact, "1");
        let text = format!("<project><modelVersion>4.0.0</modelVersion>{name}{rest}</project>");
        files.insert(PathBuf::from(path), text);
    };
    let properties = "<packaging>pom</packaging><properties><v>1</v></properties>";
    release("bom", &format!("{properties}{}", managed(MANAGED)));
    for parent in 0..10 {
        release(&format!("p{parent}"), &format!("{properties}{}", managed(60)));
    }
    for number in 0..ARTIFACTS {
        let parent = name(&format!("p{}", number % 10), "1");
        let mut rest = format!("<parent>{parent}</parent><dependencies>");
        for step in [31, 7, 1] {
            if number + step < ARTIFACTS {
                let name = name(&format!("a{}", number + step), "1");
                let scope = if step == 7 { "<scope>runtime</scope>" } else { "" };
                write!(rest, "<dependency>{name}{scope}</dependency>").unwrap();
            }
        }
        release(&format!("a{number}"), &(rest + "</dependencies>"));
    }
    files
}

fn project() -> String {
    let import = format!(
        "<dependency>{}<type>pom</type><scope>import</scope></dependency>",
        name("bom", "1")
    );
    let direct: String = (0..12)
        .map(|number| {
            let number = number * 25;
            format!("<dependency><groupId>org.example</groupId><artifactId>a{number}</artifactId></dependency>")
        })
        .collect();
    format!(
        "<project><modelVersion>4.0.0</modelVersion>{}<dependencyManagement><dependencies>{import}\
         </dependencies></dependencyManagement><dependencies>{direct}</dependencies></project>",
        name("app", "1")
    )
}

fn resolution(criterion: &mut Criterion) {
    let (files, project) = (files(), project());
    criterion.bench_function("maven/300-artifacts", |bencher| {
        bencher.iter(|| {
            let maven = Maven::new(&files, Machine::default()).with_local(PathBuf::from("repo"));
            let pom = Pom::parse(&project).unwrap();
            let found = resolve(pom, Path::new("pom.xml"), &maven);
            assert_eq!(found.dependencies.len(), ARTIFACTS);
            black_box(found)
        });
    });
}

criterion_group!(benches, resolution);
criterion_main!(benches);
