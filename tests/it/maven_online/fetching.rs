//! What is fetched, from where, and what is kept.

use std::time::Duration;

use super::*;
use crate::server::Part;

#[test]
fn parents_imports_and_what_dependencies_bring_in_are_fetched_and_kept() {
    let parent = "<parent><groupId>org.x</groupId><artifactId>parent</artifactId><version>7</version>\
                  <relativePath/></parent>";
    let bom = format!(
        "<dependencyManagement><dependencies>{}</dependencies></dependencyManagement>",
        dependency("bom", "5")
            .replace("</version>", "</version><type>pom</type><scope>import</scope>")
    );
    let managed = format!(
        "<packaging>pom</packaging><dependencyManagement>{}</dependencyManagement>",
        used(&[dependency("c", "3")])
    );
    let a = used(&[dependency("b", "2")]);
    let server = repository(&[
        pom("parent", "7", &format!("<packaging>pom</packaging>{}", used(&[dependency("p", "1")]))),
        pom("p", "1", ""),
        pom("bom", "5", &managed),
        pom("a", "1", &a),
        pom("b", "2", &used(&[dependency("c", "9")])),
        pom("c", "3", ""),
    ]);
    let folder = project(&format!("{parent}{bom}{}", used(&[dependency("a", "1")])));
    let expected = ["a@1", "b@2", "c@3", "p@1"];
    let assert = online(folder.path(), &server, &[]).code(0);
    assert_eq!(
        (components(&assert), warnings(&assert)),
        (expected.map(str::to_owned).to_vec(), vec![])
    );
    assert!(
        !server.paths().contains(&place("c", "9")),
        "what management rules out is not asked for"
    );
    let asked = server.seen().len();
    assert_eq!(asked, 12, "six POMs and their digests: {:?}", server.paths());
    // once more: nothing is asked again, and offline the same is known
    let given = format!("r={}", server.url("/"));
    for arguments in [&["--online", "--repository", &given][..], &["--repository", &given]] {
        let again = scan(folder.path(), arguments);
        assert_eq!(report(&again), report(&assert));
    }
    assert_eq!(server.seen().len(), asked);
    // another repository of that name has not sent it
    let other = scan(folder.path(), &["--repository", "r=http://127.0.0.1:9/"]);
    assert!(not_evaluated(&other)[0].starts_with("unresolved-p"), "{:?}", not_evaluated(&other));
    assert!(!folder.path().join(".m2").exists(), "nothing is written into the local repository");
}

#[test]
fn without_being_told_to_nobody_is_asked() {
    let server = repository(&[pom("a", "1", "")]);
    let declared = repositories(&[("r", &server.url(""))]);
    let folder = project(&format!("{declared}{}", used(&[dependency("a", "1")])));
    let given = format!("r={}", server.url(""));
    let assert = scan(folder.path(), &["--repository", &given]);
    assert!(
        not_evaluated(&assert)[0].contains("--online or mvn dependency:go-offline fetches it"),
        "{:?}",
        not_evaluated(&assert)
    );
    assert_eq!(server.seen(), [""; 0]);
    let configuration = "[maven]\nonline = true\n";
    support::write(&folder.path().join("bomvet.toml"), configuration.as_bytes());
    assert_eq!(not_evaluated(&scan(folder.path(), &[])), [""; 0]);
}

#[test]
fn the_local_repository_comes_first_and_repositories_in_their_order() {
    let two = |text: &str| used(&[dependency(text, "1")]);
    let [first, second] = ["of-first", "of-second"].map(|text| {
        repository(&[pom("a", "1", &two(text)), pom("near", "1", &two(text)), pom(text, "1", "")])
    });
    let folder = project(&used(&[dependency("a", "1"), dependency("near", "1")]));
    let near = folder.path().join("m2/org/x/near/1");
    std::fs::create_dir_all(&near).unwrap();
    support::write(&near.join("near-1.pom"), release("near", "1", "").as_bytes());
    let given = [&first, &second].map(|server| server.url(""));
    let [first, second] = [format!("one={}", given[0]), format!("two={}", given[1])];
    let arguments = ["--online", "--local-repository", "m2", "--repository", &first];
    let assert = scan(folder.path(), &[&arguments[..], &["--repository", &second]].concat());
    assert_eq!(components(&assert), ["a@1", "near@1", "of-first@1"]);
    assert_eq!(std::fs::read_dir(&near).unwrap().count(), 1, "only read");
}

#[test]
fn versions_of_all_repositories_are_candidates_of_a_range() {
    let one = repository(&[versions("a", &["1.0", "1.1"]), pom("a", "1.1", "")]);
    let two = repository(&[versions("a", &["1.2", "2.0"]), pom("a", "1.2", "")]);
    let declared = repositories(&[("one", &one.url("")), ("two", &two.url(""))]);
    let folder = project(&format!("{declared}{}", used(&[dependency("a", "[1.0,2.0)")])));
    assert_eq!(components(&scan(folder.path(), &["--online"])), ["a@1.2"]);
    // offline from what was kept
    assert_eq!(components(&scan(folder.path(), &[])), ["a@1.2"]);
}

#[test]
fn a_snapshot_is_the_newest_build_of_any_repository_that_has_snapshots() {
    let build = |time: &str| {
        let version = format!("1-{time}-1");
        let metadata = format!(
            "<metadata><versioning><snapshot><timestamp>{time}</timestamp><buildNumber>1</buildNumber>\
             </snapshot></versioning></metadata>"
        );
        let text =
            release("s", "1-SNAPSHOT", &used(&[dependency(&format!("b{}", &time[6..8]), "1")]));
        [
            file("/org/x/s/1-SNAPSHOT/maven-metadata.xml", &metadata),
            file(&format!("/org/x/s/1-SNAPSHOT/s-{version}.pom"), &text),
            pom("b20", "1", ""),
            pom("b21", "1", ""),
        ]
        .concat()
    };
    let [old, new] = ["20261120.120000", "20261121.120000"].map(|time| repository(&[build(time)]));
    let closed = repository(&[build("20261125.120000")]);
    let declared =
        repositories(&[("closed", &closed.url("")), ("new", &new.url("")), ("old", &old.url(""))]);
    let off = "<snapshots><enabled>false</enabled></snapshots></repository>";
    let declared = declared.replacen("</repository>", off, 1);
    let folder = project(&format!("{declared}{}", used(&[dependency("s", "1-SNAPSHOT")])));
    let assert = scan(folder.path(), &["--online"]);
    assert_eq!(components(&assert), ["b21@1", "s@1-SNAPSHOT"]);
    let asked = closed.paths();
    assert!(asked.iter().all(|path| !path.contains("snapshot")), "{asked:?}");
}

#[test]
fn what_a_dependency_declares_counts_below_it_alone() {
    let inner = repository(&[pom("hidden", "1", ""), pom("other", "1", "")]);
    let declared = repositories(&[("inner", &inner.url(""))]);
    let outer = repository(&[
        pom("a", "1", &format!("{declared}{}", used(&[dependency("hidden", "1")]))),
        pom("b", "1", &used(&[dependency("other", "1")])),
    ]);
    let folder = project(&used(&[dependency("a", "1"), dependency("b", "1")]));
    let assert = online(folder.path(), &outer, &[]);
    let told = not_evaluated(&assert);
    assert!(told.len() == 1 && told[0].contains("of org.x:other:jar:1"), "{told:?}");
    assert!(told[0].contains("not in the local repository") && told[0].contains("repository r"));
}

#[test]
fn a_release_that_is_not_there_is_not_asked_for_again_on_the_same_day() {
    let server = repository(&[pom("a", "1", "")]);
    let folder = project(&used(&[dependency("a", "1"), dependency("none", "1")]));
    let absent =
        |asked: &Server| asked.paths().iter().filter(|p| **p == place("none", "1")).count();
    for _ in 0..2 {
        let told = not_evaluated(&online(folder.path(), &server, &[]));
        assert!(told[0].contains("org.x:none:jar:1") && told[0].contains("--repository names"));
    }
    assert_eq!(absent(&server), 1);
    // a repository that is to be asked always is
    let declared = repositories(&[("always", &server.url(""))]).replace(
        "</repository>",
        "<releases><updatePolicy>always</updatePolicy></releases></repository>",
    );
    let text = release("app", "1", &format!("{declared}{}", used(&[dependency("none", "1")])));
    support::write(&folder.path().join("pom.xml"), text.as_bytes());
    for _ in 0..2 {
        scan(folder.path(), &["--online"]);
    }
    assert_eq!(absent(&server), 3);
}

#[test]
fn the_order_of_answers_decides_nothing_and_few_requests_are_under_way_at_once() {
    let names: Vec<String> = (0..40).map(|number| format!("l{number}")).collect();
    let files = |slow: usize| -> Vec<(String, Vec<Answer>)> {
        let all = names.iter().enumerate().map(|(number, name)| {
            let below = used(&[dependency("shared", &format!("{}", number % 7 + 1))]);
            let mut files = pom(name, "1", &below);
            if number % 2 == slow {
                files[0].1[0].insert(0, Part::Pause(Duration::from_millis(40)));
            }
            files
        });
        all.chain((1..8).map(|v| pom("shared", &v.to_string(), ""))).flatten().collect()
    };
    let direct: Vec<_> = names.iter().map(|name| dependency(name, "1")).collect();
    let mut found = Vec::new();
    for slow in [0, 1] {
        let server = Server::by_path(files(slow));
        let folder = project(&used(&direct));
        let assert = online(folder.path(), &server, &[]);
        found.push(report(&assert));
        assert!(server.most_at_once() <= 8, "{} at once", server.most_at_once());
        assert!(server.most_at_once() > 1, "one after the other");
    }
    assert_eq!(found[0], found[1]);
}

#[test]
fn two_scans_at_once_share_what_is_kept() {
    let chain: Vec<_> = (0..30)
        .map(|number| {
            pom(&format!("l{number}"), "1", &used(&[dependency(&format!("l{}", number + 1), "1")]))
        })
        .collect();
    let server = repository(&[chain.concat(), pom("l30", "1", "")]);
    let folder = project(&used(&[dependency("l0", "1")]));
    let reports: Vec<_> = std::thread::scope(|scope| {
        let scans: Vec<_> =
            (0..3).map(|_| scope.spawn(|| report(&online(folder.path(), &server, &[])))).collect();
        scans.into_iter().map(|scan| scan.join().unwrap()).collect()
    });
    assert_eq!(reports[0]["components"].as_array().unwrap().len(), 32, "the project and 31 more");
    assert!(reports.iter().all(|one| *one == reports[0]));
}
