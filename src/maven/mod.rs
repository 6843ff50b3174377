//! stub
/// stub
pub trait PomSource { /// stub
 fn at(&self, path: &std::path::Path) -> Result<Option<String>, String>; }
