-- Files by the first digits of their digest, which stand in the file names that some dialects give them.
-- A generated column keeps the writing as it is.

ALTER TABLE artifacts ADD COLUMN digest TEXT GENERATED ALWAYS AS (json_extract(artifact, '$.digest')) VIRTUAL;
CREATE INDEX artifacts_digest ON artifacts (digest);
