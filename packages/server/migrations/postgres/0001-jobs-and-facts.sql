-- additive
-- The log, the row beside it, and what is kept aside. Job rows are referred to by their short number `n`. What is
-- compared by order is compared byte by byte, whatever language the database was made for.

CREATE TABLE meta (
  key text PRIMARY KEY,
  value text NOT NULL
);

-- The one counter that every commit with facts takes last: cursors follow the order of the commits. Room for its many
-- versions on one page, so that they are cleaned up in passing.
CREATE TABLE feed (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  head bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO feed (head) VALUES (0);

-- What leases live by.
CREATE FUNCTION lease_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS 'SELECT clock_timestamp()';

-- One request that made jobs, by the number of its first job: what a repeated request is compared with.
CREATE TABLE creations (
  n bigint PRIMARY KEY,
  owner text COLLATE "C" NOT NULL,
  idempotency_key text COLLATE "C",
  digest text NOT NULL
);
CREATE UNIQUE INDEX creations_by_key ON creations (owner, idempotency_key) WHERE idempotency_key IS NOT NULL;

-- `job` is reduce() over the facts, as JSON; the other columns are what is searched and claimed by.
CREATE SEQUENCE job_numbers;
CREATE TABLE jobs (
  n bigint PRIMARY KEY,
  id text COLLATE "C" NOT NULL UNIQUE,
  owner text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  engine text COLLATE "C" NOT NULL,
  model text COLLATE "C",
  batch text COLLATE "C",
  start_by text COLLATE "C",
  creation bigint NOT NULL,
  client_id text COLLATE "C",
  -- Whether the client's id finds this job: not once another has taken it over.
  holds_client_id boolean NOT NULL,
  state text COLLATE "C" NOT NULL,
  ran_on text COLLATE "C",
  priority integer NOT NULL,
  canceling boolean NOT NULL,
  favorite boolean NOT NULL,
  tags text[] NOT NULL,
  not_before text COLLATE "C",
  ended_at text COLLATE "C",
  attempt integer NOT NULL,
  seq integer NOT NULL,
  job text NOT NULL
) WITH (fillfactor = 80);
CREATE UNIQUE INDEX jobs_client_id ON jobs (owner, client_id) WHERE holds_client_id;
CREATE INDEX jobs_any_client_id ON jobs (client_id) WHERE client_id IS NOT NULL;
CREATE INDEX jobs_owner ON jobs (owner, id);
CREATE INDEX jobs_batch ON jobs (batch, id) WHERE batch IS NOT NULL;
CREATE INDEX jobs_creation ON jobs (creation);
CREATE INDEX jobs_active ON jobs (state, id) WHERE state IN ('queued', 'running');
CREATE INDEX jobs_favorite ON jobs (owner, id) WHERE favorite;
CREATE INDEX jobs_start_by ON jobs (start_by) WHERE state = 'queued' AND start_by IS NOT NULL;
CREATE INDEX jobs_waiting ON jobs (kind, engine, priority DESC, n) WHERE state = 'queued' AND NOT canceling;
CREATE INDEX jobs_ended ON jobs (ended_at, n) WHERE state IN ('succeeded', 'failed', 'canceled');

-- The log.
CREATE TABLE facts (
  cursor bigint PRIMARY KEY,
  job bigint NOT NULL,
  seq integer NOT NULL,
  owner text COLLATE "C" NOT NULL,
  type text NOT NULL,
  fact text NOT NULL
);
CREATE UNIQUE INDEX facts_of_job ON facts (job, seq);
CREATE INDEX facts_of_owner ON facts (owner, cursor);

-- How many jobs stand where, and how many of each owner wait, so that no limit has to count them.
CREATE TABLE totals (
  state text COLLATE "C" PRIMARY KEY,
  jobs bigint NOT NULL
) WITH (fillfactor = 10);
INSERT INTO totals (state, jobs)
  VALUES ('queued', 0), ('running', 0), ('succeeded', 0), ('failed', 0), ('canceled', 0);
CREATE TABLE waiting (
  owner text COLLATE "C" PRIMARY KEY,
  jobs bigint NOT NULL
) WITH (fillfactor = 50);

-- Takes back a transaction that made one job too many.
CREATE FUNCTION refuse_full() RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  RAISE EXCEPTION 'too many jobs wait' USING ERRCODE = 'RC001';
END $$;

-- Held leases, until when by this database's clock, and on which backend.
CREATE TABLE leases (
  job bigint PRIMARY KEY,
  attempt integer NOT NULL,
  claimant text NOT NULL,
  engine text NOT NULL,
  backend text NOT NULL,
  ends_at timestamptz NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX leases_ending ON leases (ends_at);
CREATE INDEX leases_of_backend ON leases (backend, engine);

-- What an attempt saved for a re-adoption.
CREATE TABLE handles (
  job bigint PRIMARY KEY,
  attempt integer NOT NULL,
  value text NOT NULL
);

-- The newest progress of running jobs: a courtesy, which a crash may take.
CREATE UNLOGGED TABLE progress (
  job bigint PRIMARY KEY,
  attempt integer NOT NULL,
  value text NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE artifacts (
  id text COLLATE "C" PRIMARY KEY,
  owner text COLLATE "C" NOT NULL,
  -- Null for uploaded inputs.
  job bigint,
  slot integer,
  bytes bigint NOT NULL,
  created_at text COLLATE "C" NOT NULL,
  digest text COLLATE "C" NOT NULL,
  artifact text NOT NULL
);
CREATE INDEX artifacts_of_job ON artifacts (job, slot) INCLUDE (bytes) WHERE job IS NOT NULL;
CREATE INDEX artifacts_uploaded ON artifacts (created_at, id) WHERE job IS NULL;
CREATE INDEX artifacts_digest ON artifacts (digest);

-- Files that requests name as inputs: uploads, and outputs of earlier jobs.
CREATE TABLE inputs (
  artifact text COLLATE "C" NOT NULL,
  job bigint NOT NULL,
  PRIMARY KEY (artifact, job)
);
CREATE INDEX inputs_of_job ON inputs (job);

-- Prompt, plan title and tags, folded for searching.
CREATE TABLE search (
  job bigint PRIMARY KEY,
  words text NOT NULL
);
