-- What consoles find conversations by. It follows the feed of events and is moments behind it, so
-- that nothing here is written while somebody sends.
CREATE TABLE search_chats (
    conversation_id INTEGER PRIMARY KEY,
    updated_at INTEGER NOT NULL,
    status TEXT NOT NULL,
    subject TEXT NOT NULL,
    seller TEXT NOT NULL,
    buyer_id INTEGER NOT NULL,
    has_media INTEGER NOT NULL
) STRICT;
CREATE INDEX search_chats_by_time ON search_chats (updated_at, conversation_id);
CREATE INDEX search_chats_by_status ON search_chats (status, updated_at, conversation_id);
CREATE INDEX search_chats_by_seller ON search_chats (seller, updated_at, conversation_id);
CREATE INDEX search_chats_by_buyer ON search_chats (buyer_id, updated_at, conversation_id);

-- message_id: zero where the word belongs to the conversation as a whole: names, ids, subjects.
CREATE TABLE search_words (
    word TEXT NOT NULL,
    message_id INTEGER NOT NULL,
    conversation_id INTEGER NOT NULL,
    PRIMARY KEY (word, message_id, conversation_id)
) STRICT, WITHOUT ROWID;

-- Whoever bought is found in the list of orders.
CREATE INDEX orders_by_customer ON orders (customer_id, id);
