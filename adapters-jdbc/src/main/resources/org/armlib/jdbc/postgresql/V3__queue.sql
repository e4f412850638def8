-- Why and until when a request is held back, with the number of holds in a row and the time of the first; kept while its
-- next attempt runs. A held row is given_up RELEASED, which earlier versions know, and has not_before = held_until.
ALTER TABLE ${qualified}live ADD COLUMN held_by varchar(20);
ALTER TABLE ${qualified}live ADD COLUMN held_since bigint;
ALTER TABLE ${qualified}live ADD COLUMN held_until bigint;
ALTER TABLE ${qualified}live ADD COLUMN held_count integer;
ALTER TABLE ${qualified}live ADD COLUMN held_reason text;

-- The other databases have the order of leases of every state in one index.
CREATE INDEX ${prefix}live_waiting_order ON ${qualified}live (lane, seq) WHERE state = 'W';

UPDATE ${qualified}control SET schema_version = 3 WHERE id = 1;
