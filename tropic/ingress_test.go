package tropic_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

func texts(rules []tropic.IngressRule) []string {
	out := []string{}
	for _, r := range rules {
		out = append(out, r.String())
	}
	return out
}

func launched(t *testing.T, cloud *recordCloud) (*tropic.Client, *tropic.Instance) {
	t.Helper()
	client := cloud.client(t)
	instance, err := client.Instances.Launch(t.Context(), desk())
	if err != nil {
		t.Fatal(err)
	}
	return client, instance
}

func TestWantedIngressIsTheDocumentedTable(t *testing.T) {
	t.Parallel()
	spec := tropic.IngressSpec{
		SSH:   []netip.Prefix{netip.MustParsePrefix("203.0.113.7/32"), netip.MustParsePrefix("203.0.113.7/32")},
		Proxy: []netip.Prefix{netip.MustParsePrefix("2001:db8::/64")},
	}
	want := []string{
		"tcp 22 from 203.0.113.7/32", "tcp 80 from 2001:db8::/64", "tcp 443 from 2001:db8::/64", "tcp 18789 from 2001:db8::/64",
	}
	if diff := cmp.Diff(want, texts(tropic.WantedIngress(spec))); diff != "" {
		t.Errorf("rules (-want +got):\n%s", diff)
	}
}

func TestResetIsExactAndIdle(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	client, instance := launched(t, cloud)
	spec := desk().Ingress
	change, err := client.Ingress.Reset(t.Context(), instance.ID, spec)
	if err != nil || len(change.Authorized) != 7 || len(change.Revoked) != 0 {
		t.Fatalf("first reset: %+v, %v, want 7 rules authorised", change, err)
	}

	// Somebody opens the gateway to the world and closes SSH, by hand.
	world := ec2types.IpPermission{
		IpProtocol: aws.String("tcp"), FromPort: aws.Int32(18789), ToPort: aws.Int32(18789),
		IpRanges: []ec2types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}},
	}
	group := aws.String(instance.SecurityGroupID)
	if _, err := cloud.ec2().AuthorizeSecurityGroupIngress(t.Context(), &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId: group, IpPermissions: []ec2types.IpPermission{world},
	}); err != nil {
		t.Fatal(err)
	}
	ssh := world
	ssh.FromPort, ssh.ToPort, ssh.IpRanges = aws.Int32(22), aws.Int32(22), []ec2types.IpRange{{CidrIp: aws.String("203.0.113.7/32")}}
	if _, err := cloud.ec2().RevokeSecurityGroupIngress(t.Context(), &ec2.RevokeSecurityGroupIngressInput{
		GroupId: group, IpPermissions: []ec2types.IpPermission{ssh},
	}); err != nil {
		t.Fatal(err)
	}
	cloud.forgetCalls()
	change, err = client.Ingress.Reset(t.Context(), instance.ID, spec)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"tcp 22 from 203.0.113.7/32"}, texts(change.Authorized)); diff != "" {
		t.Errorf("authorised (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"tcp 18789 from 0.0.0.0/0"}, texts(change.Revoked)); diff != "" {
		t.Errorf("revoked (-want +got):\n%s", diff)
	}
	operations := strings.Join(cloud.operations(), " ")
	if !strings.HasSuffix(operations, "AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress") {
		t.Errorf("calls: %s; want one authorise, then one revoke", operations)
	}

	cloud.forgetCalls()
	if change, err = client.Ingress.Reset(t.Context(), instance.ID, spec); err != nil || change.Changed() {
		t.Errorf("reset of what is right: %+v, %v, want no change", change, err)
	}
	for _, operation := range cloud.operations() {
		if !strings.HasPrefix(operation, "Describe") {
			t.Errorf("reset of what is right called %s", operation)
		}
	}
	rules, err := client.Ingress.Get(t.Context(), instance.ID)
	if diff := cmp.Diff(texts(tropic.WantedIngress(spec)), texts(rules)); diff != "" || err != nil {
		t.Errorf("rules after the reset: %v (-want +got):\n%s", err, diff)
	}
}

// TestIngressIsNeverEmptyNorLost fails each writing call of a reset in turn, before and after its effect, and looks at
// the rules after every call: they always hold what is both old and wanted, and the next reset finishes.
func TestIngressIsNeverEmptyNorLost(t *testing.T) {
	t.Parallel()
	old := tropic.IngressSpec{SSH: []netip.Prefix{netip.MustParsePrefix("192.0.2.1/32")}, Proxy: desk().Ingress.Proxy}
	next := tropic.IngressSpec{SSH: []netip.Prefix{netip.MustParsePrefix("192.0.2.9/32")}, Proxy: desk().Ingress.Proxy[:1]}
	for _, operation := range []string{"AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"} {
		for _, after := range []bool{false, true} {
			cloud := newRecordCloud(t)
			client, instance := launched(t, cloud)
			if _, err := client.Ingress.Reset(t.Context(), instance.ID, old); err != nil {
				t.Fatal(err)
			}
			failing := cloud.client(t, tropic.WithRetry(tropic.RetryPolicy{MaxAttempts: 1}))
			cloud.onCall(func(call localcloud.Call) *localcloud.Fault {
				if call.Operation == operation {
					return &localcloud.Fault{Reset: true, AfterEffect: after}
				}
				return nil
			})
			if _, err := failing.Ingress.Reset(t.Context(), instance.ID, next); err == nil {
				t.Fatalf("reset without %s succeeded", operation)
			}
			cloud.onCall(nil)
			rules, err := cloud.client(t).Ingress.Get(t.Context(), instance.ID)
			if err != nil {
				t.Fatal(err)
			}
			have := strings.Join(texts(rules), "\n")
			for _, always := range []string{"tcp 80 from 198.51.100.0/28", "tcp 443 from 198.51.100.0/28", "tcp 18789 from 198.51.100.0/28"} {
				if !strings.Contains(have, always) {
					t.Errorf("%s fails (after effect: %t): %q is gone; left are\n%s", operation, after, always, have)
				}
			}
			if !strings.Contains(have, "tcp 22 from") {
				t.Errorf("%s fails (after effect: %t): SSH is locked out", operation, after)
			}
			if _, err := cloud.client(t).Ingress.Reset(t.Context(), instance.ID, next); err != nil {
				t.Fatal(err)
			}
			rules, err = cloud.client(t).Ingress.Get(t.Context(), instance.ID)
			if diff := cmp.Diff(texts(tropic.WantedIngress(next)), texts(rules)); diff != "" || err != nil {
				t.Errorf("rules after the next reset: %v (-want +got):\n%s", err, diff)
			}
		}
	}
}

func TestCallerAddressIsDetectedOnce(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	for name, test := range map[string]struct{ answer, want, fault string }{
		"text":        {"198.51.100.4\n", "198.51.100.4/32", ""},
		"json":        {`{"ip":"2001:db8::7"}`, "2001:db8::7/128", ""},
		"mapped":      {"::ffff:198.51.100.4", "198.51.100.4/32", ""},
		"not address": {"<html>sign in</html>", "", "is not an address"},
	} {
		var asked atomic.Int32
		service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			asked.Add(1)
			_, _ = w.Write([]byte(test.answer))
		}))
		t.Cleanup(service.Close)
		client := cloud.client(t, tropic.WithIPDetectionURL(service.URL))
		for range 3 {
			prefix, err := client.Ingress.DetectCallerIP(t.Context())
			if test.fault != "" {
				if err == nil || !strings.Contains(err.Error(), test.fault) || !strings.Contains(err.Error(), "ssh_cidrs") {
					t.Errorf("%s: error %v, want one that says %q and what to do", name, err, test.fault)
				}
				continue
			}
			if err != nil || prefix.String() != test.want {
				t.Errorf("%s: %s, %v, want %s", name, prefix, err, test.want)
			}
		}
		if test.fault == "" && asked.Load() != 1 {
			t.Errorf("%s: the service was asked %d times, want once", name, asked.Load())
		}
	}
}

func TestDetectionFollowsNoRedirectToPlainHTTP(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	service := httptest.NewServer(http.RedirectHandler("http://example.invalid/ip", http.StatusFound))
	t.Cleanup(service.Close)
	_, err := cloud.client(t, tropic.WithIPDetectionURL(service.URL)).Ingress.DetectCallerIP(t.Context())
	if err == nil || !strings.Contains(err.Error(), "neither https nor loopback") {
		t.Errorf("error %v, want a refusal to follow the redirect", err)
	}
}

func TestDetectionGivesUpWithTheContext(t *testing.T) {
	t.Parallel()
	cloud := newRecordCloud(t)
	hold := make(chan struct{})
	service := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(func() { close(hold); service.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := cloud.client(t, tropic.WithIPDetectionURL(service.URL)).Ingress.DetectCallerIP(ctx)
	if !errors.Is(err, tropic.ErrTimeout) {
		t.Errorf("error %v, want a timeout", err)
	}
}
