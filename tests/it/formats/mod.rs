//! Reports for other tools: each is held against its own specification, and all against the JSON report
//! of the same scan.

mod csv;
mod github;
mod gitlab;
mod html;
mod junit;
mod markdown;
mod sarif;
mod scans;
mod together;
