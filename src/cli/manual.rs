//! `bomvet completions` and `bomvet man`: both from what the command line knows of itself.

use clap::CommandFactory;
use clap_complete::Shell;

use super::args::{Args, Color};
use super::{Failure, output};
use crate::judge::gate::Class;

pub(super) fn completions(shell: Shell) -> Result<Class, Failure> {
    let mut bytes = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "bomvet", &mut bytes);
    Ok(output::finish(output::print(&bytes, Color::Never)))
}

pub(super) fn man(names: &[String]) -> Result<Class, Failure> {
    let mut root = Args::command();
    root.build();
    let mut command = root;
    for name in names {
        let found = command.find_subcommand(name).cloned();
        command = found.ok_or_else(|| {
            Failure::new(Class::Config, format!("\"{}\" is no command", names.join(" ")))
        })?;
    }
    let mut bytes = Vec::new();
    let page = clap_mangen::Man::new(command).render(&mut bytes);
    Ok(output::finish(page.and_then(|()| output::print(&bytes, Color::Never))))
}
