-- What retrieval holds of the editions it can find. Everything here is made again from the log if lost.
CREATE TABLE IF NOT EXISTS identity (only INTEGER PRIMARY KEY CHECK (only = 1), value TEXT NOT NULL);
-- Parts of editions that are not closed yet.
CREATE TABLE IF NOT EXISTS opened (edition_id TEXT PRIMARY KEY, manifest BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS listed (
    edition_id TEXT NOT NULL, start INTEGER NOT NULL, passage BLOB NOT NULL,
    PRIMARY KEY (edition_id, start)) WITHOUT ROWID;
-- Editions that are whole and in the index.
CREATE TABLE IF NOT EXISTS editions (
    edition_id TEXT PRIMARY KEY, guideline_id TEXT NOT NULL, manifest BLOB NOT NULL,
    digest TEXT NOT NULL, passages INTEGER NOT NULL, vocabulary BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS passages (
    occurrence_id TEXT PRIMARY KEY, edition_id TEXT NOT NULL, section TEXT NOT NULL, start INTEGER NOT NULL,
    passage BLOB NOT NULL);
-- Places with something new in them, against the edition before; a row without a place: it was compared.
CREATE TABLE IF NOT EXISTS news (
    edition_id TEXT NOT NULL, occurrence_id TEXT NOT NULL,
    PRIMARY KEY (edition_id, occurrence_id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS passages_of ON passages (edition_id, section, start);
