// Package manifest holds the desired-state documents a machine reconciles to, their validation and encoding, and where
// they lie in the store (AWS Systems Manager Parameter Store by default).
//
// The control plane (package tropic) writes every document but Status; the guest on the machine reads them and writes
// Status. There is one writer per document, so parallel writers never race on one. A document above
// MaxParameterValue bytes is compressed and split into parts; a reader sees all of it or none, because the parts are
// addressed by the document's digest and the head parameter is switched last.
package manifest
