-- What retention asks: which jobs ended when, how much their files weigh, who uses which file as an input.
-- Generated columns are kept in the indexes only; what is summed up is a column of its own, as an index on a generated
-- one does not cover a query.

ALTER TABLE jobs ADD COLUMN ended_at TEXT GENERATED ALWAYS AS (json_extract(job, '$.endedAt')) VIRTUAL;
CREATE INDEX jobs_ended ON jobs (ended_at, n, favorite) WHERE state IN ('succeeded', 'failed', 'canceled');

ALTER TABLE artifacts ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
UPDATE artifacts SET bytes = json_extract(artifact, '$.sizeBytes');
ALTER TABLE artifacts ADD COLUMN created_at TEXT GENERATED ALWAYS AS (json_extract(artifact, '$.createdAt')) VIRTUAL;
CREATE INDEX artifacts_weight ON artifacts (job, bytes) WHERE job IS NOT NULL;
CREATE INDEX artifacts_uploaded ON artifacts (created_at, id) WHERE job IS NULL;

-- Files that requests name as inputs: uploads, and outputs of earlier jobs.
CREATE TABLE inputs (
  artifact TEXT NOT NULL,
  job INTEGER NOT NULL REFERENCES jobs (n),
  PRIMARY KEY (artifact, job)
) STRICT, WITHOUT ROWID;
CREATE INDEX inputs_of_job ON inputs (job);
CREATE TRIGGER jobs_inputs AFTER INSERT ON jobs WHEN json_array_length(new.job, '$.request.inputs') > 0 BEGIN
  INSERT OR IGNORE INTO inputs (artifact, job)
    SELECT json_extract(value, '$.artifactId'), new.n FROM json_each(new.job, '$.request.inputs');
END;
INSERT OR IGNORE INTO inputs (artifact, job)
  SELECT json_extract(value, '$.artifactId'), jobs.n FROM jobs, json_each(jobs.job, '$.request.inputs');

CREATE TRIGGER jobs_untallied AFTER DELETE ON jobs BEGIN
  UPDATE tallies SET jobs = tallies.jobs - 1 WHERE state = old.state AND owner = old.owner;
END;
