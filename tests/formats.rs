//! Reports for other tools: each is held against its own specification, and all against the JSON report
//! of the same scan.

#[path = "formats/csv.rs"]
mod csv;
#[path = "formats/github.rs"]
mod github;
#[path = "formats/gitlab.rs"]
mod gitlab;
#[path = "formats/html.rs"]
mod html;
#[path = "formats/junit.rs"]
mod junit;
#[path = "formats/markdown.rs"]
mod markdown;
#[path = "formats/sarif.rs"]
mod sarif;
#[path = "formats/scans.rs"]
mod scans;
mod support;
#[path = "formats/together.rs"]
mod together;
