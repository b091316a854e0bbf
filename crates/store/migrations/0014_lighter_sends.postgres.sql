-- A message moves its conversation in one list, the seller's; a person's chats are few, and sorted when they are read.
DROP INDEX conversations_by_buyer;
CREATE INDEX conversations_by_buyer ON conversations (buyer_id);
-- What is only kept for feeds goes with its event, so it needs no place among what is forgotten by age.
UPDATE deliveries SET settled_at = NULL WHERE state = 'kept';
