-- additive
-- Slots of backends that are busy with an attempt that has ended, until when by this database's clock.
CREATE TABLE held_slots (
  job text COLLATE "C" NOT NULL,
  attempt integer NOT NULL,
  engine text NOT NULL,
  backend text NOT NULL,
  ends_at timestamptz NOT NULL,
  PRIMARY KEY (job, attempt)
) WITH (fillfactor = 50);
CREATE INDEX held_slots_of_backend ON held_slots (backend, engine);
