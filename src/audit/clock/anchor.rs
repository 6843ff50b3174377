//! The events from which deadlines run.

use std::fmt;
use std::str::FromStr;

macro_rules! anchors {
    ($($anchor:ident = $name:literal, $meaning:literal;)+) => {
        /// An event from which deadlines run. Nobody can tell most of them but the people concerned: they
        /// are entered, and never concluded from anything else.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Anchor {
            $(#[doc = $meaning] $anchor,)+
        }

        impl Anchor {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$anchor,)+];

            /// The name in options, registers and regimes.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$anchor => $name,)+ }
            }

            /// What happened then.
            #[must_use]
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$anchor => $meaning,)+ }
            }
        }
    };
}

anchors! {
    Learned = "learned", "you learned of the flaw in your product";
    Aware = "aware", "you became aware that the flaw is exploited in your product";
    MeasureAvailable = "measure-available", "a fix or another measure became available to users";
    PatchReleased = "patch-released", "the release that fixes the flaw was published";
    Detected = "detected", "the flaw was first found in your systems";
    Evaluated = "evaluated", "you finished the evaluation of the flaw";
    KevAdded = "kev-added", "CISA added the flaw to its catalogue of exploited ones";
    IncidentAware = "incident-aware", "you became aware of an incident that must be reported";
    IncidentNoticed = "incident-noticed", "an incident was noticed, or brought to your notice";
    IncidentClassified = "incident-classified", "you classified the incident as major";
    IncidentResolved = "incident-resolved", "the incident was over";
    IncidentBelieved = "incident-believed", "you had reason to believe that an incident occurred";
    PaymentMade = "payment-made", "a ransom was paid";
    MaterialityDetermined = "materiality-determined", "you determined that the incident is material";
    CorrectionInitiated = "correction-initiated", "a correction or removal of devices was begun";
    DeveloperContacted = "developer-contacted", "the developer was told by the coordinator";
}

impl FromStr for Anchor {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.iter().copied().find(|anchor| anchor.as_str() == text).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|anchor| anchor.as_str()).collect();
            format!("\"{text}\" is no anchor; known: {}", known.join(", "))
        })
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
