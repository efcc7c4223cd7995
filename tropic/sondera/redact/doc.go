// Package redact replaces the secrets in tool results, and nothing else, by [Marker].
//
// A [Redactor] knows the spellings of well-known credentials ([Classes]), the exact values it was given, and both of
// them one level deep in base64 or percent encoding. Beside these it believes a name: the value of DB_PASSWORD=, of
// "apiKey": or of --token is a secret if it looks like one.
//
// # How it reads
//
// A text is read once, from left to right: a table over three bytes names the few places where a secret can begin, and
// a matcher looks there at a bounded window. What a matcher decides depends on at most lookback bytes before and reach
// bytes after, so a stream cut anywhere gives the bytes that the whole text gives, in bounded memory, and no input costs
// more than linear time.
//
// # What stays
//
// Code stays code: an identifier, a call, a type, a placeholder or a word of prose beside "token" is no secret, nor are
// hashes, UUIDs and the sums in lock files. Where a text has the full form of a provider's key it is replaced, even if
// its value says that it is an example: a marker in a manual costs less than a key in a transcript.
//
// # Limits
//
// A random value that no name, lead or surrounding marks is not recognised unless it is given as known; nor is a secret
// encoded twice, or a pass phrase of several words without quotes.
package redact
