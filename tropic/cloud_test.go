package tropic_test

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/lag"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest/parameterstore"
)

// recordCloud is an embedded cloud of records only: machines have EC2 lives, and never connect to Systems Manager, unless
// their driver says so.
type recordCloud struct {
	*localcloud.Server
	callerURL string
	patience  time.Duration // of clients, with a machine that does not connect
	machines  *answering    // nil where machines are records
	network   *http.Client  // shared, or every client would keep connections of its own

	mu        sync.Mutex
	calls     []localcloud.Call
	intercept func(localcloud.Call) *localcloud.Fault
}

func newRecordCloud(t *testing.T, imageNames ...string) *recordCloud {
	t.Helper()
	if imageNames == nil {
		imageNames = []string{"tropic-openclaw-test"}
	}
	return startCloud(t, none.New(), lag.Config{}, imageNames...)
}

func startCloud(t *testing.T, machines driver.Driver, behind lag.Config, imageNames ...string) *recordCloud {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	t.Cleanup(transport.CloseIdleConnections)
	cloud := &recordCloud{patience: 20 * time.Millisecond, network: &http.Client{Transport: transport}}
	cfg := localcloud.Config{
		Dir: t.TempDir(), Driver: machines, Lag: behind,
		Timing: localcloud.Timing{
			Pending: time.Millisecond, Stopping: time.Millisecond, ShuttingDown: time.Millisecond,
			Registration: time.Millisecond, Delivery: time.Millisecond,
		},
		Observe: func(call localcloud.Call) {
			cloud.mu.Lock()
			defer cloud.mu.Unlock()
			cloud.calls = append(cloud.calls, call)
		},
		Intercept: func(call localcloud.Call) *localcloud.Fault {
			cloud.mu.Lock()
			intercept := cloud.intercept
			cloud.mu.Unlock()
			if intercept == nil {
				return nil
			}
			return intercept(call)
		},
	}
	for _, name := range imageNames {
		cfg.Images = append(cfg.Images, localcloud.Image{Image: driver.Image{Name: name}, Architecture: "x86_64"})
	}
	server, err := localcloud.Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Close() })
	cloud.Server = server

	detector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("203.0.113.7\n"))
	}))
	t.Cleanup(detector.Close)
	cloud.callerURL = detector.URL
	return cloud
}

// client makes a client with a patience of milliseconds.
func (c *recordCloud) client(t *testing.T, more ...tropic.Option) *tropic.Client {
	t.Helper()
	id, secret := c.Credentials()
	client, err := tropic.New(t.Context(), append([]tropic.Option{
		tropic.WithRegion("us-east-1"), tropic.WithEndpoint(c.Endpoint()), tropic.WithCredentials(id, secret, ""),
		tropic.WithPolling(tropic.Backoff{Min: time.Millisecond, Max: 5 * time.Millisecond}),
		tropic.WithRetry(tropic.RetryPolicy{MaxAttempts: 3, MaxBackoff: 5 * time.Millisecond}),
		tropic.WithConnectTimeout(c.patience), tropic.WithIPDetectionURL(c.callerURL), tropic.WithHTTPClient(c.network),
	}, more...)...)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func (c *recordCloud) awsConfig() aws.Config {
	id, secret := c.Credentials()
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(c.Endpoint()), HTTPClient: c.network,
		Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	}
}

func (c *recordCloud) ec2() *ec2.Client { return ec2.NewFromConfig(c.awsConfig()) }
func (c *recordCloud) ssm() *ssm.Client { return ssm.NewFromConfig(c.awsConfig()) }

func (c *recordCloud) store() manifest.Store { return parameterstore.New(c.ssm()) }

// operations returns the calls served since the last reset, but for those of the test's own clients before it.
func (c *recordCloud) operations() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make([]string, len(c.calls))
	for i, call := range c.calls {
		out[i] = call.Operation
	}
	return out
}

func (c *recordCloud) forgetCalls() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = nil
}

func (c *recordCloud) onCall(f func(localcloud.Call) *localcloud.Fault) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.intercept = f
}

// living returns the machines that are not ended, by asking EC2.
func (c *recordCloud) living(t *testing.T) []ec2types.Instance {
	t.Helper()
	output, err := c.ec2().DescribeInstances(t.Context(), &ec2.DescribeInstancesInput{})
	if err != nil {
		t.Fatal(err)
	}
	var out []ec2types.Instance
	for _, r := range output.Reservations {
		for _, i := range r.Instances {
			if i.State.Name != ec2types.InstanceStateNameTerminated && i.State.Name != ec2types.InstanceStateNameShuttingDown {
				out = append(out, i)
			}
		}
	}
	return out
}

// groups returns the names of the security groups besides the default one.
func (c *recordCloud) groups(t *testing.T) []string {
	t.Helper()
	output, err := c.ec2().DescribeSecurityGroups(t.Context(), &ec2.DescribeSecurityGroupsInput{})
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, g := range output.SecurityGroups {
		if aws.ToString(g.GroupName) != "default" {
			out = append(out, aws.ToString(g.GroupName))
		}
	}
	return out
}

// parameters returns the names of all parameters of machines.
func (c *recordCloud) parameters(t *testing.T) []string {
	t.Helper()
	var out []string
	pages := ssm.NewDescribeParametersPaginator(c.ssm(), &ssm.DescribeParametersInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range page.Parameters {
			out = append(out, aws.ToString(p.Name))
		}
	}
	return out
}

// desk is a spec that the record cloud accepts.
func desk() tropic.InstanceSpec {
	return tropic.InstanceSpec{
		Name: "desk", CreateInstanceProfile: true,
		Ingress: tropic.IngressSpec{
			SSH:   []netip.Prefix{netip.MustParsePrefix("203.0.113.7/32")},
			Proxy: []netip.Prefix{netip.MustParsePrefix("198.51.100.0/28"), netip.MustParsePrefix("2001:db8::/64")},
		},
		Tags: map[string]string{"team": "reef"},
	}
}

// late passes the failures after which a machine on the record cloud is complete: it can never connect.
func late(err error) error {
	if errors.Is(err, tropic.ErrNotConnected) || errors.Is(err, tropic.ErrTimeout) {
		return nil
	}
	return err
}

// sentForms keeps the Query-protocol requests that a client sends.
type sentForms struct {
	mu    sync.Mutex
	forms []url.Values
}

func (s *sentForms) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	_ = request.Body.Close()
	request.Body = io.NopCloser(bytes.NewReader(body))
	if form, err := url.ParseQuery(string(body)); err == nil {
		s.mu.Lock()
		s.forms = append(s.forms, form)
		s.mu.Unlock()
	}
	return http.DefaultTransport.RoundTrip(request)
}

// some returns the named parameters of the last call of an operation.
func (s *sentForms) some(operation string, names ...string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]string)
	for _, form := range s.forms {
		if form.Get("Action") == operation {
			for _, name := range names {
				out[name] = form.Get(name)
			}
		}
	}
	return out
}
