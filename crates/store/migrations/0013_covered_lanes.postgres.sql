-- Lanes that were due before covered_until are answered for by a failure of the receiver.
ALTER TABLE webhooks ADD COLUMN covered_until BIGINT;
-- When a delivery was last put into its lane: what waited too long is found without looking at all.
ALTER TABLE deliveries ADD COLUMN waits_since BIGINT;
UPDATE deliveries SET waits_since = COALESCE(first_attempt_at, created_at)
    WHERE state IN ('pending', 'retrying');
CREATE INDEX deliveries_waiting ON deliveries (webhook_id, waits_since)
    WHERE state IN ('pending', 'retrying');
