// Package gatebench measures the decision gate and the redactor on the machine that it runs on, on one core, with what it
// is compared with in the same run: plain cedar-go over all rules. It is what `tropic gate bench` and `make bench` print.
package gatebench
