-- What consoles find conversations by. It follows the feed of events and is moments behind it, so
-- that nothing here is written while somebody sends.
CREATE TABLE search_chats (
    conversation_id BIGINT PRIMARY KEY,
    updated_at BIGINT NOT NULL,
    status TEXT NOT NULL,
    subject TEXT NOT NULL,
    seller TEXT NOT NULL,
    buyer_id BIGINT NOT NULL,
    has_media BIGINT NOT NULL
);
CREATE INDEX search_chats_by_time ON search_chats (updated_at, conversation_id);
CREATE INDEX search_chats_by_status ON search_chats (status, updated_at, conversation_id);
CREATE INDEX search_chats_by_seller ON search_chats (seller, updated_at, conversation_id);
CREATE INDEX search_chats_by_buyer ON search_chats (buyer_id, updated_at, conversation_id);

-- message_id: zero where the word belongs to the conversation as a whole: names, ids, subjects.
CREATE TABLE search_words (
    word TEXT COLLATE "C" NOT NULL,
    message_id BIGINT NOT NULL,
    conversation_id BIGINT NOT NULL,
    PRIMARY KEY (word, message_id, conversation_id)
);

-- Whoever bought is found in the list of orders.
CREATE INDEX orders_by_customer ON orders (customer_id, id);
