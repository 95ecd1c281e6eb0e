-- What ingest keeps: documents as they were sent, editions as they were read, the messages that say so.

CREATE TABLE IF NOT EXISTS documents (
    sha256  TEXT PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS licences (
    licence           TEXT PRIMARY KEY,
    may_index         INTEGER NOT NULL,
    may_quote_words   INTEGER NOT NULL,
    may_generate_from INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS editions (
    edition_id     TEXT PRIMARY KEY,
    guideline_id   TEXT NOT NULL,
    version        TEXT NOT NULL,
    effective_date TEXT NOT NULL,
    title          TEXT NOT NULL,
    licence        TEXT NOT NULL REFERENCES licences,
    manifest       TEXT NOT NULL,  -- guideline.toml, given or guessed
    source_sha256  TEXT NOT NULL,
    digest         TEXT NOT NULL,
    text           TEXT NOT NULL,
    passages       INTEGER NOT NULL,
    published      INTEGER NOT NULL DEFAULT 0,  -- 1 only after every part is in the log
    UNIQUE (guideline_id, version)
) STRICT;

CREATE TABLE IF NOT EXISTS edition_documents (
    edition_id TEXT NOT NULL REFERENCES editions,
    position   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    sha256     TEXT NOT NULL REFERENCES documents,
    PRIMARY KEY (edition_id, position)
) STRICT;

-- Made once: a part that is said again after a crash is the same bytes, whatever the code is by then.
CREATE TABLE IF NOT EXISTS edition_parts (
    edition_id TEXT NOT NULL REFERENCES editions,
    part_index INTEGER NOT NULL,
    message    BLOB NOT NULL,
    PRIMARY KEY (edition_id, part_index)
) STRICT;

CREATE VIEW IF NOT EXISTS kept AS
SELECT edition_id, guideline_id, version, effective_date, title, licence, source_sha256, digest,
       passages, published, rowid AS arrival
FROM editions;

CREATE TRIGGER IF NOT EXISTS editions_are_immutable
BEFORE UPDATE OF edition_id, guideline_id, version, effective_date, title, licence, manifest,
                 source_sha256, digest, text, passages ON editions
BEGIN SELECT RAISE(ABORT, 'editions are immutable'); END;

CREATE TRIGGER IF NOT EXISTS parts_are_immutable BEFORE UPDATE ON edition_parts
BEGIN SELECT RAISE(ABORT, 'editions are immutable'); END;
