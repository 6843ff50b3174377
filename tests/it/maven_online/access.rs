//! Mirrors, credentials, proxies: as the settings have them, and never shown.

use super::*;

// by `mvn --encrypt-master-password` and `mvn --encrypt-password` of Maven 3.8.7: open sesame
const MASTER: &str = "{Hn0HYJfuIP8HuKXLeetwUvKUlFIrT++sV0Ck26fck/g=}";
const ENCRYPTED: &str = "{mC0upnTNCcYH1LFMD+O9MrqqEqrkxSw9GahptJlSEtI=}";

/// Writes the settings of the user.
fn settings(folder: &TempDir, inner: &str) {
    std::fs::create_dir_all(folder.path().join(".m2")).unwrap();
    let text = format!("<settings>{inner}</settings>");
    support::write(&folder.path().join(".m2/settings.xml"), text.as_bytes());
}

fn mirror(of: &str, url: &str, rest: &str) -> String {
    let one = format!("<id>m</id><mirrorOf>{of}</mirrorOf><url>{url}</url>{rest}");
    format!("<mirrors><mirror>{one}</mirror></mirrors>")
}

fn server_of(id: &str, password: &str) -> String {
    format!(
        "<servers><server><id>{id}</id><username>Aladdin</username><password>{password}</password>\
         <configuration><httpHeaders><property><name>X-Key</name><value>sesame-key</value></property>\
         </httpHeaders></configuration></server></servers>"
    )
}

/// Aladdin and open sesame, the example of RFC 7617, section 2, in small letters.
const AUTHORIZATION: &str = "\r\nauthorization: basic qwxhzgrpbjpvcgvuihnlc2ftzq==\r\n";

#[test]
fn a_mirror_of_everything_stands_for_what_maven_knows_by_itself() {
    let server = repository(&[pom("a", "1", "")]);
    let folder = project(&used(&[dependency("a", "1")]));
    let without = not_evaluated(&scan(folder.path(), &["--online"]));
    assert!(without[0].contains("org.x:a:jar:1"), "no address is built in: {without:?}");
    settings(&folder, &mirror("*", &server.url(""), ""));
    assert_eq!(not_evaluated(&scan(folder.path(), &["--online"])), [""; 0]);
    // and for what POMs and the command line name: they are not asked
    let declared = repositories(&[("own", "http://127.0.0.1:9/")]);
    let text = release("app", "1", &format!("{declared}{}", used(&[dependency("none", "1")])));
    support::write(&folder.path().join("pom.xml"), text.as_bytes());
    let assert = scan(folder.path(), &["--online", "--repository", "x=http://127.0.0.1:9/"]);
    assert_eq!(warnings(&assert), [""; 0]);
    assert!(not_evaluated(&assert)[0].contains("or repository m;"), "{:?}", not_evaluated(&assert));
}

#[test]
fn plain_http_to_another_machine_and_blocked_mirrors_are_told_and_not_asked() {
    let declared =
        repositories(&[("plain", "http://repo.invalid/m2"), ("ftp", "ftp://repo.invalid/")]);
    let folder = project(&format!("{declared}{}", used(&[dependency("a", "1")])));
    let told = warnings(&scan(folder.path(), &["--online"])).join("\n");
    assert!(
        told.contains("repository plain is not asked: its url is plain http to another machine"),
        "{told}"
    );
    assert!(told.contains("repository ftp is not asked: its url has the scheme ftp"), "{told}");
    settings(&folder, &mirror("external:http:*", "http://0.0.0.0/", "<blocked>true</blocked>"));
    let told = warnings(&scan(folder.path(), &["--online"])).join("\n");
    assert!(
        told.contains("repository m is not asked: mirror m of the settings blocks plain"),
        "{told}"
    );
}

#[test]
fn encrypted_passwords_and_headers_go_to_their_own_server_and_nowhere_else() {
    let elsewhere = Server::by_path(pom("b", "1", ""));
    let location = format!("Location: {}\r\n", elsewhere.url(&place("b", "1")));
    let mut redirected = pom("b", "1", "");
    redirected[0].1 = vec![answer("302 Found", &location, b"")];
    let server = repository(&[pom("a", "1", &used(&[dependency("b", "1")])), redirected]);
    let folder = project(&used(&[dependency("a", "1")]));
    settings(&folder, &server_of("r", &format!("by Joe {ENCRYPTED}")));
    let security = format!("<settingsSecurity><master>{MASTER}</master></settingsSecurity>");
    support::write(&folder.path().join(".m2/settings-security.xml"), security.as_bytes());
    let assert = online(folder.path(), &server, &["-v"]);
    assert_eq!(components(&assert), ["a@1", "b@1"]);
    assert!(server.seen().iter().all(|request| request.contains(AUTHORIZATION)));
    assert!(server.seen().iter().all(|request| request.contains("\r\nx-key: sesame-key\r\n")));
    let other = elsewhere.seen();
    assert!(other.len() == 1 && !other[0].contains("authorization") && !other[0].contains("x-key"));
    let printed = printed(&assert);
    for secret in ["sesame", "Aladdin", "QWxhZGRpbj", "mC0upn"] {
        assert!(!printed.contains(secret), "{secret}");
    }
}

/// Anybody can publish a POM with a repository of that name.
#[test]
fn what_a_dependency_declares_is_told_no_credentials() {
    let server = repository(&[pom("b", "1", "")]);
    let declared = repositories(&[("corp", &server.url(""))]);
    let outer =
        repository(&[pom("a", "1", &format!("{declared}{}", used(&[dependency("b", "1")])))]);
    let folder = project(&used(&[dependency("a", "1")]));
    settings(&folder, &server_of("corp", "open sesame"));
    assert_eq!(components(&online(folder.path(), &outer, &[])), ["a@1", "b@1"]);
    assert!(
        server.seen().iter().all(|one| !one.contains("authorization") && !one.contains("x-key"))
    );
    // the project's own is told them
    let text = release("app", "1", &format!("{declared}{}", used(&[dependency("none", "1")])));
    support::write(&folder.path().join("pom.xml"), text.as_bytes());
    scan(folder.path(), &["--online"]);
    assert!(server.seen().last().unwrap().contains(AUTHORIZATION));
}

#[test]
fn credentials_in_an_address_are_sent_and_not_shown() {
    let server = repository(&[vec![(place("a", "1"), vec![answer("401 No", "", b"")])]]);
    let url = server.url("/").replace("http://", "http://Aladdin:open%20sesame@");
    let folder = project(&used(&[dependency("a", "1")]));
    let assert = scan(folder.path(), &["--online", "--repository", &format!("r={url}")]);
    assert!(server.seen()[0].contains(AUTHORIZATION), "{:?}", server.seen());
    let printed = printed(&assert);
    assert!(!printed.contains("sesame") && !printed.contains("Aladdin"), "{printed}");
    assert!(warnings(&assert)[0].contains(&format!("repository r ({})", server.url("/"))));
}

#[test]
fn a_password_that_cannot_be_opened_keeps_its_server_from_being_asked() {
    let server = repository(&[pom("a", "1", "")]);
    let folder = project(&used(&[dependency("a", "1")]));
    settings(&folder, &server_of("r", ENCRYPTED));
    let assert = online(folder.path(), &server, &[]);
    assert_eq!(server.seen(), [""; 0]);
    let told = warnings(&assert).join("\n");
    assert!(told.contains("the password of server r in the settings cannot be used"), "{told}");
    assert!(told.contains("no settings-security.xml"), "{told}");
    assert!(not_evaluated(&assert)[0].contains("repository r is not asked"));
}

#[test]
fn a_password_may_come_from_the_environment_that_poms_do_not_see() {
    let server = repository(&[pom("a", "1", "")]);
    let folder = project(&used(&[dependency("a", "1"), dependency("b", "${env.REPO_PASSWORD}")]));
    settings(&folder, &server_of("r", "${env.REPO_PASSWORD}"));
    let mut command = bomvet();
    command
        .current_dir(folder.path())
        .env("HOME", folder.path())
        .env("REPO_PASSWORD", "open sesame");
    command.env("XDG_CACHE_HOME", folder.path().join("cache"));
    let given = format!("r={}", server.url(""));
    command.args(["scan", "pom.xml", "-f", "json", "--online", "--repository", &given]);
    let assert = command.assert();
    assert!(server.seen()[0].contains(AUTHORIZATION), "{:?}", server.seen());
    assert!(!printed(&assert).contains("sesame"));
}

#[test]
fn the_proxy_of_the_settings_is_asked_for_hosts_that_it_does_not_except() {
    let address = "http://repo.invalid/m2";
    let routes = pom("a", "1", "");
    let routes = routes.into_iter().map(|(path, answers)| (format!("{address}{path}"), answers));
    let proxy = Server::by_path(routes.collect());
    let proxies = |except: &str| {
        format!(
            "<proxies><proxy><host>127.0.0.1</host><port>{}</port><username>u</username>\
             <password>pass</password><nonProxyHosts>{except}</nonProxyHosts></proxy></proxies>",
            proxy.port()
        )
    };
    let folder = project(&used(&[dependency("a", "1")]));
    let given = format!("r={address}");
    settings(&folder, &proxies("*.corp"));
    let assert = scan(folder.path(), &["--online", "--repository", &given]);
    assert_eq!(not_evaluated(&assert), [""; 0]);
    // u:pass in base64, in small letters
    assert!(
        proxy.seen()[0].contains("\r\nproxy-authorization: basic dtpwyxnz\r\n"),
        "{:?}",
        proxy.seen()
    );
    let near = repository(&[pom("a", "1", "")]);
    settings(&folder, &proxies("127.*"));
    assert_eq!(not_evaluated(&online(folder.path(), &near, &[])), [""; 0]);
    assert_eq!(near.seen().len(), 2, "asked directly");
}

#[test]
fn repositories_of_active_profiles_of_the_settings_are_asked() {
    let server = repository(&[pom("a", "1", "")]);
    let folder = project(&used(&[dependency("a", "1")]));
    let profile = |rest: &str| {
        let declared = repositories(&[("corp", "${env.CORP}/")]);
        format!("<profiles><profile><id>p</id>{rest}{declared}</profile></profiles>")
    };
    let by_default = "<activation><activeByDefault>true</activeByDefault></activation>";
    let active = "<activeProfiles><activeProfile>p</activeProfile></activeProfiles>";
    for (inner, expected) in
        [(profile(""), false), (profile("") + active, true), (profile(by_default), true)]
    {
        settings(&folder, &inner);
        let mut command = bomvet();
        command.current_dir(folder.path()).env("HOME", folder.path()).env("CORP", server.url(""));
        command.args(["scan", "pom.xml", "-f", "json", "--online"]);
        command.env("XDG_CACHE_HOME", support::temp_dir().path());
        assert_eq!(not_evaluated(&command.assert()).is_empty(), expected, "{inner}");
    }
}
