-- An event's epoch is never below that of an earlier event of its conversation, whatever numbers
-- the transactions got: feeds keep the order of each conversation.
CREATE INDEX events_by_conversation ON events (conversation_id, epoch);
