-- +goose Up
CREATE TABLE token (
    id          TEXT   NOT NULL PRIMARY KEY CHECK (id <> ''),
    account     TEXT   NOT NULL, -- '' is an admin token
    name        TEXT   NOT NULL, -- for people
    hash        TEXT   NOT NULL UNIQUE CHECK (hash <> ''), -- SHA-256 of the secret, hexadecimal
    created     BIGINT NOT NULL, -- milliseconds since 1970, by this database's clock
    revoked     BIGINT NOT NULL DEFAULT 0, -- likewise; 0 while it is good
    idempotency TEXT   NOT NULL CHECK (idempotency <> ''), -- which request made it
    UNIQUE (account, idempotency)
);
