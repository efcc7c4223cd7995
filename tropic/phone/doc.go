// Package phone knows telephone numbers as E.164 writes them, patterns of them, and whom an agent may message.
//
//	+6591234567   one number
//	+65*          every number that begins so
//	+*            every number
//
// Spaces, dots, dashes, slashes and parentheses inside a number carry no meaning and are dropped: "+65 9123-4567" and
// "+1 (415) 555-0100" are read. The leading + is needed, since a number without its country code means something else
// in every country.
//
// Everything here is pure and safe for concurrent use.
package phone
