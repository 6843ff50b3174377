//! The export in Parquet beside that in lines of JSON: the same rows, read by the library that wrote them
//! and by another.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use jiff::Timestamp;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::support::packing::{core_jar, jar, pom};
use crate::support::{bomvet, temp_dir};

const TYPES: [&str; 7] =
    ["component", "condition", "document", "event", "finding", "product", "run"];

fn audit(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    let output = bomvet().current_dir(folder).arg("audit").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn document(components: &[&str]) -> String {
    let component = |purl: &&str| {
        let name = purl.rsplit('/').next().unwrap();
        format!(r#"{{"type": "library", "name": "{name}", "purl": "{purl}"}}"#)
    };
    let components: Vec<String> = components.iter().map(component).collect();
    format!(
        r#"{{"bomFormat": "CycloneDX", "specVersion": "1.6", "components": [{}]}}"#,
        components.join(", ")
    )
}

/// A store with something of every kind: findings that are open, waived, gone, and behind what cannot be
/// read any more; components without a verdict, a source that fails.
fn store() -> TempDir {
    let folder = temp_dir();
    let path = folder.path();
    let log4j = |version| format!("pkg:maven/org.apache.logging.log4j/log4j-core@{version}");
    let put = |name: &str, text: &str| fs::write(path.join(name), text).unwrap();
    put(
        "bomvet.toml",
        "[[product]]\nname = \"shop «1»\"\nowner = \"a\"\nmarkets = [\"EU\", \"US\"]\nroles = [\"manufacturer\"]\n\
         sources = [\"a.json\", \"b.json\", \"c.war\", \"gone.json\"]\n\
         [[waiver]]\nid = \"CVE-2021-44832\"\nexpires = \"2026-12-01\"\nreason = \"no JDBC\"\n",
    );
    put("a.json", &document(&[&log4j("2.14.1"), "pkg:maven/g/nobody", "pkg:npm/a@1.0.0"]));
    put("b.json", &document(&[&log4j("2.17.0")]));
    let (core, own) = (core_jar(&[], &[]), pom("o", "app", "1"));
    let put_war = |nested: &[u8]| {
        let entries = [(own.0.as_str(), own.1.as_slice()), ("WEB-INF/lib/core.jar", nested)];
        fs::write(path.join("c.war"), jar(&entries)).unwrap();
    };
    put_war(&core);
    assert_eq!(audit(path, &["-q", "--now", "2026-11-26T00:00:00.123456Z"]).0, 3);
    put("b.json", &document(&[&log4j("2.17.1")]));
    put_war(&core[..core.len() / 2]);
    assert_eq!(audit(path, &["-q", "--now", "2026-11-27T00:00:00Z"]).0, 3);
    folder
}

/// The rows in JSON, by type.
fn lines(folder: &Path) -> BTreeMap<String, Vec<Value>> {
    let (code, out, error) = audit(folder, &["export"]);
    assert_eq!(code, 0, "{error}");
    let mut all: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in out.lines() {
        let mut row: Value = serde_json::from_str(line).unwrap();
        let kind = row.as_object_mut().unwrap().remove("type").unwrap();
        all.entry(kind.as_str().unwrap().to_owned()).or_default().push(bare(row));
    }
    all
}

/// A value without what is null, which Parquet does not tell from what is not there.
fn bare(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let there = map.into_iter().filter(|(_, value)| !value.is_null());
            Value::Object(there.map(|(key, value)| (key, bare(value))).collect())
        }
        Value::Array(items) => Value::Array(items.into_iter().map(bare).collect()),
        other => other,
    }
}

fn of_row(row: &Row) -> Value {
    let columns = row.get_column_iter();
    let there = columns.filter(|(_, field)| !matches!(field, Field::Null));
    Value::Object(there.map(|(name, field)| (name.clone(), of_field(field))).collect())
}

fn of_field(field: &Field) -> Value {
    match field {
        Field::Bool(is) => (*is).into(),
        Field::Long(number) => (*number).into(),
        Field::Double(number) => (*number).into(),
        Field::Str(text) => text.clone().into(),
        Field::TimestampMicros(time) => {
            Timestamp::from_microsecond(*time).unwrap().to_string().into()
        }
        Field::Group(row) => of_row(row),
        Field::ListInternal(list) => list.elements().iter().map(of_field).collect(),
        Field::MapInternal(map) => {
            let text = |key: &Field| match key {
                Field::Str(text) => text.clone(),
                other => panic!("a key is {other:?}"),
            };
            let pairs = map.entries().iter().map(|(key, value)| (text(key), of_field(value)));
            Value::Object(pairs.collect::<Map<_, _>>())
        }
        other => panic!("not of any row: {other:?}"),
    }
}

fn columns(folder: &Path, kind: &str) -> Vec<Value> {
    let file = fs::File::open(folder.join(format!("{kind}.parquet"))).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    reader.get_row_iter(None).unwrap().map(|row| of_row(&row.unwrap())).collect()
}

#[test]
fn parquet_holds_the_rows_of_the_lines() {
    let folder = store();
    let (code, out, error) = audit(folder.path(), &["export", "out"]);
    assert_eq!((code, &*out), (0, "wrote 7 files into out\n"), "{error}");
    let mut expected = lines(folder.path());
    assert!(expected["finding"].iter().any(|row| row["status"]["is"] == "gone"));
    assert!(expected["finding"].iter().any(|row| row["status"]["is"] == "suppressed"));
    for kind in TYPES {
        let expected = expected.remove(kind).unwrap();
        assert_eq!(columns(&folder.path().join("out"), kind), expected, "{kind}");
    }
    assert_eq!(expected.len(), 0);
    // the same store gives the same bytes
    assert_eq!(audit(folder.path(), &["export", "again", "--format", "parquet"]).0, 0);
    for kind in TYPES {
        let bytes = |name| fs::read(folder.path().join(format!("{name}/{kind}.parquet"))).unwrap();
        assert_eq!(bytes("out"), bytes("again"));
    }
}

#[test]
fn another_library_reads_the_same_rows() {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/oracles/pyarrow/bin/python");
    let python = if own.exists() { own } else { "python3".into() };
    let script = "\
import datetime, json, sys
import pyarrow.parquet
def plain(value):
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, list) and value and isinstance(value[0], tuple):
        return {key: plain(one) for key, one in value}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value
print(json.dumps([plain(row) for row in pyarrow.parquet.read_table(sys.argv[1]).to_pylist()]))
";
    let asked = Command::new(&python).args(["-c", "import pyarrow"]).output();
    if !asked.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no pyarrow, which `just oracles` brings");
        return;
    }
    let folder = store();
    assert_eq!(audit(folder.path(), &["export", "out"]).0, 0);
    let expected = lines(folder.path());
    for kind in TYPES {
        let path = folder.path().join(format!("out/{kind}.parquet"));
        let output = Command::new(&python).args(["-c", script]).arg(path).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let found: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        let found: Vec<Value> = found.into_iter().map(timed).map(bare_map).collect();
        let expected: Vec<Value> = expected[kind].iter().cloned().map(bare_map).collect();
        assert_eq!(found, expected, "{kind}");
    }
}

/// A map without entries is an empty list to Python.
fn bare_map(mut value: Value) -> Value {
    if let Some(reasons) = value.pointer_mut("/components/reasons")
        && reasons.as_object().is_some_and(Map::is_empty)
    {
        *reasons = Value::Array(Vec::new());
    }
    value
}

/// Python's times as those of the lines.
fn timed(value: Value) -> Value {
    match value {
        Value::String(text) => {
            let time: Option<Timestamp> =
                Some(&text).filter(|text| text.ends_with("+00:00")).and_then(|t| t.parse().ok());
            time.map_or(Value::String(text), |time| time.to_string().into())
        }
        Value::Array(items) => items.into_iter().map(timed).collect(),
        Value::Object(map) => {
            Value::Object(map.into_iter().map(|(key, value)| (key, timed(value))).collect())
        }
        other => other,
    }
}

#[test]
fn a_folder_that_is_there_is_left_as_it_is() {
    let folder = store();
    fs::create_dir(folder.path().join("out")).unwrap();
    let (code, _, error) = audit(folder.path(), &["export", "out"]);
    assert_eq!(code, 5);
    assert!(error.starts_with("error: out is there already"), "{error}");
    assert_eq!(fs::read_dir(folder.path().join("out")).unwrap().count(), 0);
    let (code, _, error) = audit(folder.path(), &["export", "--format", "parquet"]);
    assert_eq!(code, 2, "{error}");
    let (code, _, error) = audit(folder.path(), &["export", "new", "--format", "jsonl"]);
    assert_eq!(code, 2, "{error}");
    assert!(!folder.path().join("new").exists());
}
