//! `scan --enrich`: the text of the one document that findings are added to.

use std::path::Path;

use super::Failure;
use super::args::ScanArgs;
use crate::files;
use crate::ingest::text;
use crate::inventory::{Format, Inventory};
use crate::judge::gate::Class;
use crate::report::ReportFormat;

/// Refuses the option where no report would show what it does.
pub(super) fn check(args: &ScanArgs) -> Result<(), Failure> {
    let mut formats = args.output.iter().map(|target| target.format).chain([args.format]);
    if !args.enrich || formats.any(|format| format == ReportFormat::CycloneDx) {
        return Ok(());
    }
    let message = "--enrich adds to a CycloneDX report, and none is asked for";
    Err(Failure::new(Class::Config, message).with_help("add -f cyclonedx or -o cyclonedx=FILE"))
}

/// The text of the scanned document, where it is one that can be added to.
pub(super) fn original(args: &ScanArgs, inventory: &Inventory) -> Result<Option<String>, Failure> {
    if !args.enrich {
        return Ok(None);
    }
    let refuse = |cause: String| {
        Failure::new(
            Class::Config,
            format!("--enrich adds to one CycloneDX document in JSON: {cause}"),
        )
        .with_help("leave out --enrich for a CycloneDX document of its own")
    };
    let [input] = &inventory.inputs[..] else {
        return Err(refuse(format!("{} documents were read", inventory.inputs.len())));
    };
    if input.format != Format::CycloneDxJson {
        return Err(refuse(format!("{} is {}", input.path, input.format)));
    }
    let path = Path::new(&*input.path);
    if !files::is_file(path) {
        return Err(refuse(format!("{} is no file by itself", input.path)));
    }
    let bytes = files::read(path).map_err(|error| refuse(error.to_string()))?;
    if files::sha256([&bytes[..]]) != input.sha256 {
        return Err(refuse(format!("{} is packed, or changed while it was read", input.path)));
    }
    let text =
        text::decode(&bytes).map_err(|error| refuse(format!("{} {}", input.path, error.cause)))?;
    Ok(Some(text.into_owned()))
}
