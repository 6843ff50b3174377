//! Maven's order against what Maven says: recorded answers of its versions, and the class itself
//! where a JDK and Maven are installed.
//!
//! `BOMVET_ORACLE_PAIRS` sets how many random pairs are asked (200,000 unless set), and
//! `BOMVET_ORACLE_SEED` which.
use bomvet::version::{Order, Version, sort_ascending};
use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use std::cmp::Ordering;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn maven(text: &str) -> Version {
    Version::parse(Order::Maven, text).unwrap()
}

fn ordering(sign: &str) -> Option<Ordering> {
    match sign {
        "-1" => Some(Ordering::Less),
        "0" => Some(Ordering::Equal),
        "1" => Some(Ordering::Greater),
        _ => None,
    }
}

/// Rows of a table of recorded answers, beside the repository.
fn recorded(name: &str) -> Option<Vec<Vec<String>>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts").join(name);
    let Ok(table) = std::fs::read_to_string(path) else {
        eprintln!("skipped: no {name} beside the repository");
        return None;
    };
    let rows = table.lines().skip(1).map(|row| row.split('\t').map(str::to_owned).collect());
    Some(rows.collect())
}

/// Where the exact algorithm or the keys say something else than Maven 3.
fn differences(left: &str, right: &str, wanted: Option<Ordering>) -> Option<String> {
    let (a, b) = (maven(left), maven(right));
    let exact = a.compare_exact(&b);
    let keys = a.key().zip(b.key()).map(|(a, b)| a.cmp(b));
    let agree = exact == wanted && a.compare(&b) == wanted && (keys.is_none() || keys == wanted);
    (!agree).then(|| format!("{left:?} {right:?}: {exact:?} by Maven's algorithm, {keys:?} by keys, wanted {wanted:?}"))
}

#[test]
fn recorded_answers_of_maven_3_are_met() {
    let Some(rows) = recorded("maven-versions.tsv") else {
        return;
    };
    let wrong: Vec<_> =
        rows.iter().filter_map(|row| differences(&row[0], &row[1], ordering(&row[2]))).collect();
    eprintln!("{} recorded pairs, {} wrong", rows.len(), wrong.len());
    assert!(wrong.is_empty(), "{:#?}", &wrong[..wrong.len().min(20)]);
}

#[test]
fn recorded_answers_of_maven_4_are_met() {
    let Some(rows) = recorded("maven-versions-engines.tsv") else {
        return;
    };
    let wrong: Vec<_> = rows
        .iter()
        .filter(|row| maven(&row[0]).compare_maven4(&maven(&row[1])) != ordering(&row[5]))
        .collect();
    eprintln!("{} recorded pairs, {} wrong", rows.len(), wrong.len());
    assert!(wrong.is_empty(), "{:#?}", &wrong[..wrong.len().min(20)]);
}

#[test]
fn random_versions_are_ordered_as_the_installed_maven_does() {
    let Some(class_path) = installed_maven() else {
        eprintln!("skipped: no installed Maven with maven-artifact and commons-lang3");
        return;
    };
    let pairs = Random::seeded(setting("BOMVET_ORACLE_SEED", 2021))
        .pairs(setting("BOMVET_ORACLE_PAIRS", 200_000));
    let Some(answers) = ask(&class_path, &pairs) else {
        eprintln!("skipped: no java that runs the oracle");
        return;
    };
    let wrong: Vec<_> = pairs
        .iter()
        .zip(&answers)
        .filter_map(|((left, right), answer)| differences(left, right, ordering(answer)))
        .collect();
    let regular =
        pairs.iter().filter(|(a, b)| maven(a).key().is_some() && maven(b).key().is_some());
    eprintln!("{} random pairs, {} by keys, {} wrong", pairs.len(), regular.count(), wrong.len());
    assert_eq!(answers.len(), pairs.len());
    assert!(wrong.is_empty(), "{:#?}", &wrong[..wrong.len().min(20)]);
}

/// Run with `BOMVET_ORACLE_MAVEN4` naming the class path of a Maven 4.
#[test]
fn random_versions_are_ordered_as_a_given_maven_4_does() {
    let Ok(class_path) = std::env::var("BOMVET_ORACLE_MAVEN4") else {
        eprintln!("skipped: BOMVET_ORACLE_MAVEN4 is not set");
        return;
    };
    let pairs = Random::seeded(setting("BOMVET_ORACLE_SEED", 2026))
        .pairs(setting("BOMVET_ORACLE_PAIRS", 200_000));
    let Some(answers) = ask(&class_path, &pairs) else {
        return;
    };
    let wrong: Vec<_> = pairs
        .iter()
        .zip(&answers)
        .filter(|((a, b), answer)| maven(a).compare_maven4(&maven(b)) != ordering(answer))
        .collect();
    eprintln!("{} random pairs for Maven 4, {} wrong", pairs.len(), wrong.len());
    assert!(wrong.is_empty(), "{:#?}", &wrong[..wrong.len().min(20)]);
}

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The class path of the Maven that is installed, if it has the two libraries.
fn installed_maven() -> Option<String> {
    let mut folders: Vec<PathBuf> = Vec::new();
    folders.extend(std::env::var_os("MAVEN_HOME").map(|home| Path::new(&home).join("lib")));
    folders.extend(home_by_maven().map(|home| home.join("lib")));
    folders.extend(["/usr/share/maven/lib", "/usr/share/java"].map(PathBuf::from));
    folders.iter().find_map(|folder| {
        let artifact = library(folder, "maven-artifact")?;
        let lang = library(folder, "commons-lang3")?;
        std::env::join_paths([artifact, lang]).ok()?.into_string().ok()
    })
}

fn home_by_maven() -> Option<PathBuf> {
    let output = Command::new("mvn").args(["--batch-mode", "--version"]).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    text.lines().find_map(|line| line.strip_prefix("Maven home: ")).map(|home| home.trim().into())
}

fn library(folder: &Path, name: &str) -> Option<PathBuf> {
    let is_it = |path: &PathBuf| {
        let file = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let rest = file.strip_prefix(name).and_then(|rest| rest.strip_suffix(".jar"));
        rest.is_some_and(|rest| {
            rest.is_empty()
                || rest
                    .strip_prefix('-')
                    .is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit()))
        })
    };
    std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).find(is_it)
}

/// Maven's answers, one a pair; `None` when there is no Java to ask.
fn ask(class_path: &str, pairs: &[(String, String)]) -> Option<Vec<String>> {
    let oracle = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/CompareVersions.java");
    let mut java = Command::new("java")
        .args(["-Dfile.encoding=UTF-8", "-Xss64m", "-cp", class_path])
        .arg(oracle)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .ok()?;
    let lines: String = pairs.iter().map(|(left, right)| format!("{left}\t{right}\n")).collect();
    let mut questions = java.stdin.take()?;
    // the oracle answers only after the last question, so neither side waits for the other
    questions.write_all(lines.as_bytes()).ok()?;
    drop(questions);
    let output = java.wait_with_output().ok()?;
    output.status.success().then_some(())?;
    Some(String::from_utf8(output.stdout).ok()?.lines().map(str::to_owned).collect())
}

/// Marsaglia's xorshift: the same pairs on every machine.
struct Random(u64);

impl Random {
    const PIECES: [&str; 66] = [
        "0",
        "1",
        "2",
        "9",
        "10",
        "00",
        "01",
        "007",
        "0000000000",
        "000000000000000000000",
        "123456789",
        "1234567890",
        "999999999999999999",
        "1000000000000000000",
        "9223372036854775808",
        "123456789012345678901234567890",
        "20211209",
        ".",
        ".",
        ".",
        "-",
        "-",
        "-",
        "--",
        "..",
        ".-",
        "-.",
        "_",
        "+",
        "~",
        "!",
        "alpha",
        "Alpha",
        "a",
        "A",
        "beta",
        "b",
        "milestone",
        "m",
        "M",
        "rc",
        "RC",
        "cr",
        "CR",
        "snapshot",
        "SNAPSHOT",
        "ga",
        "GA",
        "final",
        "Final",
        "release",
        "sp",
        "SP",
        "x",
        "redhat",
        "jre",
        "android",
        "é",
        "İ",
        "\u{661}",
        "\u{660}",
        "\u{966}\u{967}",
        "\u{FF15}",
        "\u{1F600}",
        "\u{1D7CF}",
        "\u{FF5E}",
    ];
    const REAL: [&str; 28] = [
        "2.0-beta9",
        "2.0-rc1",
        "2.0",
        "2.12.2",
        "2.15.0-rc1",
        "2.15.0",
        "2.17.1",
        "1.0.0.Final",
        "4.1.77.Final",
        "5.3.20.RELEASE",
        "31.1-jre",
        "31.1-android",
        "2.15.0.redhat-00001",
        "1.2.17-cp1",
        "1.0-SNAPSHOT",
        "1.0-20211209.101112-3",
        "3.0.0-M1",
        "7.0.0.Alpha3",
        "9.4.0.v20161208",
        "1.1.1.Final-redhat-1",
        "2.3.0-beta.1",
        "1.0b3",
        "r09",
        "20040616",
        "2.10.5.1",
        "2.0.SP1",
        "1.4.2_01",
        "1.0.0.CR2",
    ];

    fn seeded(seed: u64) -> Self {
        Self(seed.max(1))
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next()).unwrap() % bound
    }

    fn of(&mut self, texts: &[&'static str]) -> &'static str {
        texts[self.below(texts.len())]
    }

    fn version(&mut self) -> String {
        let mut text = if self.below(3) == 0 { self.of(&Self::REAL) } else { "" }.to_owned();
        for _ in 0..self.below(if text.is_empty() { 9 } else { 3 }) {
            text.push_str(self.of(&Self::PIECES));
        }
        text
    }

    /// The same version with a piece added, removed or doubled somewhere: pairs that are close.
    fn relative(&mut self, text: &str) -> String {
        let ends: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let (head, tail) = text.split_at(ends[self.below(ends.len())]);
        match self.below(4) {
            0 => format!("{head}{}{tail}", self.of(&Self::PIECES)),
            1 => format!("{head}{}", self.of(&Self::PIECES)),
            2 => format!("{head}{}", tail.chars().skip(1).collect::<String>()),
            _ => format!("{head}{}{tail}", tail.chars().take(2).collect::<String>()),
        }
    }

    fn pairs(mut self, count: u64) -> Vec<(String, String)> {
        let pair = |_| {
            let left = self.version();
            let right = if self.below(2) == 0 { self.version() } else { self.relative(&left) };
            (left, right)
        };
        (0..count).map(pair).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 2048,
        failure_persistence: Some(Box::new(FileFailurePersistence::WithSource("regressions"))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_text_is_read_without_panic(text in any::<String>(), other in "\\PC{0,12}") {
        for order in Order::ALL {
            let versions = [&text, &other].map(|text| Version::parse(order, text).ok());
            if let [Some(a), Some(b)] = &versions {
                prop_assert_eq!(a.compare(b), b.compare(a).map(Ordering::reverse));
                prop_assert_eq!(a.compare(a), Some(Ordering::Equal));
                prop_assert_eq!(a.compare_maven4(b), b.compare_maven4(a).map(Ordering::reverse));
                prop_assert_eq!(a.is_prerelease(), a.clone().is_prerelease());
            }
        }
    }

    #[test]
    fn keys_and_maven_s_algorithm_agree(seed in 1u64..) {
        for (left, right) in Random::seeded(seed).pairs(32) {
            let exact = maven(&left).compare_exact(&maven(&right));
            prop_assert_eq!(differences(&left, &right, exact), None);
            prop_assert_eq!(differences(&right, &left, exact.map(Ordering::reverse)), None);
        }
    }

    #[test]
    fn sorting_puts_no_version_right_above_its_follower(seed in 1u64.., count in 0u64..40) {
        let texts = Random::seeded(seed).pairs(count);
        let mut versions: Vec<_> = texts.iter().flat_map(|(a, b)| [maven(a), maven(b)]).collect();
        sort_ascending(&mut versions);
        prop_assert_eq!(versions.len(), 2 * texts.len());
        for pair in versions.windows(2) {
            prop_assert_ne!(pair[0].compare(&pair[1]), Some(Ordering::Greater));
        }
    }
}
