// Package pricebook says what Tropic charges.
package pricebook
