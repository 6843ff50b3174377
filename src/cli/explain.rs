//! `bomvet explain`: what is known about an advisory or a package.

use super::args::ExplainArgs;
use super::{Failure, output, settings};
use crate::advisory::playbook::Playbook;
use crate::ids::AdvisoryId;
use crate::judge::gate::Class;
use crate::purl::Purl;
use crate::report::explain::{self, Unexplained};

pub(super) fn run(args: &ExplainArgs) -> Result<Class, Failure> {
    let now = settings::now(args.data.now)?;
    let database = settings::database(&args.data, now)?;
    let (playbook, _) = Playbook::bundled();
    let known = explain::Known { database: &database, playbook, java: args.java };
    let text = if args.what.to_ascii_lowercase().starts_with("pkg:") {
        let purl = Purl::parse(&args.what).map_err(|error| {
            Failure::new(Class::Config, format!("\"{}\" is no package URL: {error}", args.what))
        })?;
        explain::package(&purl, known).map_err(|error| match error {
            Unexplained::Data(error) => error.into(),
            Unexplained::Question(cause) => Failure::new(Class::Config, cause),
        })?
    } else {
        let id = AdvisoryId::new(&args.what)
            .ok_or_else(|| Failure::new(Class::Config, "the identifier is empty"))?;
        explain::advisory(&id, known)?.ok_or_else(|| {
            let message = format!("{id} is in none of the loaded advisories");
            Failure::new(Class::Data, message).with_help(
                "give more records with --advisories, or import data with `bomvet db import`",
            )
        })?
    };
    Ok(output::finish(output::print(text.as_bytes(), args.color)))
}
