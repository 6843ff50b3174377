//! `bomvet audit mark`: one entry at the end of the register.

use super::args::MarkArgs;
use super::{Rules, config, now, subject};
use crate::audit::clock::register::{self, Entry, What};
use crate::cli::{Failure, output};
use crate::files::{self, FileError};
use crate::judge::gate::Class;
use crate::report::plain;

pub(super) fn run(args: &MarkArgs) -> Result<Class, Failure> {
    let now = now(args.now)?;
    let rules = Rules::load(args.files.config.as_deref())?;
    let path = rules.register(&args.files).ok_or_else(|| {
        config("no register is named").with_help("name one with --register, or under [audit]")
    })?;
    if args.at.is_some_and(|at| at.start() > now) {
        return Err(config(format!("--at lies after {now}: only what happened is entered")));
    }
    let entry = Entry {
        entered: now,
        by: by(args)?,
        subject: subject(&args.subject)?,
        product: args.product.clone(),
        what: what(args, &rules)?,
        note: args.note.clone(),
    };
    let line = entry.line().map_err(config)?;
    let extended = files::extend(&path, |known| {
        let text =
            std::str::from_utf8(known).map_err(|_| Refused::Text("is no UTF-8".to_owned()))?;
        register::read(text).map_err(Refused::Text)?;
        let gap = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        Ok(format!("{gap}{line}").into_bytes())
    });
    match extended {
        Ok(()) => {}
        Err(Refused::File(error)) => {
            return Err(Failure::new(Class::Output, format!("could not write {error}")));
        }
        Err(Refused::Text(error)) => return Err(config(format!("{}:{error}", path.display()))),
    }
    let told = format!("{}: {}\n", path.display(), plain(line.trim_end()));
    Ok(output::finish(output::print_all(told.as_bytes())))
}

/// Why the register was not extended.
enum Refused {
    File(FileError),
    Text(String),
}

impl From<FileError> for Refused {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

fn by(args: &MarkArgs) -> Result<String, Failure> {
    let named = args.by.clone().or_else(|| std::env::var("USER").ok());
    let name = named.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    name.ok_or_else(|| config("nobody enters this").with_help("say who with --by"))
}

fn what(args: &MarkArgs, rules: &Rules) -> Result<What, Failure> {
    if let Some(anchor) = args.anchor {
        return Ok(What::Anchor(anchor, args.at));
    }
    if let Some((fact, word)) = args.fact {
        if args.at.is_some() {
            return Err(config("--at has no meaning beside --fact"));
        }
        return Ok(What::Fact(fact, (!args.retract).then_some(word)));
    }
    let done = args.done.as_deref().unwrap_or_default();
    let (id, stage) = register::split(done).map_err(config)?;
    super::stage(rules.regime(&id)?, &stage)?;
    Ok(What::Done(id, stage, args.at))
}
