// Package pricebook says what Tropic charges, as data with effective times, exactly.
//
// Rates are whole milli-credits per hour and amounts are whole quanta, of which 3,600,000,000 make one credit; so a rate
// held for a whole number of milliseconds is a whole number of quanta, and charging neither divides nor rounds. Only
// display rounds. First entries: product documentation, Pricing.
package pricebook
