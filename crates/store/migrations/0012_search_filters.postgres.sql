-- What few conversations have is found without looking at all of them.
CREATE INDEX search_chats_by_subject ON search_chats (subject, updated_at, conversation_id);
CREATE INDEX search_chats_with_media ON search_chats (updated_at, conversation_id)
    WHERE has_media = 1;
