-- The log, the row beside it, and what is kept aside. Job rows are referred to by their short number `n`,
-- which is also the order in which jobs were made.

CREATE TABLE meta (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One request that made jobs: what a repeated request is compared with.
CREATE TABLE creations (
  n INTEGER PRIMARY KEY,
  owner TEXT NOT NULL,
  idempotency_key TEXT,
  digest TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX creations_by_key ON creations (owner, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- `job` is reduce() over the facts, as JSON; the other columns are what is searched and claimed by.
CREATE TABLE jobs (
  n INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  owner TEXT NOT NULL,
  kind TEXT NOT NULL,
  engine TEXT NOT NULL,
  model TEXT,
  batch TEXT,
  start_by TEXT,
  creation INTEGER NOT NULL REFERENCES creations (n),
  client_id TEXT,
  -- Whether the client's id finds this job: not once another has taken it over.
  holds_client_id INTEGER NOT NULL,
  state TEXT NOT NULL,
  ran_on TEXT,
  priority INTEGER NOT NULL,
  canceling INTEGER NOT NULL,
  favorite INTEGER NOT NULL,
  tags TEXT NOT NULL,
  not_before TEXT,
  attempt INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  job TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX jobs_client_id ON jobs (owner, client_id) WHERE holds_client_id = 1;
CREATE INDEX jobs_any_client_id ON jobs (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX jobs_owner ON jobs (owner, id);
CREATE INDEX jobs_batch ON jobs (batch, id) WHERE batch IS NOT NULL;
CREATE INDEX jobs_creation ON jobs (creation);
CREATE INDEX jobs_active ON jobs (state, id) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_favorite ON jobs (owner, id) WHERE favorite = 1;
CREATE INDEX jobs_start_by ON jobs (start_by) WHERE state = 'queued' AND start_by IS NOT NULL;
-- The queue: holds all that a claim and the line ask about, so that they walk this index alone.
CREATE INDEX jobs_waiting ON jobs (kind, engine, priority DESC, n, model, not_before, start_by, id, attempt, seq)
  WHERE state = 'queued' AND canceling = 0;

-- The log. AUTOINCREMENT: a cursor is never given twice, not even after the newest fact was pruned.
CREATE TABLE facts (
  cursor INTEGER PRIMARY KEY AUTOINCREMENT,
  job INTEGER NOT NULL REFERENCES jobs (n),
  seq INTEGER NOT NULL,
  owner TEXT NOT NULL,
  type TEXT NOT NULL,
  fact TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX facts_of_job ON facts (job, seq);
-- An index ends with the rowid, here the cursor, by itself.
CREATE INDEX facts_of_owner ON facts (owner);

-- How many jobs stand where, so that no limit has to count them.
CREATE TABLE tallies (
  state TEXT NOT NULL,
  owner TEXT NOT NULL,
  jobs INTEGER NOT NULL,
  PRIMARY KEY (state, owner)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER jobs_tallied AFTER INSERT ON jobs BEGIN
  INSERT INTO tallies (state, owner, jobs) VALUES (new.state, new.owner, 1)
    ON CONFLICT (state, owner) DO UPDATE SET jobs = tallies.jobs + 1;
END;
CREATE TRIGGER jobs_tallied_again AFTER UPDATE OF state ON jobs WHEN new.state <> old.state BEGIN
  UPDATE tallies SET jobs = tallies.jobs - 1 WHERE state = old.state AND owner = old.owner;
  INSERT INTO tallies (state, owner, jobs) VALUES (new.state, new.owner, 1)
    ON CONFLICT (state, owner) DO UPDATE SET jobs = tallies.jobs + 1;
END;

-- Held leases. When they end is known to the running process alone, by its monotonic clock.
CREATE TABLE leases (
  job INTEGER PRIMARY KEY REFERENCES jobs (n),
  attempt INTEGER NOT NULL,
  claimant TEXT NOT NULL,
  in_process INTEGER NOT NULL,
  lease_ms INTEGER NOT NULL
) STRICT;

-- What an attempt saved for a re-adoption.
CREATE TABLE handles (
  job INTEGER PRIMARY KEY REFERENCES jobs (n),
  attempt INTEGER NOT NULL,
  value TEXT NOT NULL
) STRICT;

-- The newest progress of running jobs: a courtesy, written without a sync.
CREATE TABLE progress (
  job INTEGER PRIMARY KEY REFERENCES jobs (n),
  attempt INTEGER NOT NULL,
  value TEXT NOT NULL
) STRICT;

CREATE TABLE artifacts (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  -- Null for uploaded inputs.
  job INTEGER REFERENCES jobs (n),
  slot INTEGER,
  artifact TEXT NOT NULL
) STRICT;
CREATE INDEX artifacts_of_job ON artifacts (job, slot) WHERE job IS NOT NULL;

-- Prompt, plan title and tags, folded for searching.
CREATE TABLE search (
  job INTEGER PRIMARY KEY REFERENCES jobs (n),
  words TEXT NOT NULL
) STRICT;
