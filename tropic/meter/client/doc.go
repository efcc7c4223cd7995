// Package client is the Go client of the meter's HTTP API, and the types of what goes over the wire, which the server shares.
//
// Amounts are given twice: as credits in a decimal text cut to three places, for people, and as the exact number of quanta,
// which is a JSON string because an int64 does not fit a JSON number. Instants are RFC 3339 with milliseconds, in UTC.
package client
