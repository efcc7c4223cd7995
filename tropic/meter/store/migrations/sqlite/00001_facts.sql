-- +goose Up
CREATE TABLE fact (
    account   TEXT   NOT NULL CHECK (account <> ''),
    key       TEXT   NOT NULL CHECK (key <> ''),
    shard     BIGINT NOT NULL, -- that of the account
    kind      TEXT   NOT NULL,
    instance  TEXT   NOT NULL,
    effective BIGINT NOT NULL, -- milliseconds since 1970, by the cloud's clock
    recorded  BIGINT NOT NULL, -- milliseconds since 1970, by this database's clock
    body      TEXT   NOT NULL, -- the fact as JSON
    PRIMARY KEY (account, key)
);
CREATE INDEX fact_recorded ON fact (recorded, account);

-- Facts that are not in a block yet. One that the owner of its shard cannot accept stays, with the reason.
CREATE TABLE pending (
    shard   BIGINT NOT NULL,
    account TEXT   NOT NULL,
    key     TEXT   NOT NULL,
    refused TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (shard, account, key)
);

-- +goose StatementBegin
CREATE TRIGGER fact_not_updated BEFORE UPDATE ON fact
BEGIN
    SELECT RAISE(ABORT, 'facts are only ever added');
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER fact_not_deleted BEFORE DELETE ON fact
BEGIN
    SELECT RAISE(ABORT, 'facts are only ever added');
END;
-- +goose StatementEnd
