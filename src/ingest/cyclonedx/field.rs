//! The children of a component whose text is read.

use super::scope;
use crate::ingest::document::Declared;

/// A child of a component whose text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    /// `group`
    Group,
    /// `name`
    Name,
    /// `version`
    Version,
    /// `purl`
    Purl,
    /// `cpe`
    Cpe,
    /// `scope`
    Scope,
}

impl Field {
    /// The field that an element holds.
    pub(super) fn from_name(name: &str) -> Option<Self> {
        match name {
            "group" => Some(Self::Group),
            "name" => Some(Self::Name),
            "version" => Some(Self::Version),
            "purl" => Some(Self::Purl),
            "cpe" => Some(Self::Cpe),
            "scope" => Some(Self::Scope),
            _ => None,
        }
    }

    /// Puts a value into its place. The schema allows each field once; where one comes again, the
    /// first counts, but every package URL does, and the remark on it is given.
    pub(super) fn put(self, component: &mut Declared, value: &str) -> Option<&'static str> {
        match self {
            Self::Group if component.group.is_none() => component.group = Some(value.to_owned()),
            Self::Name if component.name.is_empty() => value.clone_into(&mut component.name),
            Self::Version if component.version.is_none() => {
                component.version = Some(value.to_owned());
            }
            Self::Cpe => {
                component.cpe.get_or_insert_with(|| value.to_owned());
            }
            Self::Scope if component.scope.is_none() => component.scope = scope(value),
            Self::Purl => {
                component.purls.push(value.to_owned());
                return (component.purls.len() > 1)
                    .then_some("a component has several package URLs: all of them count");
            }
            Self::Group => return Some("a component has several groups: the first counts"),
            Self::Name => return Some("a component has several names: the first counts"),
            Self::Version => return Some("a component has several versions: the first counts"),
            Self::Scope => return Some("a component has several scopes: the first counts"),
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_version_counts_and_every_purl() {
        let mut component = Declared::default();
        assert_eq!(Field::Version.put(&mut component, "1"), None);
        let remark = Field::Version.put(&mut component, "2").unwrap();
        assert_eq!(remark, "a component has several versions: the first counts");
        assert_eq!(Field::Purl.put(&mut component, "pkg:npm/a@1"), None);
        let remark = Field::Purl.put(&mut component, "pkg:npm/a@2").unwrap();
        assert_eq!(remark, "a component has several package URLs: all of them count");
        assert_eq!(component.version.as_deref(), Some("1"));
        assert_eq!(component.purls, ["pkg:npm/a@1", "pkg:npm/a@2"]);
    }
}
