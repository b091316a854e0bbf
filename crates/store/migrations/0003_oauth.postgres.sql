-- Codes from the consent page. challenge: the method, a space and the challenge. grant_id: what the
-- code was turned into, so that using it again can take that back.
CREATE TABLE oauth_codes (
    code_hash BYTEA PRIMARY KEY,
    app_id BIGINT NOT NULL REFERENCES apps (id),
    person_id BIGINT NOT NULL REFERENCES people (id),
    redirect_uri TEXT NOT NULL,
    scopes TEXT NOT NULL,
    challenge TEXT,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    grant_id BIGINT REFERENCES grants (id)
);
CREATE INDEX oauth_codes_by_age ON oauth_codes (expires_at);

-- How many calls were made in a window of time. spender: 'apps', 'app:1' or 'business:1'.
CREATE TABLE rate_counts (
    spender TEXT NOT NULL,
    resource TEXT NOT NULL,
    period TEXT NOT NULL,
    from_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL,
    calls BIGINT NOT NULL,
    PRIMARY KEY (spender, resource, period, from_at)
);
CREATE INDEX rate_counts_by_age ON rate_counts (until_at);
