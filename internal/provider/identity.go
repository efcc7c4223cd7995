package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// regionIdentity is the part of every identity that says where the object lies.
func regionIdentity() identityschema.Attribute {
	return identityschema.StringAttribute{
		OptionalForImport: true,
		Description:       "AWS region of the object; the provider's region when left out.",
	}
}

// setIdentity stores value as the identity of a resource. Terraform before 1.12 knows no identities and drops it.
func setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, value any) diag.Diagnostics {
	if identity == nil {
		return nil
	}
	return identity.Set(ctx, value)
}

// importedByIdentity reports whether an import names its object by identity instead of by id. An identity of another
// region is refused: the object would be looked for where it is not.
func importedByIdentity(ctx context.Context, req resource.ImportStateRequest, region string, diags *diag.Diagnostics) bool {
	if req.ID != "" || req.Identity == nil || req.Identity.Raw.IsNull() {
		return false
	}
	var wanted types.String
	diags.Append(req.Identity.GetAttribute(ctx, path.Root("region"), &wanted)...)
	if w := wanted.ValueString(); w != "" && w != region {
		diags.AddError("Import from another region",
			"The identity says region "+w+", but this provider block works in "+region+".\n\n"+
				"Next: import with a provider block (an alias) whose region is "+w+".")
	}
	return true
}

// namedIdentityModel is the identity of what is known by its name.
type namedIdentityModel struct {
	Name   types.String `tfsdk:"name"`
	Region types.String `tfsdk:"region"`
}

func namedIdentitySchema(description string) identityschema.Schema {
	return identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"name":   identityschema.StringAttribute{RequiredForImport: true, Description: description},
		"region": regionIdentity(),
	}}
}

// importByName imports what is known by its name, given as import id or in the identity.
func importByName(ctx context.Context, s *session, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	client := s.api(&resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	name := types.StringValue(req.ID)
	if importedByIdentity(ctx, req, client.Region(), &resp.Diagnostics) {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root("name"), &name)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("name"), name)...)
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity,
		namedIdentityModel{Name: name, Region: types.StringValue(client.Region())})...)
}
