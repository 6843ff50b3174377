//! What goes wrong is told, once, and nothing of it looks clean.

use std::time::{Duration, Instant};

use super::*;

fn refusal(status: &str, headers: &str) -> Vec<Answer> {
    vec![answer(status, headers, b"")]
}

#[test]
fn a_repository_that_is_out_of_reach_is_told_once_and_what_it_has_is_unknown() {
    let server = repository(&[(0..20)
        .map(|n| (place(&format!("l{n}"), "1"), refusal("401 No", "")))
        .collect()]);
    let direct: Vec<_> = (0..20).map(|number| dependency(&format!("l{number}"), "1")).collect();
    let folder = project(&used(&direct));
    let assert = online(folder.path(), &server, &[]).code(0);
    let expected = format!(
        "repository r ({}) could not be asked: the server answers 401; what it has is unknown",
        server.url("/")
    );
    assert_eq!(warnings(&assert), [expected]);
    let told = not_evaluated(&assert);
    assert!(told.len() == 1 && told[0].starts_with("unresolved-pom"), "{told:?}");
    assert!(
        told[0].contains("of 20 artifacts") && told[0].contains("repository r could not be asked")
    );
    assert!(server.seen().len() <= 8, "whoever was refused entry does not knock on");
    support::write(&folder.path().join("bomvet.toml"), b"[gate]\nnot_evaluated = \"fail\"\n");
    online(folder.path(), &server, &[]).code(1);
}

#[test]
fn nobody_at_the_address_of_a_parent_leaves_its_versions_unknown() {
    let parent = "<parent><groupId>org.x</groupId><artifactId>parent</artifactId><version>7</version>\
                  <relativePath/></parent>";
    let folder = project(&format!(
        "{parent}{}",
        used(&[dependency("a", "1").replace("<version>1</version>", "")])
    ));
    let assert = scan(folder.path(), &["--online", "--repository", "gone=http://127.0.0.1:9/m2"]);
    let told = not_evaluated(&assert);
    assert!(told[0].starts_with("unresolved-parent"), "{told:?}");
    let warned = warnings(&assert).join("\n");
    assert!(
        warned.contains("repository gone (http://127.0.0.1:9/m2) could not be asked"),
        "{warned}"
    );
    assert!(warned.contains("parent org.x:parent:7 is not available"), "{warned}");
}

#[test]
fn a_repository_that_is_asked_too_often_is_given_the_time_it_wants() {
    let mut files = pom("a", "1", "");
    files[0].1.insert(0, answer("429 Too Many Requests", "Retry-After: 1\r\n", b""));
    let server = repository(&[files]);
    let folder = project(&used(&[dependency("a", "1")]));
    let begun = Instant::now();
    let assert = online(folder.path(), &server, &[]);
    assert!(begun.elapsed() >= Duration::from_secs(1));
    assert_eq!((not_evaluated(&assert), warnings(&assert)), (vec![], vec![]));
}

#[test]
fn a_file_that_does_not_have_its_digest_is_fetched_twice_and_told_or_refused() {
    let mut files = pom("a", "1", &used(&[dependency("b", "1")]));
    files[1].1 = vec![answer("200 OK", "", "0".repeat(40).as_bytes())];
    let wrong = repository(&[files.clone(), pom("b", "1", "")]);
    let folder = project(&used(&[dependency("a", "1")]));
    // it is not kept: each scan says so
    for _ in 0..2 {
        let assert = online(folder.path(), &wrong, &[]);
        assert_eq!(components(&assert), ["a@1", "b@1"]);
        let told = warnings(&assert);
        assert!(told.len() == 1 && told[0].contains("does not have the digest"), "{told:?}");
        assert!(told[0].contains("a-1.pom of repository r"), "{told:?}");
    }
    let count =
        |server: &Server| server.paths().iter().filter(|path| **path == place("a", "1")).count();
    assert_eq!(count(&wrong), 4);
    support::write(&folder.path().join("bomvet.toml"), b"[maven]\nchecksums = \"fail\"\n");
    let refused = not_evaluated(&online(folder.path(), &wrong, &[]));
    assert!(
        refused[0].contains("does not have the digest that the repository names"),
        "{refused:?}"
    );
    // damaged on its way once
    files[1].1.push(pom("a", "1", &used(&[dependency("b", "1")]))[1].1[0].clone());
    let once = repository(&[files, pom("b", "1", "")]);
    assert_eq!(not_evaluated(&online(folder.path(), &once, &[])), [""; 0]);
}

#[test]
fn a_file_without_a_digest_is_told_as_long_as_it_is_used_or_refused() {
    let mut files = pom("a", "1", "");
    files.truncate(1);
    let server = repository(&[files.clone()]);
    let folder = project(&used(&[dependency("a", "1")]));
    let given = format!("r={}", server.url(""));
    let expected = ["repository r has no digest to check org/x/a/1/a-1.pom by"];
    assert_eq!(warnings(&online(folder.path(), &server, &[])), expected);
    assert_eq!(warnings(&scan(folder.path(), &["--repository", &given])), expected);
    support::write(&folder.path().join("bomvet.toml"), b"[maven]\nchecksums = \"fail\"\n");
    let other = repository(&[files]);
    let refused = not_evaluated(&online(folder.path(), &other, &[]));
    assert!(refused[0].contains("has no digest of org/x/a/1/a-1.pom"), "{refused:?}");
    for kind in ["sha256", "sha512", "md5"] {
        assert!(other.paths().contains(&format!("{}.{kind}", place("a", "1"))), "{kind}");
    }
}

#[test]
fn an_error_page_in_the_place_of_a_pom_is_no_pom() {
    let server = repository(&[file(&place("a", "1"), "<html><body>please log in</body></html>")]);
    let folder = project(&used(&[dependency("a", "1")]));
    let told = not_evaluated(&online(folder.path(), &server, &[]));
    assert!(told[0].contains("a-1.pom at 1:1") && told[0].contains("<html>"), "{told:?}");
}

#[test]
fn a_pom_of_endless_length_is_refused() {
    let size = 9 << 20;
    let mut files = pom("a", "1", "");
    files[0].1 = vec![answer("200 OK", "", &vec![b' '; size])];
    let server = repository(&[files]);
    let folder = project(&used(&[dependency("a", "1")]));
    let told = not_evaluated(&online(folder.path(), &server, &[]));
    assert!(told[0].contains("it is larger than 8 MiB"), "{told:?}");
}

#[test]
fn what_cannot_be_kept_is_used_and_told() {
    let server = repository(&[pom("a", "1", ""), pom("b", "1", "")]);
    let folder = project(&used(&[dependency("a", "1"), dependency("b", "1")]));
    support::write(&folder.path().join("cache"), b"a file where a folder should be");
    let assert = online(folder.path(), &server, &[]);
    assert_eq!(components(&assert), ["a@1", "b@1"]);
    let told = warnings(&assert);
    assert!(told.len() == 1 && told[0].starts_with("what was fetched is not kept: "), "{told:?}");
}

#[test]
fn an_old_list_of_versions_is_better_than_none() {
    let always = "<releases><updatePolicy>always</updatePolicy></releases></repository>";
    let mut files = versions("a", &["1.0"]);
    files[0].1.push(answer("403 Forbidden", "", b""));
    let server = repository(&[files, pom("a", "1.0", "")]);
    let declared = repositories(&[("r", &server.url(""))]).replace("</repository>", always);
    let folder = project(&format!("{declared}{}", used(&[dependency("a", "[1.0,2.0)")])));
    for _ in 0..2 {
        assert_eq!(components(&scan(folder.path(), &["--online"])), ["a@1.0"]);
    }
    let lists = server.paths().iter().filter(|path| path.ends_with("metadata.xml")).count();
    assert_eq!(lists, 2, "it was asked for each time");
}

#[test]
fn a_pom_that_declares_a_thousand_repositories_has_fifty_asked() {
    let server = repository(&[]);
    let names: Vec<_> =
        (0..1000).map(|n| (format!("r{n}"), server.url(&format!("/{n}")))).collect();
    let all: Vec<_> = names.iter().map(|(id, url)| (id.as_str(), url.as_str())).collect();
    let folder = project(&format!("{}{}", repositories(&all), used(&[dependency("a", "1")])));
    let told = warnings(&scan(folder.path(), &["--online"])).join("\n");
    assert!(told.contains("is not asked: more than 50 are declared"), "{told}");
    assert_eq!(server.seen().len(), 50);
}

#[test]
fn what_names_no_repository_is_an_error_of_the_command_line() {
    let folder = project("");
    for (given, cause) in
        [("https://repo.example/m2?k=v", "an id holds none of"), ("central", "expected ID=URL")]
    {
        let text = printed(&scan(folder.path(), &["--repository", given]).code(2));
        assert!(text.contains(cause), "{text}");
    }
}
