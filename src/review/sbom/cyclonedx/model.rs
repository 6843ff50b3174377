//! The fields of CycloneDX 1.0 to 1.7 that are judged, whichever spelling they stand in.
//!
//! Names and nesting are those of the JSON schemas; where XML has another shape, its reader turns it
//! into this one.

use std::borrow::Cow;

use serde::de::MapAccess;

use crate::ingest::json::lenient::{
    Each, Fields, Text, each, fields, ignore, list, list_or_object, object, present, scalar, text,
    texts,
};
use crate::ingest::json::remarks::Spot;

type Texts<'a> = Option<Vec<Cow<'a, str>>>;

/// `bom`.
#[derive(Default)]
pub(super) struct Bom<'a> {
    pub(super) spec_version: Option<Text<'a>>,
    pub(super) serial_number: Option<Text<'a>>,
    pub(super) version: Option<Text<'a>>,
    pub(super) metadata: Option<Metadata<'a>>,
    pub(super) components: Option<Vec<Component<'a>>>,
    pub(super) services: Option<Vec<Service<'a>>>,
    pub(super) references: Option<Vec<Reference<'a>>>,
    pub(super) dependencies: Option<Vec<Dependency<'a>>>,
    pub(super) compositions: Option<Vec<Composition<'a>>>,
    pub(super) vulnerabilities: Option<Vec<Vulnerability<'a>>>,
    pub(super) annotations: Option<Vec<Annotation<'a>>>,
    pub(super) signed: bool,
}

fields!(Bom {
    "specVersion" => text spec_version,
    "serialNumber" => text serial_number,
    "version" => scalar version,
    "metadata" => object metadata,
    "components" => list components,
    "services" => list services,
    "externalReferences" => list references,
    "dependencies" => list dependencies,
    "compositions" => list compositions,
    "vulnerabilities" => list vulnerabilities,
    "annotations" => list annotations,
    "signature" => present signed,
});

/// `metadata`.
#[derive(Default)]
pub(super) struct Metadata<'a> {
    pub(super) timestamp: Option<Text<'a>>,
    pub(super) lifecycles: Option<Vec<Lifecycle<'a>>>,
    /// Up to 1.4, and still allowed: a list of tools.
    pub(super) tools: Option<Vec<Tool<'a>>>,
    /// Since 1.5: components and services.
    pub(super) toolbox: Option<Toolbox<'a>>,
    pub(super) authors: Option<Vec<Contact<'a>>>,
    pub(super) component: Option<Component<'a>>,
    /// Since 1.6: who made the document.
    pub(super) manufacturer: Option<Organization<'a>>,
    /// Until 1.5: who made what it describes.
    pub(super) manufacture: Option<Organization<'a>>,
    pub(super) supplier: Option<Organization<'a>>,
    pub(super) licences: Option<Vec<LicenceChoice<'a>>>,
}

impl<'de> Fields<'de> for Metadata<'de> {
    fn field<A: MapAccess<'de>>(
        &mut self,
        key: &str,
        map: &mut A,
        spot: &Spot<'_>,
    ) -> Result<(), A::Error> {
        match key {
            "timestamp" => text(&mut self.timestamp, map, &spot.key("timestamp")),
            "lifecycles" => list(&mut self.lifecycles, map, &spot.key("lifecycles")),
            "tools" => {
                list_or_object(&mut self.tools, &mut self.toolbox, (map, &spot.key("tools")))
            }
            "authors" => list(&mut self.authors, map, &spot.key("authors")),
            "component" => object(&mut self.component, map, &spot.key("component")),
            "manufacturer" => object(&mut self.manufacturer, map, &spot.key("manufacturer")),
            "manufacture" => object(&mut self.manufacture, map, &spot.key("manufacture")),
            "supplier" => object(&mut self.supplier, map, &spot.key("supplier")),
            "licenses" => list(&mut self.licences, map, &spot.key("licenses")),
            _ => ignore(map),
        }
    }
}

/// `lifecycle`: one of the phases, or one with a name of its own.
#[derive(Default)]
pub(super) struct Lifecycle<'a> {
    pub(super) phase: Option<Text<'a>>,
    pub(super) name: Option<Text<'a>>,
}

fields!(Lifecycle { "phase" => text phase, "name" => text name });

/// `tool`, or a component or service that is one.
#[derive(Default)]
pub(super) struct Tool<'a> {
    pub(super) reference: Option<Text<'a>>,
    pub(super) name: Option<Text<'a>>,
    pub(super) version: Option<Text<'a>>,
}

fields!(Tool { "bom-ref" => text reference, "name" => text name, "version" => text version });

/// `tools` since 1.5.
#[derive(Default)]
pub(super) struct Toolbox<'a> {
    pub(super) components: Option<Vec<Tool<'a>>>,
    pub(super) services: Option<Vec<Tool<'a>>>,
}

fields!(Toolbox { "components" => list components, "services" => list services });

/// `organizationalEntity`.
#[derive(Default)]
pub(super) struct Organization<'a> {
    pub(super) name: Option<Text<'a>>,
    pub(super) urls: Texts<'a>,
    pub(super) contacts: Option<Vec<Contact<'a>>>,
}

fields!(Organization { "name" => text name, "url" => texts urls, "contact" => list contacts });

/// `organizationalContact`.
#[derive(Default)]
pub(super) struct Contact<'a> {
    pub(super) name: Option<Text<'a>>,
    pub(super) email: Option<Text<'a>>,
}

fields!(Contact { "name" => text name, "email" => text email });

/// `component`.
#[derive(Default)]
pub(super) struct Component<'a> {
    pub(super) reference: Option<Text<'a>>,
    pub(super) kind: Option<Text<'a>>,
    pub(super) supplier: Option<Organization<'a>>,
    pub(super) manufacturer: Option<Organization<'a>>,
    pub(super) authors: Option<Vec<Contact<'a>>>,
    /// Until 1.5.
    pub(super) author: Option<Text<'a>>,
    pub(super) publisher: Option<Text<'a>>,
    pub(super) group: Option<Text<'a>>,
    pub(super) name: Option<Text<'a>>,
    pub(super) version: Option<Text<'a>>,
    pub(super) description: Option<Text<'a>>,
    pub(super) scope: Option<Text<'a>>,
    pub(super) external: Option<Text<'a>>,
    pub(super) hashes: Option<Vec<Hash<'a>>>,
    pub(super) licences: Option<Vec<LicenceChoice<'a>>>,
    pub(super) copyright: Option<Text<'a>>,
    pub(super) cpe: Option<Text<'a>>,
    pub(super) purl: Each<'a>,
    pub(super) omnibor: Texts<'a>,
    pub(super) swhid: Texts<'a>,
    pub(super) swid: Option<Swid<'a>>,
    pub(super) pedigree: Option<Pedigree<'a>>,
    pub(super) references: Option<Vec<Reference<'a>>>,
    pub(super) properties: Option<Vec<Property<'a>>>,
    pub(super) release: Option<Release<'a>>,
    /// What it contains; only where the spelling nests them.
    pub(super) components: Option<Vec<Component<'a>>>,
}

fields!(Component {
    "bom-ref" => text reference,
    "type" => text kind,
    "supplier" => object supplier,
    "manufacturer" => object manufacturer,
    "authors" => list authors,
    "author" => text author,
    "publisher" => text publisher,
    "group" => text group,
    "name" => text name,
    "version" => text version,
    "description" => text description,
    "scope" => text scope,
    "isExternal" => scalar external,
    "hashes" => list hashes,
    "licenses" => list licences,
    "copyright" => text copyright,
    "cpe" => text cpe,
    "purl" => each purl,
    "omniborId" => texts omnibor,
    "swhid" => texts swhid,
    "swid" => object swid,
    "pedigree" => object pedigree,
    "externalReferences" => list references,
    "properties" => list properties,
    "releaseNotes" => object release,
    "components" => list components,
});

/// `hash`.
#[derive(Default)]
pub(super) struct Hash<'a> {
    pub(super) algorithm: Option<Text<'a>>,
    pub(super) content: Option<Text<'a>>,
}

fields!(Hash { "alg" => text algorithm, "content" => text content });

/// `licenseChoice`: one licence or one expression.
#[derive(Default)]
pub(super) struct LicenceChoice<'a> {
    pub(super) licence: Option<Licence<'a>>,
    pub(super) expression: Option<Text<'a>>,
    /// That of the expression.
    pub(super) acknowledgement: Option<Text<'a>>,
}

fields!(LicenceChoice {
    "license" => object licence,
    "expression" => text expression,
    "acknowledgement" => text acknowledgement,
});

/// `license`.
#[derive(Default)]
pub(super) struct Licence<'a> {
    pub(super) id: Option<Text<'a>>,
    pub(super) name: Option<Text<'a>>,
    pub(super) url: Option<Text<'a>>,
    pub(super) text: Option<Attachment<'a>>,
    pub(super) acknowledgement: Option<Text<'a>>,
    pub(super) licensing: Option<Licensing<'a>>,
}

fields!(Licence {
    "id" => text id,
    "name" => text name,
    "url" => text url,
    "text" => object text,
    "acknowledgement" => text acknowledgement,
    "licensing" => object licensing,
});

/// `attachment`.
#[derive(Default)]
pub(super) struct Attachment<'a> {
    pub(super) content: Option<Text<'a>>,
}

fields!(Attachment { "content" => text content });

/// `licensing`.
#[derive(Default)]
pub(super) struct Licensing<'a> {
    pub(super) kinds: Texts<'a>,
}

fields!(Licensing { "licenseTypes" => texts kinds });

/// `swid`.
#[derive(Default)]
pub(super) struct Swid<'a> {
    pub(super) tag: Option<Text<'a>>,
}

fields!(Swid { "tagId" => text tag });

/// `pedigree`.
#[derive(Default)]
pub(super) struct Pedigree<'a> {
    pub(super) patches: Option<Vec<Patch<'a>>>,
}

fields!(Pedigree { "patches" => list patches });

/// `patch`.
#[derive(Default)]
pub(super) struct Patch<'a> {
    /// `backport`, `cherry-pick` …
    pub(super) _kind: Option<Text<'a>>,
}

fields!(Patch { "type" => text _kind });

/// `externalReference`.
#[derive(Default)]
pub(super) struct Reference<'a> {
    pub(super) kind: Option<Text<'a>>,
    pub(super) url: Option<Text<'a>>,
    pub(super) hashes: Option<Vec<Hash<'a>>>,
}

fields!(Reference { "type" => text kind, "url" => text url, "hashes" => list hashes });

/// `property`.
#[derive(Default)]
pub(super) struct Property<'a> {
    pub(super) name: Option<Text<'a>>,
    pub(super) value: Option<Text<'a>>,
}

fields!(Property { "name" => text name, "value" => text value });

/// `releaseNotes`.
#[derive(Default)]
pub(super) struct Release<'a> {
    pub(super) timestamp: Option<Text<'a>>,
}

fields!(Release { "timestamp" => text timestamp });

/// `service`, for its reference.
#[derive(Default)]
pub(super) struct Service<'a> {
    pub(super) reference: Option<Text<'a>>,
    pub(super) services: Option<Vec<Service<'a>>>,
}

fields!(Service { "bom-ref" => text reference, "services" => list services });

/// `dependency`.
#[derive(Default)]
pub(super) struct Dependency<'a> {
    pub(super) reference: Option<Text<'a>>,
    pub(super) depends_on: Texts<'a>,
    pub(super) provides: Texts<'a>,
}

fields!(Dependency {
    "ref" => text reference,
    "dependsOn" => texts depends_on,
    "provides" => texts provides,
});

/// `composition`.
#[derive(Default)]
pub(super) struct Composition<'a> {
    pub(super) aggregate: Option<Text<'a>>,
    pub(super) assemblies: Texts<'a>,
    pub(super) dependencies: Texts<'a>,
    /// What it names that is no part.
    pub(super) vulnerabilities: Texts<'a>,
}

fields!(Composition {
    "aggregate" => text aggregate,
    "assemblies" => texts assemblies,
    "dependencies" => texts dependencies,
    "vulnerabilities" => texts vulnerabilities,
});

/// `vulnerability`.
#[derive(Default)]
pub(super) struct Vulnerability<'a> {
    pub(super) affects: Option<Vec<Affected<'a>>>,
}

fields!(Vulnerability { "affects" => list affects });

/// What a vulnerability affects.
#[derive(Default)]
pub(super) struct Affected<'a> {
    pub(super) reference: Option<Text<'a>>,
}

fields!(Affected { "ref" => text reference });

/// `annotation`.
#[derive(Default)]
pub(super) struct Annotation<'a> {
    pub(super) subjects: Texts<'a>,
    pub(super) text: Option<Text<'a>>,
}

fields!(Annotation { "subjects" => texts subjects, "text" => text text });
