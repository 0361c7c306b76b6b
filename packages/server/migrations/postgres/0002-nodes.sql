-- additive
-- The processes of the house, with what each said of itself last. No harm in losing them: they say it again.
CREATE UNLOGGED TABLE nodes (
  node text COLLATE "C" PRIMARY KEY,
  word text NOT NULL,
  said_at timestamptz NOT NULL,
  here_until timestamptz NOT NULL
) WITH (fillfactor = 50);
