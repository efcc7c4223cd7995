-- +goose Up
CREATE TABLE block (
    shard    BIGINT NOT NULL,
    sequence BIGINT NOT NULL,
    tick     BIGINT NOT NULL, -- milliseconds since 1970; 0 is a block of facts
    hash     BYTEA  NOT NULL,
    body     BYTEA  NOT NULL,
    PRIMARY KEY (shard, sequence)
);
CREATE UNIQUE INDEX block_tick ON block (shard, tick) WHERE tick > 0;
CREATE INDEX block_facts ON block (shard, sequence) WHERE tick = 0;

-- +goose StatementBegin
CREATE FUNCTION block_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'blocks are only ever added';
END
$$;
-- +goose StatementEnd
CREATE TRIGGER block_is_kept BEFORE UPDATE OR DELETE ON block FOR EACH ROW EXECUTE FUNCTION block_is_kept();

-- Who serves, and until when, by this database's clock.
CREATE TABLE replica (
    owner TEXT   NOT NULL PRIMARY KEY CHECK (owner <> ''),
    until BIGINT NOT NULL
);

-- Who owns a shard. Each claim raises the epoch; what an earlier owner still wants to write is refused by it.
CREATE TABLE shard_lease (
    shard BIGINT NOT NULL PRIMARY KEY,
    owner TEXT   NOT NULL,
    epoch BIGINT NOT NULL
);
CREATE INDEX shard_lease_owner ON shard_lease (owner);
WITH RECURSIVE every (shard) AS (SELECT 0 UNION ALL SELECT shard + 1 FROM every WHERE shard < 1023)
INSERT INTO shard_lease (shard, owner, epoch) SELECT shard, '', 0 FROM every;

-- The outbox: what is to be done in the world outside, written with what it follows from.
CREATE TABLE intent (
    key      TEXT   NOT NULL PRIMARY KEY CHECK (key <> ''),
    shard    BIGINT NOT NULL,
    account  TEXT   NOT NULL,
    instance TEXT   NOT NULL,
    action   TEXT   NOT NULL,
    body     TEXT   NOT NULL, -- as JSON
    state    TEXT   NOT NULL CHECK (state IN ('open', 'done', 'cancelled')),
    due      BIGINT NOT NULL, -- milliseconds since 1970
    attempts BIGINT NOT NULL,
    outcome  TEXT   NOT NULL  -- for people
);
CREATE INDEX intent_open ON intent (shard, due) WHERE state = 'open';
