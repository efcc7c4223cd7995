package tropic_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

func TestEveryFaultOfASpecIsNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change      func(*tropic.InstanceSpec)
		field, want string
	}{
		"no name":          {func(s *tropic.InstanceSpec) { s.Name = "" }, "name", "name is empty"},
		"name":             {func(s *tropic.InstanceSpec) { s.Name = "../desk" }, "name", "beginning and ending with a letter or digit"},
		"account":          {func(s *tropic.InstanceSpec) { s.Account = "a b" }, "account", "is not allowed"},
		"type":             {func(s *tropic.InstanceSpec) { s.Type = "t3.micr" }, "type", `"t3.micr" is not an instance type on offer; want "t3.micro"`},
		"type, far off":    {func(s *tropic.InstanceSpec) { s.Type = "p5.48xlarge" }, "type", "want one of t3.micro, t3.small"},
		"model":            {func(s *tropic.InstanceSpec) { s.Model = "sonnet" }, "model", "is not a model reference"},
		"model, no price":  {func(s *tropic.InstanceSpec) { s.Model = "openai/gpt-9" }, "model", `is not offered with Tropic's API key; want one of anthropic/claude-opus-4-6`},
		"model, misspelt":  {func(s *tropic.InstanceSpec) { s.Model = "anthropic/claude-sonet-4-6" }, "model", `want "anthropic/claude-sonnet-4-6"`},
		"billing":          {func(s *tropic.InstanceSpec) { s.APIKey = "mine" }, "api_key", `want "tropic"`},
		"image":            {func(s *tropic.InstanceSpec) { s.ImageID = "jammy" }, "image_id", "is not an image id"},
		"subnet":           {func(s *tropic.InstanceSpec) { s.SubnetID = "subnet-1" }, "subnet_id", "is not a subnet id"},
		"key":              {func(s *tropic.InstanceSpec) { s.SSHKey = "my key" }, "ssh_key", "ssh_key"},
		"profile ARN":      {func(s *tropic.InstanceSpec) { s.InstanceProfile = "arn:aws:iam::1:instance-profile/x" }, "instance_profile", "the name, not the ARN"},
		"origin":           {func(s *tropic.InstanceSpec) { s.AllowedOrigins = []string{"tropic.bot"} }, "allowed_origins[0]", "is not an origin"},
		"provider":         {func(s *tropic.InstanceSpec) { s.Credentials = map[string]string{"An Thropic": "planted"} }, "provider", "is not a provider name"},
		"empty credential": {func(s *tropic.InstanceSpec) { s.Credentials = map[string]string{"anthropic": " "} }, `credentials["anthropic"]`, "is empty"},
		"reserved tag":     {func(s *tropic.InstanceSpec) { s.Tags = map[string]string{"Tropic:hold": "x"} }, `tags["Tropic:hold"]`, "is reserved"},
		"tag key":          {func(s *tropic.InstanceSpec) { s.Tags = map[string]string{"cost center": "x"} }, `tags["cost center"]`, "instance metadata"},
		"tag value":        {func(s *tropic.InstanceSpec) { s.Tags = map[string]string{"a": strings.Repeat("x", 257)} }, `tags["a"]`, "257 bytes; want at most 256"},
	} {
		spec := desk().WithDefaults()
		test.change(&spec)
		err := spec.Validate()
		var typed *tropic.Error
		if !errors.As(err, &typed) || !errors.Is(err, tropic.ErrValidation) || typed.Field != test.field || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one of field %q that says %q", name, err, test.field, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: the error shows a credential: %v", name, err)
		}
	}
}

func TestASpecWithDefaultsIsValid(t *testing.T) {
	t.Parallel()
	spec := tropic.InstanceSpec{Name: "desk"}.WithDefaults()
	if err := spec.Validate(); err != nil {
		t.Error(err)
	}
	if spec.Type != tropic.DefaultInstanceType || spec.APIKey != manifest.APIKeyTropic || spec.Model != manifest.DefaultModel {
		t.Errorf("defaults are %+v", spec)
	}
	own := tropic.InstanceSpec{Name: "desk", Model: "openai/gpt-9", APIKey: manifest.APIKeyOwn}.WithDefaults()
	if err := own.Validate(); err != nil {
		t.Errorf("any model with the user's own key: %v", err)
	}
}

func TestAModelIsOfferedFromTheTimeItHasAPrice(t *testing.T) {
	t.Parallel()
	spec := tropic.InstanceSpec{Name: "desk"}.WithDefaults()
	priced := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	if err := spec.ValidateAt(priced); err != nil {
		t.Error(err)
	}
	err := spec.ValidateAt(priced.Add(-time.Second))
	var typed *tropic.Error
	if !errors.As(err, &typed) || typed.Field != "model" {
		t.Errorf("before there was a price: %v, want a fault of the model", err)
	}
	early := newRecordCloud(t).client(t, tropic.WithClock(newHandClock(priced.Add(-time.Second))))
	if _, err := early.Instances.Launch(t.Context(), spec); !errors.Is(err, tropic.ErrValidation) {
		t.Errorf("Launch goes by another clock than the client's: %v", err)
	}
}

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	err := tropic.InstanceSpec{Name: "-", Type: "x", Model: "y", APIKey: "z", Account: "default", InstanceProfile: "p"}.Validate()
	for _, field := range []string{"name", "type", "model", "api_key"} {
		if !strings.Contains(err.Error(), field+" ") {
			t.Errorf("%q is not told in:\n%v", field, err)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		option      tropic.Option
		field, want string
	}{
		"region":              {tropic.WithRegion("mars-1"), "region", "us-east-1, ap-southeast-1, eu-west-1, eu-west-2"},
		"plain endpoint":      {tropic.WithEndpoint("http://ec2.example.com"), "endpoint", "neither https nor loopback"},
		"no URL":              {tropic.WithEndpoint("localhost"), "endpoint", "is not a URL"},
		"password in URL":     {tropic.WithEndpoint("https://u:planted@example.com"), "endpoint", "has a user name or password"},
		"plain detection URL": {tropic.WithIPDetectionURL("http://checkip.example.com"), "ip_detection_url", "neither https nor loopback"},
	} {
		_, err := tropic.New(t.Context(), test.option)
		var typed *tropic.Error
		if !errors.As(err, &typed) || typed.Field != test.field || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want one of field %q that says %q", name, err, test.field, test.want)
		}
		if err != nil && strings.Contains(err.Error(), "planted") {
			t.Errorf("%s: the error shows a password: %v", name, err)
		}
	}
}
