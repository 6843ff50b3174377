//! `bomvet serve`: the pages of the store, live.

use std::sync::Arc;

use jiff::Timestamp;

use super::args::{ServeArgs, WhereArgs};
use super::clocks::Memory;
use super::store_at::{StoreAt, failure};
use super::{Rules, clocks, now};
use crate::audit::store::{Store, StoreError};
use crate::cli::args::{Color, DataArgs};
use crate::cli::{Failure, given, output};
use crate::judge::gate::Class;
use crate::net::serve::{Limits, Listener};
use crate::report::audit::clocks::Page;
use crate::report::plain;
use crate::serve::{Desk, Guard, Source, Token};

/// The variable that may hold the secret.
const VARIABLE: &str = "BOMVET_SERVE_TOKEN";

/// What stands still while the server runs; all else is read for each request.
struct Live {
    rules: Rules,
    store: StoreAt,
    files: WhereArgs,
    data: DataArgs,
}

impl Source for Live {
    fn now(&self) -> Result<Timestamp, String> {
        now(self.data.now).map_err(|failure| failure.message)
    }

    fn store(&self) -> Result<Box<dyn Store>, StoreError> {
        self.store.read()
    }

    fn clocks(&self, store: &dyn Store, now: Timestamp) -> Result<Page<'_>, String> {
        let memory = Memory::of(store).map_err(|error| error.to_string())?;
        clocks::page(&self.rules, &[], (&self.files, &self.data, &memory), now)
            .map_err(|failure| failure.message)
    }

    fn trouble(&self, what: &str) {
        eprintln!("error: {}", plain(what));
    }
}

pub(in crate::cli) fn run(args: ServeArgs) -> Result<Class, Failure> {
    let token = token(&args)?;
    let is_exposed = !args.listen.ip().is_loopback() || !args.host.is_empty();
    if is_exposed && token.is_none() {
        let what = match args.host.first() {
            Some(name) => format!("who asks for {name} may come from elsewhere"),
            None => format!("{} can be reached from elsewhere", args.listen),
        };
        let text = format!("{what}, so that a token is needed");
        let help = "name its file with --token-file, or put it into BOMVET_SERVE_TOKEN; \
                    `openssl rand -hex 32` makes one";
        return Err(Failure::new(Class::Config, text).with_help(help));
    }
    let rules = Rules::load(args.files.config.as_deref())?;
    let store = StoreAt::of(&args.store, &rules.settings)?;
    let live = Live { rules, store, files: args.files, data: args.data };
    // what is wrong from the beginning is told at the beginning
    let opened = live.store().map_err(failure)?;
    let memory = Memory::of(&*opened).map_err(failure)?;
    clocks::page(&live.rules, &[], (&live.files, &live.data, &memory), now(live.data.now)?)?;
    drop(opened);
    let failed = |error: std::io::Error| {
        Failure::new(Class::Output, format!("could not listen on {}: {error}", args.listen))
    };
    let listener = Listener::bind(args.listen).map_err(failed)?;
    let address = listener.address().map_err(failed)?;
    let guard = Guard::new(address.port(), &args.host, token.as_ref()).ok_or_else(|| {
        Failure::new(Class::Output, "the system has no random numbers for the token")
    })?;
    let text = format!("serving http://{address}/ to read; Ctrl-C ends it\n");
    let told = output::finish(output::print(text.as_bytes(), Color::Never));
    listener.serve(Limits::default(), Arc::new(Desk::new(live, guard))).map_err(failed)?;
    Ok(told)
}

/// The secret: from the file, else from the environment.
fn token(args: &ServeArgs) -> Result<Option<Token>, Failure> {
    let config = |text: String| Failure::new(Class::Config, text);
    let (text, whence) = match &args.token_file {
        Some(file) => {
            let (text, _) =
                given::text(file, "token file").map_err(|error| config(error.to_string()))?;
            (text, file.display().to_string())
        }
        None => match std::env::var(VARIABLE) {
            Ok(text) => (text, VARIABLE.to_owned()),
            Err(std::env::VarError::NotPresent) => return Ok(None),
            Err(_) => return Err(config(format!("the token in {VARIABLE} is no text"))),
        },
    };
    let token = Token::parse(&text);
    token.map(Some).map_err(|error| config(format!("the token in {whence} {error}")))
}
