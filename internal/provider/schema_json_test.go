package provider_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tropicbot/terraform-provider-tropic/internal/provider"
)

// schemaFile is what docs/ is generated from: the schema as `terraform providers schema -json` of the newest Terraform
// writes it. It is kept, so that docs/ does not depend on which Terraform a machine has; older ones leave out what they
// do not know. Write it anew with: go test ./internal/provider -run TestSchemaFile -update.
var schemaFile = filepath.Join("testdata", "schema.json")

var update = flag.Bool("update", false, "write testdata/schema.json from the provider's schema")

func TestSchemaFile(t *testing.T) {
	t.Parallel()
	want, err := schemaJSON(t)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(schemaFile, want, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is not the provider's schema; run `make generate`", schemaFile)
	}
}

type (
	schemaDoc struct {
		Version   string                    `json:"format_version"`
		Providers map[string]providerSchema `json:"provider_schemas"`
	}
	providerSchema struct {
		Provider   schemaOf             `json:"provider"`
		Resources  map[string]schemaOf  `json:"resource_schemas"`
		Data       map[string]schemaOf  `json:"data_source_schemas"`
		Ephemerals map[string]schemaOf  `json:"ephemeral_resource_schemas"`
		Identities map[string]identity  `json:"resource_identity_schemas"`
		Functions  map[string]signature `json:"functions"`
	}
	signature struct {
		Description string          `json:"description,omitempty"`
		Summary     string          `json:"summary,omitempty"`
		Returns     json.RawMessage `json:"return_type"`
		Parameters  []parameter     `json:"parameters,omitempty"`
		Variadic    *parameter      `json:"variadic_parameter,omitempty"`
	}
	parameter struct {
		Name        string          `json:"name"`
		Description string          `json:"description,omitempty"`
		Nullable    bool            `json:"is_nullable,omitempty"`
		Type        json.RawMessage `json:"type"`
	}
	schemaOf struct {
		Version int64 `json:"version"`
		Block   block `json:"block"`
	}
	block struct {
		Attributes      map[string]attribute `json:"attributes,omitempty"`
		Description     string               `json:"description,omitempty"`
		DescriptionKind string               `json:"description_kind"`
	}
	attribute struct {
		Type            json.RawMessage `json:"type,omitempty"`
		Nested          *nested         `json:"nested_type,omitempty"`
		Description     string          `json:"description,omitempty"`
		DescriptionKind string          `json:"description_kind"`
		Required        bool            `json:"required,omitempty"`
		Optional        bool            `json:"optional,omitempty"`
		Computed        bool            `json:"computed,omitempty"`
		Sensitive       bool            `json:"sensitive,omitempty"`
		WriteOnly       bool            `json:"write_only,omitempty"`
	}
	nested struct {
		Attributes map[string]attribute `json:"attributes"`
		Mode       string               `json:"nesting_mode"`
	}
	identity struct {
		Version    int64                        `json:"version"`
		Attributes map[string]identityAttribute `json:"attributes"`
	}
	identityAttribute struct {
		Type              json.RawMessage `json:"type"`
		Description       string          `json:"description,omitempty"`
		RequiredForImport bool            `json:"required_for_import,omitempty"`
		OptionalForImport bool            `json:"optional_for_import,omitempty"`
	}
)

func schemaJSON(t *testing.T) ([]byte, error) {
	t.Helper()
	server, err := providerserver.NewProtocol6WithError(provider.New("test")())()
	if err != nil {
		return nil, err
	}
	all, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, err
	}
	identities, err := server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, err
	}
	out := providerSchema{
		Provider: schemaFrom(t, all.Provider), Resources: map[string]schemaOf{}, Data: map[string]schemaOf{},
		Ephemerals: map[string]schemaOf{}, Identities: map[string]identity{}, Functions: map[string]signature{},
	}
	for name, s := range all.ResourceSchemas {
		out.Resources[name] = schemaFrom(t, s)
	}
	for name, s := range all.DataSourceSchemas {
		out.Data[name] = schemaFrom(t, s)
	}
	for name, s := range all.EphemeralResourceSchemas {
		out.Ephemerals[name] = schemaFrom(t, s)
	}
	for name, s := range identities.IdentitySchemas {
		out.Identities[name] = identityFrom(t, s)
	}
	for name, f := range all.Functions {
		out.Functions[name] = signatureFrom(t, f)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err = enc.Encode(schemaDoc{Version: "1.0", Providers: map[string]providerSchema{"tropic": out}})
	return b.Bytes(), err
}

func schemaFrom(t *testing.T, s *tfprotov6.Schema) schemaOf {
	t.Helper()
	return schemaOf{Version: s.Version, Block: block{
		Attributes: attributesFrom(t, s.Block.Attributes), Description: s.Block.Description, DescriptionKind: kind(s.Block.DescriptionKind),
	}}
}

func attributesFrom(t *testing.T, attributes []*tfprotov6.SchemaAttribute) map[string]attribute {
	t.Helper()
	out := make(map[string]attribute, len(attributes))
	for _, a := range attributes {
		to := attribute{
			Description: a.Description, DescriptionKind: kind(a.DescriptionKind), Required: a.Required, Optional: a.Optional,
			Computed: a.Computed, Sensitive: a.Sensitive, WriteOnly: a.WriteOnly,
		}
		if a.NestedType != nil {
			modes := map[tfprotov6.SchemaObjectNestingMode]string{
				tfprotov6.SchemaObjectNestingModeSingle: "single", tfprotov6.SchemaObjectNestingModeList: "list",
				tfprotov6.SchemaObjectNestingModeSet: "set", tfprotov6.SchemaObjectNestingModeMap: "map",
			}
			to.Nested = &nested{Attributes: attributesFrom(t, a.NestedType.Attributes), Mode: modes[a.NestedType.Nesting]}
		} else {
			to.Type = typeJSON(t, a.Type)
		}
		out[a.Name] = to
	}
	return out
}

func identityFrom(t *testing.T, s *tfprotov6.ResourceIdentitySchema) identity {
	t.Helper()
	out := identity{Version: s.Version, Attributes: map[string]identityAttribute{}}
	for _, a := range s.IdentityAttributes {
		out.Attributes[a.Name] = identityAttribute{
			Type: typeJSON(t, a.Type), Description: a.Description,
			RequiredForImport: a.RequiredForImport, OptionalForImport: a.OptionalForImport,
		}
	}
	return out
}

func signatureFrom(t *testing.T, f *tfprotov6.Function) signature {
	t.Helper()
	out := signature{Description: f.Description, Summary: f.Summary, Returns: typeJSON(t, f.Return.Type)}
	from := func(p *tfprotov6.FunctionParameter) parameter {
		return parameter{Name: p.Name, Description: p.Description, Nullable: p.AllowNullValue, Type: typeJSON(t, p.Type)}
	}
	for _, p := range f.Parameters {
		out.Parameters = append(out.Parameters, from(p))
	}
	if f.VariadicParameter != nil {
		v := from(f.VariadicParameter)
		out.Variadic = &v
	}
	return out
}

// typeJSON writes a type as Terraform does: "string", ["set","string"].
func typeJSON(t *testing.T, typ any) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func kind(k tfprotov6.StringKind) string {
	if k == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}
