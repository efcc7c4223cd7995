// Package provider is Terraform's view of package tropic: it translates configuration to the library's specifications,
// calls the library, and translates what it answers to attributes and diagnostics. It decides nothing that the library
// could decide, and no AWS type is visible in it.
//
// Every resource file reads in one order: assertions, New, struct, model, Metadata, Schema, Configure,
// ConfigValidators, ModifyPlan, Create, Read, Update, Delete, ImportState, IdentitySchema. Conversions lie beside it in
// <thing>_model.go.
package provider
