//! Notices by mail, against servers that fail first.

use std::fs;

use crate::notice_support::smtp::{Begins, Smtp};
use crate::notice_support::{portfolio, put_hostile, run};
use tempfile::TempDir;

/// A portfolio that writes to two people by a server on this machine.
fn mailing(server: &str, more: &str) -> TempDir {
    portfolio(&format!(
        "[net]\nca_file = \"ca.pem\"\n[[notice]]\nname = \"post\"\nkind = \"mail\"\nserver = \"{server}\"\n\
         from = \"Audit <audit@example.org>\"\nto = [\"Ann Lee <ann@example.org>\"]\n\
         cc = [\"bob@example.org\"]\nevents = [\"introduced\"]\n{more}\n"
    ))
}

/// The same, trusting the server.
fn trusting(smtp: &Smtp, more: &str) -> TempDir {
    let folder = mailing(&format!("localhost:{}", smtp.port), more);
    fs::write(folder.path().join("ca.pem"), &smtp.pem).unwrap();
    folder
}

/// The headers of a mail by name, unfolded (RFC 5322, 2.2.3).
fn headers(mail: &str) -> Vec<(String, String)> {
    let (head, _) = mail.split_once("\r\n\r\n").unwrap();
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let pairs = head.split("\r\n").map(|line| line.split_once(": ").unwrap());
    pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect()
}

fn header(mail: &str, name: &str) -> String {
    let all = headers(mail);
    let mut found = all.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone());
    let value = found.next().unwrap_or_else(|| panic!("no {name} in {all:?}"));
    assert_eq!(found.next(), None, "{name} is there twice");
    value
}

/// The text and the HTML of a mail, without quoted-printable (RFC 2045, 6.7).
fn parts(mail: &str) -> (String, String) {
    let boundary = header(mail, "content-type");
    let boundary = boundary.split("boundary=\"").nth(1).unwrap().split('"').next().unwrap();
    let (_, body) = mail.split_once("\r\n\r\n").unwrap();
    let pieces: Vec<&str> = body.split(&format!("--{boundary}")).collect();
    assert_eq!(pieces.len(), 4, "before, two parts, the end: {mail}");
    assert!(pieces[3].starts_with("--"));
    let decoded = |piece: &str| {
        let (head, body) = piece.split_once("\r\n\r\n").unwrap();
        match head {
            head if head.contains("quoted-printable") => unquoted(body),
            _ => body.to_owned(),
        }
    };
    assert!(pieces[1].contains("text/plain") && pieces[2].contains("text/html"));
    (decoded(pieces[1]), decoded(pieces[2]))
}

fn unquoted(text: &str) -> String {
    let text = text.replace("=\r\n", "");
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'=' {
            let pair = [rest.next().unwrap(), rest.next().unwrap()];
            bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).unwrap(), 16).unwrap());
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).unwrap()
}

const PLAIN: &str = "tls = \"none\"";

#[test]
fn a_server_that_is_busy_first_gets_the_same_mail_again_and_then_never_more() {
    let smtp = Smtp::start(
        &[&[("HELLO", "421 busy")], &[("RCPT", "451 later")], &[("DOT", "451 later")], &[], &[]],
        Begins::Never,
    );
    let folder = trusting(&smtp, PLAIN);
    assert_eq!(run(&folder, &[], &[]), (0, String::new()));
    assert_eq!(run(&folder, &[], &[]), (0, String::new()), "nothing is new");
    let seen = smtp.seen();
    assert_eq!(seen.mails.len(), 2, "one was refused at its end, one was taken");
    assert_eq!(seen.mails[0], seen.mails[1]);
    let mail = &seen.mails[1];
    assert_eq!(header(mail, "from"), "Audit <audit@example.org>");
    assert_eq!(header(mail, "to"), "\"Ann Lee\" <ann@example.org>");
    assert_eq!(header(mail, "cc"), "bob@example.org");
    assert_eq!(header(mail, "auto-submitted"), "auto-generated");
    assert_eq!(header(mail, "date"), "Thu, 26 Nov 2026 00:00:00 +0000");
    let id = header(mail, "message-id");
    assert!(id.starts_with('<') && id.ends_with("@example.org>"), "{id}");
    let subject = header(mail, "subject");
    let rest = subject.strip_prefix("bomvet audit: ").unwrap();
    let (count, rest) = rest.split_once(" new events in ").unwrap();
    assert!(rest.starts_with("a \"b\" \\ c, worst "), "{subject}");
    let (text, html) = parts(mail);
    for part in [text, html] {
        assert_eq!(part.matches("introduced: ").count(), count.parse::<usize>().unwrap(), "{part}");
        assert!(part.contains("CVE-2021-44832, medium 6.6"), "{part}");
        assert!(part.contains("document: in/app.json"), "{part}");
    }
    let asked = |name: &str| seen.commands.iter().filter(|line| line.starts_with(name)).count();
    // three sessions came so far; the last told both
    assert_eq!(
        (asked("MAIL FROM:<audit@example.org>"), asked("RCPT TO:<bob@example.org>")),
        (3, 2)
    );
    assert_eq!(asked("AUTH"), 0);
}

#[test]
fn a_refused_login_is_final_shows_no_password_and_is_tried_by_the_next_run() {
    let smtp = Smtp::start(&[&[("AUTH", "535 5.7.8 bad credentials")], &[]], Begins::AtOnce);
    let folder = trusting(&smtp, "tls = \"implicit\"\nuser = \"audit\"\nsecret_file = \"pass\"");
    fs::write(folder.path().join("pass"), "hush\n").unwrap();
    let (code, error) = run(&folder, &[], &[]);
    assert_eq!(code, 5);
    let said = "the mail server answers 535: 5.7.8 bad credentials";
    assert_eq!(error, format!("error: notice post was not sent: {said}\n"));
    assert_eq!(smtp.seen().mails.len(), 0);
    assert_eq!(run(&folder, &[], &[]), (0, String::new()));
    let seen = smtp.seen();
    assert_eq!(seen.mails.len(), 1);
    // RFC 4616: two zero bytes before user and password, in base64
    let login = "AUTH PLAIN AGF1ZGl0AGh1c2g=";
    assert_eq!(seen.commands.iter().filter(|line| *line == login).count(), 2, "{seen:?}");
}

#[test]
fn a_refusal_for_good_is_tried_once_a_run_with_the_same_mail() {
    let smtp = Smtp::start(&[&[("DOT", "550 no such user")], &[]], Begins::Never);
    let folder = trusting(&smtp, PLAIN);
    let (code, error) = run(&folder, &[], &[]);
    let said = "the mail server answers 550: no such user";
    assert_eq!((code, error), (5, format!("error: notice post was not sent: {said}\n")));
    assert_eq!(run(&folder, &[], &[]), (0, String::new()));
    let mails = smtp.seen().mails;
    assert_eq!(mails.len(), 2);
    assert_eq!(header(&mails[0], "message-id"), header(&mails[1], "message-id"));
}

#[test]
fn without_starttls_nothing_is_sent() {
    let smtp = Smtp::start(&[&[], &[]], Begins::Never);
    let more = "tls = \"starttls\"\nuser = \"audit\"\nsecret_env = \"TEST_PASSWORD\"";
    let folder = trusting(&smtp, more);
    let (code, error) = run(&folder, &[], &[("TEST_PASSWORD", "hush")]);
    assert_eq!(code, 5);
    assert!(error.contains("the mail cannot be sent: STARTTLS is not supported"), "{error}");
    let commands = smtp.seen().commands;
    assert!(commands.iter().all(|line| line.starts_with("EHLO") || line == "QUIT"), "{commands:?}");
    assert!(!commands.is_empty());
}

#[test]
fn starttls_protects_login_and_mail() {
    let smtp = Smtp::start(&[&[]], Begins::WithStartTls);
    let more = "tls = \"starttls\"\nuser = \"audit\"\nsecret_env = \"TEST_PASSWORD\"";
    let folder = trusting(&smtp, more);
    assert_eq!(run(&folder, &[], &[("TEST_PASSWORD", "hush")]), (0, String::new()));
    let seen = smtp.seen();
    let at = |name: &str| seen.commands.iter().position(|line| line.starts_with(name)).unwrap();
    assert!(at("STARTTLS") < at("AUTH") && at("AUTH") < at("MAIL"));
    assert_eq!(seen.mails.len(), 1);
}

#[test]
fn a_server_that_cannot_prove_who_it_is_gets_nothing() {
    for (begins, tls) in [(Begins::AtOnce, "implicit"), (Begins::WithStartTls, "starttls")] {
        let smtp = Smtp::start(&[&[], &[], &[], &[]], begins);
        let folder = trusting(&smtp, &format!("tls = \"{tls}\""));
        let other = Smtp::start(&[], Begins::Never);
        fs::write(folder.path().join("ca.pem"), &other.pem).unwrap();
        let (code, error) = run(&folder, &[], &[]);
        assert_eq!(code, 5);
        assert!(error.contains("the server's certificate is not accepted"), "{tls}: {error}");
        assert_eq!(smtp.seen().mails.len(), 0);
    }
}

#[test]
fn names_of_others_make_no_header_and_no_markup() {
    let smtp = Smtp::start(&[&[]], Begins::Never);
    let folder = trusting(&smtp, PLAIN);
    put_hostile(&folder);
    let text = fs::read_to_string(folder.path().join("bomvet.toml")).unwrap();
    let hostile = "name = \"shop\\r\\nBcc: evil@example.org\\r\\n\\r\\n<b>ä\"";
    let text = text.replace("name = \"a \\\"b\\\" \\\\ c\"", hostile);
    assert!(text.contains("Bcc"));
    fs::write(folder.path().join("bomvet.toml"), text).unwrap();
    assert_eq!(run(&folder, &["--advisories", "records"], &[]), (0, String::new()));
    let seen = smtp.seen();
    let mail = &seen.mails[0];
    let names: Vec<String> = headers(mail).into_iter().map(|(name, _)| name).collect();
    assert!(!names.contains(&"bcc".to_owned()), "{names:?}");
    assert!(seen.commands.iter().all(|line| !line.contains("evil")));
    let (text, html) = parts(mail);
    assert!(text.contains("HOSTILE-1") && text.contains("<img src=x onerror=alert(1)> @admin"));
    assert!(!html.contains("<img") && !html.contains("<b>"), "{html}");
    assert!(!text.contains("https://evil") && !html.contains("https://evil"));
}

#[test]
fn without_its_password_or_server_a_mail_waits_for_the_next_run() {
    let smtp = Smtp::start(&[&[]], Begins::Never);
    let folder = trusting(&smtp, "user = \"audit\"\nsecret_file = \"pass\"");
    let (code, error) = run(&folder, &[], &[]);
    assert_eq!(code, 5);
    assert!(error.starts_with("error: notice post was not sent: could not read pass: "), "{error}");
    fs::write(folder.path().join("pass"), "hush").unwrap();
    assert_eq!(run(&folder, &[], &[]), (0, String::new()));
    assert_eq!(smtp.seen().mails.len(), 1);
}
