// Package api is the meter's HTTP API. openapi.yaml is its contract, by which every request is checked before it is looked
// at; package client has the types of what goes over the wire.
//
// The API holds no state of its own: facts and tokens are in the store, instants of writes are by the store's clock, and a
// write that is repeated finds what it did before. So any number of replicas may serve it.
package api
