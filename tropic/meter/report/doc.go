// Package report answers what people ask about an account, in the form that the API and the command line share: balance,
// forecast, limits and statement, as the types of package client, and a statement as text and CSV.
package report
