//! `bomvet audit regimes`: whom they bind, and whether they count.

use super::args::RegimesArgs;
use super::{Rules, now};
use crate::cli::{Failure, output};
use crate::judge::gate::Class;
use crate::report::audit::regimes;

pub(super) fn run(args: &RegimesArgs) -> Result<Class, Failure> {
    let now = now(args.now)?;
    let rules = Rules::load(args.config.as_deref())?;
    let mut bytes = Vec::new();
    let made = match &args.id {
        None => regimes::list(&rules.regimes, &rules.declared, now, &mut bytes),
        Some(id) => regimes::details(rules.regime(id)?, &rules.declared, now, &mut bytes),
    };
    Ok(output::finish(made.and_then(|()| output::print(&bytes, args.color))))
}
