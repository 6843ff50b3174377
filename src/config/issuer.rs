//! Who speaks in the documents that are written: nothing of it is ever guessed.

/// The issuer of VEX documents, as far as somebody named it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Issuer {
    /// The name: `author` of OpenVEX and CycloneDX, the publisher's name in CSAF.
    pub author: Option<String>,
    /// An address that belongs to the issuer, for CSAF.
    pub namespace: Option<String>,
    /// What the issuer is to the product, for CSAF.
    pub category: Option<Category>,
}

/// What a publisher is (CSAF 2.0, 3.2.1.8.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Coordinates between finders, vendors and users.
    Coordinator,
    /// Found the flaw.
    Discoverer,
    /// Something else.
    Other,
    /// Translates what others published.
    Translator,
    /// Uses the product.
    User,
    /// Makes the product.
    Vendor,
}

impl Category {
    /// The words of CSAF and of `vex.category`.
    pub const WORDS: [(&'static str, Self); 6] = [
        ("coordinator", Self::Coordinator),
        ("discoverer", Self::Discoverer),
        ("other", Self::Other),
        ("translator", Self::Translator),
        ("user", Self::User),
        ("vendor", Self::Vendor),
    ];

    /// The word.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Coordinator => "coordinator",
            Self::Discoverer => "discoverer",
            Self::Other => "other",
            Self::Translator => "translator",
            Self::User => "user",
            Self::Vendor => "vendor",
        }
    }

    /// The category of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::WORDS.into_iter().find(|(known, _)| *known == word).map(|(_, category)| category)
    }
}
