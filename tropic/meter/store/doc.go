// Package store keeps the facts of the meter in a database: an embedded SQLite file, or any PostgreSQL-compatible engine.
//
// Facts are only ever added. Their keys are unique within an account and cannot be null, so adding one twice is harmless,
// whoever does it and however often; a trigger refuses to change or delete a row. Nothing is used
// that a PostgreSQL-compatible engine may lack: no advisory locks, no NOTIFY, no extensions.
package store
