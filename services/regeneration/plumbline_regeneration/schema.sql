-- What rests on what, and what is to be done about it. All but campaigns' states is made again from the log.
CREATE TABLE IF NOT EXISTS positions (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)) WITHOUT ROWID;

-- Editions; `closed` once every part was read, `indexed` once it can be found.
CREATE TABLE IF NOT EXISTS editions (
    edition_id TEXT PRIMARY KEY, guideline_id TEXT NOT NULL, version TEXT NOT NULL,
    effective_date TEXT NOT NULL, came_from TEXT NOT NULL DEFAULT '',
    closed INTEGER NOT NULL DEFAULT 0, indexed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS editions_of ON editions (guideline_id, indexed);
-- What became of each sentence of the edition before.
CREATE TABLE IF NOT EXISTS sentences (
    edition_id TEXT NOT NULL, old_start INTEGER NOT NULL, old_end INTEGER NOT NULL,
    kind INTEGER NOT NULL, new_start INTEGER NOT NULL, new_end INTEGER NOT NULL,
    new_occurrence_id TEXT NOT NULL,
    PRIMARY KEY (edition_id, old_start, old_end)) WITHOUT ROWID;

-- The newest published revision of every answer, and what each of its claims rests on.
CREATE TABLE IF NOT EXISTS answers (
    answer_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, run BLOB NOT NULL, title TEXT NOT NULL,
    published_at TEXT NOT NULL, content_sha256 TEXT NOT NULL, composer TEXT NOT NULL,
    policy TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS citations (
    answer_id TEXT NOT NULL, claim_id TEXT NOT NULL, guideline_id TEXT NOT NULL,
    edition_id TEXT NOT NULL, occurrence_id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    passage_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS citations_of ON citations (answer_id);
CREATE INDEX IF NOT EXISTS rests_on ON citations (guideline_id, edition_id, answer_id);
CREATE INDEX IF NOT EXISTS rests_on_passage ON citations (occurrence_id);
CREATE INDEX IF NOT EXISTS rests_on_text ON citations (passage_id);
CREATE INDEX IF NOT EXISTS rests_on_range ON citations (guideline_id, edition_id, start, end, answer_id);
-- Every range that was ever cited, once: far fewer than citations, for answers cite the same sentences.
CREATE TABLE IF NOT EXISTS ranges (
    guideline_id TEXT NOT NULL, edition_id TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL,
    occurrence_id TEXT NOT NULL, PRIMARY KEY (guideline_id, edition_id, start, end)) WITHOUT ROWID;
-- Answers of a replaced edition that nothing hit: looked at later, those after this one.
CREATE TABLE IF NOT EXISTS later (
    guideline_id TEXT NOT NULL, edition_id TEXT NOT NULL, after_answer_id TEXT NOT NULL,
    PRIMARY KEY (guideline_id, edition_id)) WITHOUT ROWID;
-- The highest revision of each answer that ended, with or without a page.
CREATE TABLE IF NOT EXISTS ended (answer_id TEXT PRIMARY KEY, revision INTEGER NOT NULL);
-- How often each answer's page was served: a row for each day of the last seven.
CREATE TABLE IF NOT EXISTS reads (
    answer_id TEXT NOT NULL, day TEXT NOT NULL, times INTEGER NOT NULL,
    PRIMARY KEY (answer_id, day)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reads_on ON reads (day);
-- The events that said so, for as long: one that comes again counts once.
CREATE TABLE IF NOT EXISTS reads_heard (event_id TEXT PRIMARY KEY, day TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS reads_heard_on ON reads_heard (day);

-- What people called back. The log has what is `said`; the rest is said as soon as it can be. Which answers
-- that means is looked at some at a time, those after `after_answer_id`; NULL: all were.
CREATE TABLE IF NOT EXISTS recalls (
    recall_id TEXT PRIMARY KEY, kind INTEGER NOT NULL, target TEXT NOT NULL, why TEXT NOT NULL,
    lifted INTEGER NOT NULL, at TEXT NOT NULL, said INTEGER NOT NULL, after_answer_id TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS campaigns (
    campaign_id TEXT PRIMARY KEY, kind TEXT NOT NULL, ref TEXT NOT NULL, why TEXT NOT NULL,
    state TEXT NOT NULL, rate REAL NOT NULL, opened_at TEXT NOT NULL);
-- At most one thing to do per answer; what a newer edition asks for replaces what an older one did.
CREATE TABLE IF NOT EXISTS work (
    answer_id TEXT PRIMARY KEY, revision INTEGER NOT NULL, campaign_id TEXT NOT NULL,
    severity INTEGER NOT NULL, claims TEXT NOT NULL, stands TEXT NOT NULL, run BLOB NOT NULL,
    damage REAL NOT NULL, state TEXT NOT NULL, requested INTEGER NOT NULL DEFAULT 0,
    requested_at TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0,
    reason TEXT NOT NULL DEFAULT '', told INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS work_to_do ON work (state, damage DESC, answer_id);
CREATE INDEX IF NOT EXISTS work_of ON work (campaign_id, state);
-- What came of an answer in a campaign, for ever: a campaign's count survives newer ones.
CREATE TABLE IF NOT EXISTS outcomes (
    campaign_id TEXT NOT NULL, answer_id TEXT NOT NULL, outcome TEXT NOT NULL,
    PRIMARY KEY (campaign_id, answer_id)) WITHOUT ROWID;
