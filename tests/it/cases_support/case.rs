//! A case folder and the runs that it asks for.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value};

use crate::support;

/// One folder under `tests/cases/`.
pub(crate) struct Case {
    pub(crate) folder: PathBuf,
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) expected: Map<String, Value>,
    inputs: Vec<String>,
    advisories: usize,
    config: Map<String, Value>,
}

/// One run of a case: what is run, and what is expected of it.
#[derive(Clone)]
pub(crate) struct Step {
    /// Stands before every fault, where a case has several runs.
    pub(crate) tag: String,
    pub(crate) want: Map<String, Value>,
    pub(crate) config: Map<String, Value>,
    pub(crate) inputs: Vec<String>,
}

/// Where the cases are.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

impl Case {
    /// All cases, by identifier.
    pub(crate) fn all() -> Vec<Self> {
        support::entries(&folder())
            .into_iter()
            .filter(|(_, path)| path.join("case.json").is_file())
            .map(|(id, path)| Self::read(id, path))
            .collect()
    }

    fn read(id: String, folder: PathBuf) -> Self {
        let text = support::read(&folder.join("case.json"));
        let case: Value = serde_json::from_slice(&text).unwrap();
        Self {
            kind: case["kind"].as_str().unwrap().to_owned(),
            expected: case["expected"].as_object().unwrap().clone(),
            inputs: strings(&case["input"]),
            advisories: case["advisories"].as_array().unwrap().len(),
            config: case["config"].as_object().unwrap().clone(),
            folder,
            id,
        }
    }

    /// Whether the case is about `bomvet fix`.
    pub(crate) fn is_fix(&self) -> bool {
        self.config.get("action").and_then(Value::as_str) == Some("fix")
    }

    /// Whether records lie in the folder `advisories`.
    pub(crate) fn has_advisories(&self) -> bool {
        self.advisories > 0
    }

    /// How many runs the case lists, at least one.
    pub(crate) fn run_count(&self) -> usize {
        self.expected.get("runs").and_then(Value::as_array).map_or(1, Vec::len)
    }

    /// The steps of one listed run: one, or one for each input where all must say the same.
    pub(crate) fn steps(&self, run: usize) -> Vec<Step> {
        let change = self
            .expected
            .get("runs")
            .and_then(|runs| runs[run].as_object())
            .cloned()
            .unwrap_or_default();
        let mut want = self.expected.clone();
        want.remove("runs");
        want.extend(change.clone());
        let mut config = self.config.clone();
        config.extend(object(change.get("config")));
        let inputs = match change.get("input") {
            Some(inputs) => vec![strings(inputs)],
            None if is_true(&want, "same_for_all_inputs") => {
                self.inputs.iter().map(|i| vec![i.clone()]).collect()
            }
            None => vec![self.inputs.clone()],
        };
        let several = (self.run_count(), inputs.len());
        let step = |inputs: Vec<String>| Step {
            tag: match several {
                (2.., _) => format!("run {}: ", run + 1),
                (_, 2..) => format!("{}: ", inputs[0]),
                _ => String::new(),
            },
            want: want.clone(),
            config: config.clone(),
            inputs,
        };
        inputs.into_iter().map(step).collect()
    }

    /// The texts of the case as a whole, or of one of its runs.
    pub(crate) fn texts(&self, run: Option<usize>) -> Vec<String> {
        let place = match run {
            None => Some(&self.expected),
            Some(run) => self.expected.get("runs").and_then(|runs| runs[run].as_object()),
        };
        let members = ["must", "must_not", "checks"];
        let lists = members.iter().filter_map(|key| place?.get(*key));
        lists.flat_map(strings).collect()
    }
}

impl Step {
    /// A text of the configuration.
    pub(crate) fn setting(&self, key: &str) -> Option<&str> {
        self.config.get(key).and_then(Value::as_str)
    }

    /// A text of the expectation.
    pub(crate) fn wanted(&self, key: &str) -> Option<&str> {
        self.want.get(key).and_then(Value::as_str)
    }

    /// A list of the expectation.
    pub(crate) fn list(&self, key: &str) -> &[Value] {
        self.want.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The environment that the run asks for.
    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        object(self.want.get("env"))
            .into_iter()
            .map(|(name, value)| (name, value.as_str().unwrap().to_owned()))
            .collect()
    }
}

/// Whether a member is there and true.
pub(crate) fn is_true(object: &Map<String, Value>, key: &str) -> bool {
    object.get(key).and_then(Value::as_bool) == Some(true)
}

/// The texts of a list.
pub(crate) fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

fn object(value: Option<&Value>) -> Map<String, Value> {
    value.and_then(Value::as_object).cloned().unwrap_or_default()
}
