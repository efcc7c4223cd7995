package provider

import (
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/pricebook"
)

type spendingLimitsModel struct {
	ID             types.String `tfsdk:"id"`
	Account        types.String `tfsdk:"account"`
	InstanceID     types.String `tfsdk:"instance_id"`
	DailyCreditCap types.Number `tfsdk:"daily_credit_cap"`
	MaxSession     types.String `tfsdk:"max_session"`
	Grace          types.String `tfsdk:"control_plane_loss_grace"`
	TimeZone       types.String `tfsdk:"time_zone"`
}

// limits are what the configuration asks for. Its values must be known.
func (m spendingLimitsModel) limits() (meter.Limits, error) {
	var out meter.Limits
	if !m.DailyCreditCap.IsNull() {
		amount, err := creditCap(m.DailyCreditCap.ValueBigFloat())
		if err != nil {
			return out, err
		}
		out.DailyCap = amount
	}
	if !m.MaxSession.IsNull() {
		d, err := sessionLength(m.MaxSession.ValueString())
		if err != nil {
			return out, err
		}
		out.MaxSession = d
	}
	if !m.Grace.IsNull() {
		d, err := graceLength(m.Grace.ValueString())
		if err != nil {
			return out, err
		}
		out.Grace = d
	}
	out.Zone = m.TimeZone.ValueString()
	return out, nil
}

// setLimits takes over what the meter says. What means the same stays as the configuration wrote it.
func (m *spendingLimitsModel) setLimits(l meter.Limits) {
	m.ID = types.StringValue(limitsID(m.Account.ValueString(), m.InstanceID.ValueString()))
	was, err := m.limits()
	if err != nil {
		was = meter.Limits{}
	}
	if l.DailyCap != was.DailyCap || m.DailyCreditCap.IsUnknown() {
		m.DailyCreditCap = capNumber(l.DailyCap)
	}
	if l.MaxSession != was.MaxSession || m.MaxSession.IsUnknown() {
		m.MaxSession = textOrNull(durationText(l.MaxSession))
	}
	if l.Grace != was.Grace || m.Grace.IsUnknown() {
		m.Grace = textOrNull(durationText(l.Grace))
	}
	if zoneOf(l) != zoneOf(was) {
		m.TimeZone = textOrNull(l.Zone)
	}
	if m.InstanceID.ValueString() != "" { // days are the account's
		m.TimeZone = types.StringNull()
	}
}

// zoneOf is the zone of an account's days.
func zoneOf(l meter.Limits) string {
	if l.Zone == "" {
		return time.UTC.String()
	}
	return l.Zone
}

// capNumber is a cap as Terraform writes it; null for none.
func capNumber(a pricebook.Amount) types.Number {
	if a == 0 {
		return types.NumberNull()
	}
	return amountNumber(a)
}

// durationText writes a duration as people do: "8h" and not "8h0m0s". It is "" for none.
func durationText(d time.Duration) string {
	if d == 0 {
		return ""
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// limitsID is the id of the limits of an account, or of one machine of it.
func limitsID(account, instance string) string {
	if instance == "" {
		return account
	}
	return account + "/" + instance
}

// subject says whose limits they are.
func (m spendingLimitsModel) subject() string {
	if instance := m.InstanceID.ValueString(); instance != "" {
		return "machine " + instance + " of account \"" + m.Account.ValueString() + "\""
	}
	return "account \"" + m.Account.ValueString() + "\""
}

func (m spendingLimitsModel) identity() spendingLimitsIdentityModel {
	return spendingLimitsIdentityModel{Account: m.Account, InstanceID: m.InstanceID}
}
