//! stub
use super::document::{Document, ReadError};
/// stub
pub fn read(_t:&str,_p:&std::path::Path,_s:&dyn crate::maven::PomSource)->Result<Document,ReadError>{Err(ReadError::new("stub"))}
