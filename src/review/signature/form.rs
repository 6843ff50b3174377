//! What form a signature has: by the name of the file beside which it stands, and by its content.

use std::fmt;

use quick_xml::NsReader;
use quick_xml::events::Event;
use quick_xml::name::ResolveResult;

/// The form of a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// CycloneDX's own in JSON (JSF).
    Jsf,
    /// XML-DSig within a document in XML.
    Xml,
    /// A signed envelope.
    Dsse,
    /// A Sigstore bundle.
    Sigstore,
    /// minisign.
    Minisign,
    /// OpenPGP.
    OpenPgp,
    /// CMS, also known as PKCS #7.
    Cms,
    /// Nothing but the bytes of a signature, as `openssl dgst` and `cosign sign-blob` write it.
    Bare,
    /// What stands beside a file under a name of signatures and is none that is known.
    Unknown,
}

impl Form {
    /// The name in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Jsf => "CycloneDX signature (JSF)",
            Self::Xml => "XML signature",
            Self::Dsse => "signed envelope (DSSE)",
            Self::Sigstore => "Sigstore bundle",
            Self::Minisign => "minisign signature",
            Self::OpenPgp => "OpenPGP signature",
            Self::Cms => "CMS signature (PKCS #7)",
            Self::Bare => "signature without a frame",
            Self::Unknown => "signature of an unknown form",
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The endings of files that sign the file whose name stands before them.
const ENDINGS: [&str; 9] = [
    ".sigstore.json",
    ".sigstore",
    ".bundle",
    ".intoto.jsonl",
    ".intoto.json",
    ".minisig",
    ".sig",
    ".asc",
    ".p7s",
];

/// The file that a name says it signs.
pub(super) fn signed_by_name(path: &str) -> Option<&str> {
    let named = ENDINGS.iter().find_map(|ending| path.strip_suffix(ending));
    named.filter(|stem| !stem.is_empty() && !stem.ends_with('/'))
}

/// The form of a file that stands beside another one, by its content and, where that is silent, its
/// name. `None` where it is a public key and signs nothing.
pub(super) fn beside(path: &str, bytes: &[u8]) -> Option<Form> {
    let text = std::str::from_utf8(bytes).map(str::trim_start).unwrap_or_default();
    let form = if text.starts_with("-----BEGIN PGP PUBLIC KEY")
        || text.starts_with("-----BEGIN PUBLIC KEY")
    {
        return None;
    } else if text.starts_with("untrusted comment:") || path.ends_with(".minisig") {
        Form::Minisign
    } else if text.starts_with("-----BEGIN PGP ") || is_openpgp(bytes) {
        Form::OpenPgp
    } else if path.ends_with(".p7s")
        || text.starts_with("-----BEGIN PKCS7")
        || text.starts_with("-----BEGIN CMS")
    {
        Form::Cms
    } else if text.starts_with('{') {
        Form::Dsse
    } else if path.ends_with(".sig") {
        Form::Bare
    } else {
        Form::Unknown
    };
    Some(form)
}

/// Whether bytes begin with a signature packet of OpenPGP (RFC 9580, 4.2 and 5.2): type 2 in either
/// format, then a length of one or two bytes, then the version. A signature of DER begins otherwise.
fn is_openpgp(bytes: &[u8]) -> bool {
    let version = match bytes {
        [0x88, _, version, ..] | [0x89, _, _, version, ..] => Some(version),
        [0xc2, first, version, ..] if *first < 192 => Some(version),
        [0xc2, first, _, version, ..] if *first < 224 => Some(version),
        _ => None,
    };
    version.is_some_and(|version| (3..=6).contains(version))
}

/// Whether a document in XML holds a signature of XML-DSig.
pub(super) fn has_xml_signature(bytes: &[u8]) -> bool {
    const NAMESPACE: &str = "http://www.w3.org/2000/09/xmldsig#";
    let mut reader = NsReader::from_reader(bytes);
    loop {
        match reader.read_resolved_event() {
            Ok((ResolveResult::Bound(space), Event::Start(element) | Event::Empty(element))) => {
                if space.as_ref() == NAMESPACE && element.local_name().as_ref() == "Signature" {
                    return true;
                }
            }
            Ok((_, Event::Eof)) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_is_signed() {
        for (path, signed) in [
            ("a/bom.json.sig", Some("a/bom.json")),
            ("bom.json.sigstore.json", Some("bom.json")),
            ("bom.json.intoto.jsonl", Some("bom.json")),
            ("bom.json", None),
            ("a/.sig", None),
        ] {
            assert_eq!(signed_by_name(path), signed, "{path}");
        }
    }

    #[test]
    fn the_content_tells_the_form() {
        assert_eq!(beside("a.sig", b"untrusted comment: x"), Some(Form::Minisign));
        assert_eq!(beside("a.sig", b"-----BEGIN PGP SIGNATURE-----"), Some(Form::OpenPgp));
        assert_eq!(beside("a.asc", b"-----BEGIN PGP PUBLIC KEY BLOCK-----"), None);
        assert_eq!(beside("a.sig", &[0x89, 0x01, 0x33, 0x04, 0x00]), Some(Form::OpenPgp));
        assert_eq!(beside("a.sig", &[0xc2, 0x75, 0x04, 0x00]), Some(Form::OpenPgp));
        assert_eq!(beside("a.sig", &[0x30, 0x45, 0x02, 0x20]), Some(Form::Bare));
        assert_eq!(beside("README.asc", b"= AsciiDoc"), Some(Form::Unknown));
        assert_eq!(beside("a.bundle", b"# v2 git bundle"), Some(Form::Unknown));
    }

    #[test]
    fn a_signature_in_xml_is_known_by_its_namespace() {
        let with = |inner: &str| has_xml_signature(format!("<bom>{inner}</bom>").as_bytes());
        assert!(with(r#"<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>"#));
        assert!(with(r#"<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><a/></Signature>"#));
        assert!(!with("<Signature/>"));
        assert!(!with(r#"<!-- <Signature xmlns="http://www.w3.org/2000/09/xmldsig#"/> -->"#));
    }
}
