//! The shape of each type of row in Parquet's own notation. Names and nesting are those of the rows in
//! JSON; a row with something that stands not here is refused, so that nothing is left out in silence.

/// Each type with its shape.
pub(super) const TYPES: [(&str, &str); 7] = [
    ("product", PRODUCT),
    ("run", RUN),
    ("document", DOCUMENT),
    ("component", COMPONENT),
    ("finding", FINDING),
    ("condition", CONDITION),
    ("event", EVENT),
];

const PRODUCT: &str = "message product {
    required binary name (STRING);
    optional binary owner (STRING);
    optional binary exposure (STRING);
    optional binary criticality (STRING);
    required group markets (LIST) { repeated group list { required binary element (STRING); } }
    required group roles (LIST) { repeated group list { required binary element (STRING); } }
    required group sources (LIST) { repeated group list { required binary element (STRING); } }
}";

const RUN: &str = "message run {
    required int64 id;
    required int64 now (TIMESTAMP(MICROS,true));
    required boolean is_finished;
    required binary data_sha256 (STRING);
    optional int64 data_as_of (TIMESTAMP(MICROS,true));
    required binary policy_sha256 (STRING);
}";

const DOCUMENT: &str = "message document {
    required binary product (STRING);
    required binary source (STRING);
    required binary document (STRING);
    required binary sha256 (STRING);
    required boolean is_present;
    optional binary subject (STRING);
    required binary format (STRING);
    optional binary commit (STRING);
    required group components {
        required int64 declared;
        required int64 evaluated;
        required int64 not_evaluated;
        required int64 not_covered;
        required group reasons (MAP) { repeated group key_value { required binary key (STRING); required int64 value; } }
    }
}";

const COMPONENT: &str = "message component {
    required binary product (STRING);
    required binary document (STRING);
    required binary ecosystem (STRING);
    required binary name (STRING);
    required binary version (STRING);
    required boolean is_perhaps_built;
    required boolean is_judged;
}";

const FINDING: &str = "message finding {
    required binary product (STRING);
    required binary document (STRING);
    required binary component (STRING);
    required group release {
        required binary ecosystem (STRING);
        required binary name (STRING);
        required binary version (STRING);
        required boolean is_perhaps_built;
    }
    required group ids (LIST) { repeated group list { required binary element (STRING); } }
    required group records (LIST) { repeated group list { required binary element (STRING); } }
    required binary level (STRING);
    optional double score;
    optional binary kev (STRING);
    optional double epss;
    required group fixed (LIST) { repeated group list { required binary element (STRING); } }
    optional binary scope (STRING);
    required boolean malicious;
    required boolean has_stale_statement;
    required group status {
        required binary is (STRING);
        optional binary why (STRING);
        optional group behind (LIST) { repeated group list { required binary element (STRING); } }
        optional binary kind (STRING);
        optional binary status (STRING);
        optional binary justification (STRING);
        optional binary source (STRING);
        optional binary until (STRING);
        optional int64 at (TIMESTAMP(MICROS,true));
    }
    required int64 since (TIMESTAMP(MICROS,true));
}";

const CONDITION: &str = "message condition {
    required binary kind (STRING);
    optional binary product (STRING);
    required binary about (STRING);
    required binary detail (STRING);
    required int64 since (TIMESTAMP(MICROS,true));
}";

const EVENT: &str = "message event {
    required binary id (STRING);
    required int64 at (TIMESTAMP(MICROS,true));
    required int64 run;
    required binary kind (STRING);
    required binary cause (STRING);
    optional binary product (STRING);
    optional binary document (STRING);
    optional binary package (STRING);
    required group versions (LIST) { repeated group list { required binary element (STRING); } }
    required group ids (LIST) { repeated group list { required binary element (STRING); } }
    optional binary level (STRING);
    required binary detail (STRING);
    required binary data_sha256 (STRING);
    optional binary document_sha256 (STRING);
    optional binary commit (STRING);
}";
