//! The tables, by version: what stands here is never changed, only followed by more.

/// What turns version N into N + 1, from an empty file on.
pub(super) const MIGRATIONS: [&str; 3] = ["
-- who writes: one row, whose token grows with every lease
CREATE TABLE lease (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    owner TEXT NOT NULL, machine TEXT NOT NULL, token INTEGER NOT NULL, until INTEGER NOT NULL
);
CREATE TABLE run (
    id INTEGER PRIMARY KEY, now TEXT NOT NULL, finished INTEGER NOT NULL,
    data TEXT NOT NULL, as_of TEXT, policy TEXT NOT NULL, portfolio TEXT NOT NULL
);
-- a package in a release, once for all documents; outcome: 16 bytes, what the data said of it
CREATE TABLE release (
    id INTEGER PRIMARY KEY, ecosystem TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL,
    built INTEGER NOT NULL, outcome BLOB NOT NULL,
    UNIQUE (ecosystem, name, version, built)
);
-- which documents hold a release, for each 4096 of them: a superset, the document's own list decides
CREATE TABLE posting (
    release INTEGER NOT NULL, block INTEGER NOT NULL, documents BLOB NOT NULL,
    PRIMARY KEY (release, block)
) WITHOUT ROWID;
CREATE TABLE document (
    id INTEGER PRIMARY KEY, product TEXT NOT NULL, source TEXT NOT NULL, path TEXT NOT NULL,
    sha256 TEXT NOT NULL, policy TEXT NOT NULL, touched INTEGER NOT NULL, recheck INTEGER,
    present INTEGER NOT NULL, run INTEGER NOT NULL REFERENCES run (id),
    releases BLOB NOT NULL, unasked BLOB NOT NULL, about TEXT NOT NULL,
    UNIQUE (product, path)
);
CREATE TABLE flaw (
    id INTEGER PRIMARY KEY, ids TEXT NOT NULL UNIQUE, epss REAL, told REAL
);
CREATE TABLE finding (
    document INTEGER NOT NULL REFERENCES document (id), place INTEGER NOT NULL,
    flaw INTEGER NOT NULL REFERENCES flaw (id), release INTEGER NOT NULL REFERENCES release (id),
    status TEXT NOT NULL, level TEXT NOT NULL, held TEXT NOT NULL,
    PRIMARY KEY (document, place)
) WITHOUT ROWID;
CREATE INDEX finding_flaw ON finding (flaw);
CREATE TABLE event (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, run INTEGER NOT NULL REFERENCES run (id),
    at INTEGER NOT NULL, kind TEXT NOT NULL, level INTEGER NOT NULL, product TEXT,
    event TEXT NOT NULL
);
CREATE INDEX event_at ON event (at);
CREATE INDEX event_run ON event (run, kind);
CREATE TABLE condition (
    key TEXT PRIMARY KEY, condition TEXT NOT NULL
) WITHOUT ROWID;
", "
-- what goes asks who still refers to it
CREATE INDEX finding_release ON finding (release);
CREATE INDEX document_run ON document (run);
", "
-- how the file looked when its digest was taken, where a change would show
ALTER TABLE document ADD COLUMN stamp TEXT;
-- how many findings of a document stand how: what the table of findings says, counted once
CREATE TABLE tally (
    document INTEGER NOT NULL REFERENCES document (id), status TEXT NOT NULL, level TEXT NOT NULL,
    count INTEGER NOT NULL, PRIMARY KEY (document, status, level)
) WITHOUT ROWID;
INSERT INTO tally SELECT document, status, level, count(*) FROM finding WHERE status <> 'gone'
    GROUP BY document, status, level;
-- what is remembered of notices that were sent
CREATE TABLE note (
    one INTEGER PRIMARY KEY CHECK (one = 1), delivered TEXT NOT NULL
);
"];
