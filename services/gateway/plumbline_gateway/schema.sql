-- What one gateway knows. Everything but `asked` is rebuilt from compacted topics.
CREATE TABLE IF NOT EXISTS positions (
  topic TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL,
  PRIMARY KEY (topic, partition)
) WITHOUT ROWID;
-- Accepted here: so that a reader's address works from the moment the question is durable.
CREATE TABLE IF NOT EXISTS asked (
  answer_id TEXT NOT NULL, revision INTEGER NOT NULL, run BLOB NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (answer_id, revision)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS progress (
  answer_id TEXT NOT NULL, revision INTEGER NOT NULL, stage INTEGER NOT NULL,
  count INTEGER NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (answer_id, revision, stage)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ended (
  answer_id TEXT NOT NULL, revision INTEGER NOT NULL, message BLOB NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (answer_id, revision)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS rendered (
  answer_id TEXT NOT NULL, revision INTEGER NOT NULL, run BLOB NOT NULL, title TEXT NOT NULL,
  published_at TEXT NOT NULL, content BLOB NOT NULL, content_sha256 TEXT NOT NULL, review BLOB NOT NULL,
  page BLOB NOT NULL, trace_id TEXT NOT NULL, trail TEXT NOT NULL,
  PRIMARY KEY (answer_id, revision)
);
CREATE TABLE IF NOT EXISTS sealed (
  answer_id TEXT NOT NULL, revision INTEGER NOT NULL, leaf_index INTEGER NOT NULL,
  content_sha256 TEXT NOT NULL, receipt BLOB NOT NULL, trail TEXT NOT NULL,
  PRIMARY KEY (answer_id, revision)
);
-- The last word of each kind (staled, rechecked, withdrawn) about a published revision.
CREATE TABLE IF NOT EXISTS standing (
  answer_id TEXT NOT NULL, revision INTEGER NOT NULL, kind TEXT NOT NULL,
  message BLOB NOT NULL, at TEXT NOT NULL,
  PRIMARY KEY (answer_id, revision, kind)
) WITHOUT ROWID;
-- What each edition changed against the one before, in parts.
CREATE TABLE IF NOT EXISTS alignments (
  edition_id TEXT NOT NULL, place INTEGER NOT NULL, message BLOB NOT NULL,
  PRIMARY KEY (edition_id, place)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS editions (
  edition_id TEXT PRIMARY KEY, guideline_id TEXT NOT NULL, effective_date TEXT NOT NULL,
  version TEXT NOT NULL, message BLOB NOT NULL, at TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS editions_of ON editions (guideline_id, effective_date, version);
-- The last word about everything that was called back.
CREATE TABLE IF NOT EXISTS recalls (
  recall_id TEXT PRIMARY KEY, message BLOB NOT NULL, at TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cited (
  occurrence_id TEXT NOT NULL, answer_id TEXT NOT NULL, revision INTEGER NOT NULL, passage TEXT NOT NULL,
  PRIMARY KEY (occurrence_id, answer_id, revision)
) WITHOUT ROWID;
-- Which editions the newest published revision of each answer rests on.
CREATE TABLE IF NOT EXISTS rests (
  edition_id TEXT NOT NULL, answer_id TEXT NOT NULL, revision INTEGER NOT NULL,
  PRIMARY KEY (edition_id, answer_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS rests_by_answer ON rests (answer_id);
CREATE INDEX IF NOT EXISTS rendered_by_time ON rendered (published_at);
