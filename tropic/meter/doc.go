// Package meter says what running machines cost, exactly, and when their money ends.
//
// Its input are facts: grants of credits, starts and stops of machines, changes of type and model, limits, adjustments.
// A fact is never changed or taken back; what turns out to be wrong is answered by another fact. Everything else is a
// pure function of the set of facts, whatever the order in which they were learnt: segments of running time, charges,
// what is left of each grant, the instant at which a balance, a day's cap or a session ends.
//
// Amounts are whole quanta (package pricebook), times are whole milliseconds. A charge is a rate times a duration: nothing
// divides or rounds, so charge(a,c) = charge(a,b) + charge(b,c) for every b. Only deadlines divide, and round up to the
// next millisecond; only display rounds.
package meter
