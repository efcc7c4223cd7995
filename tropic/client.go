package tropic

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/smithy-go/logging"
	smithymiddleware "github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/tropicbot/terraform-provider-tropic/internal/coalesce"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest/parameterstore"
)

// Client talks to AWS in one region on behalf of one set of credentials. It is safe for concurrent use and keeps no
// state but a short-lived snapshot of reads.
type Client struct {
	Instances   *InstanceService
	Ingress     *IngressService
	Profiles    *ProfileService
	Commands    *CommandService
	SSHKeys     *SSHKeyService
	Policies    *PolicyService
	Agents      *AgentService
	Credentials *CredentialService
	Gateway     *GatewayService
	Fleet       *FleetService

	settings settings
	region   string
	logger   *slog.Logger
	clock    Clock
	ec2      *ec2.Client
	iam      *iam.Client
	ssm      *ssm.Client
	store    manifest.Store
	snapshot snapshot
	// connections asks Systems Manager about single machines, past the snapshot.
	connections *coalesce.Loader[string, Connection]
	locks       keyedLocks // by instance id or name, for what must not run twice at once in this process
}

// New makes a client. It makes no AWS call: credentials are looked for at the first call that needs them. A bad option
// is an *Error of kind ErrValidation.
func New(ctx context.Context, opts ...Option) (*Client, error) {
	s := defaultSettings()
	for _, opt := range opts {
		opt(&s)
	}
	s.retry = s.retry.withDefaults()
	if s.endpoint == "" {
		s.endpoint = os.Getenv(EnvEndpoint)
	}
	if s.region == "" {
		s.region = os.Getenv(EnvRegion)
	}
	if err := s.validate(); err != nil {
		return nil, err
	}
	cfg, err := loadConfig(ctx, s)
	if err != nil {
		return nil, &Error{
			Op: "reading", Resource: "AWS configuration", Kind: ErrValidation, Err: err,
			Next: "check the profile name and the AWS configuration files",
		}
	}
	if err := validateRegion(cfg.Region); err != nil {
		return nil, err
	}
	return newClient(s, cfg), nil
}

func newClient(s settings, cfg aws.Config) *Client {
	c := &Client{
		settings: s, region: cfg.Region, logger: s.logger, clock: s.clock,
		ec2: ec2.NewFromConfig(cfg), iam: iam.NewFromConfig(cfg), ssm: ssm.NewFromConfig(cfg),
	}
	c.store = parameterstore.New(c.ssm)
	c.Instances = &InstanceService{c: c}
	c.snapshot = newSnapshot(c)
	c.connections = coalesce.New(maxTargets, func(ctx context.Context, ids []string) (map[string]Connection, error) {
		return c.describeConnections(ctx, "InstanceIds", ids...)
	}, func(err error) bool { return hasCode(err, "InvalidInstanceId") })
	c.Ingress = &IngressService{c: c}
	c.Ingress.caller = &cached[netip.Prefix]{clock: c.clock, ttl: callerIPTTL, load: c.Ingress.detect}
	c.Profiles = &ProfileService{c: c}
	c.Commands = newCommandService(c)
	c.SSHKeys = &SSHKeyService{c: c}
	c.Policies = &PolicyService{c: c}
	c.Agents = &AgentService{c: c}
	c.Credentials = &CredentialService{c: c}
	c.Gateway = &GatewayService{c: c}
	c.Fleet = &FleetService{c: c}
	return c
}

// Region returns the AWS region the client works in.
func (c *Client) Region() string { return c.region }

func loadConfig(ctx context.Context, s settings) (aws.Config, error) {
	load := []func(*config.LoadOptions) error{
		config.WithRetryer(s.retry.retryer),
		config.WithLogger(sdkLogger{s.logger}),
		config.WithDefaultRegion(DefaultRegion),
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(DefaultHTTPTimeout)),
	}
	if s.region != "" {
		load = append(load, config.WithRegion(s.region))
	}
	if s.profile != "" {
		load = append(load, config.WithSharedConfigProfile(s.profile))
	}
	if s.credentials != nil {
		load = append(load, config.WithCredentialsProvider(s.credentials))
	}
	if s.endpoint != "" {
		load = append(load, config.WithBaseEndpoint(s.endpoint))
	}
	if s.userAgent != "" {
		load = append(load, config.WithAPIOptions([]func(*smithymiddleware.Stack) error{userAgent(s.userAgent)}))
	}
	cfg, err := config.LoadDefaultConfig(ctx, load...)
	if err == nil && s.httpClient != nil {
		// Set only now: the SDK refuses a client of its caller's while AWS_CA_BUNDLE names certificates for its own.
		cfg.HTTPClient = s.httpClient
	}
	return cfg, err
}

// sdkLogger passes on what the AWS SDK would otherwise write to stderr.
type sdkLogger struct{ logger *slog.Logger }

func (l sdkLogger) Logf(_ logging.Classification, format string, args ...any) {
	l.logger.Debug("AWS SDK: " + fmt.Sprintf(format, args...))
}

// userAgent appends product as it is; the SDK's own helper would escape the slash.
func userAgent(product string) func(*smithymiddleware.Stack) error {
	return func(stack *smithymiddleware.Stack) error {
		return stack.Build.Add(smithymiddleware.BuildMiddlewareFunc("TropicUserAgent", func(
			ctx context.Context, in smithymiddleware.BuildInput, next smithymiddleware.BuildHandler,
		) (smithymiddleware.BuildOutput, smithymiddleware.Metadata, error) {
			if req, ok := in.Request.(*smithyhttp.Request); ok {
				req.Header.Set("User-Agent", req.Header.Get("User-Agent")+" "+product)
			}
			return next.HandleBuild(ctx, in)
		}), smithymiddleware.After)
	}
}

func (s settings) validate() error {
	if s.region != "" {
		if err := validateRegion(s.region); err != nil {
			return err
		}
	}
	if s.endpoint != "" {
		if err := validateURL("endpoint", s.endpoint); err != nil {
			return err
		}
	}
	return validateURL("ip_detection_url", s.ipDetectionURL)
}

// validateURL accepts https anywhere, and http where nobody can listen or answer in between: on loopback.
func validateURL(field, raw string) error {
	const want = `an https URL, or http to a loopback address such as "http://127.0.0.1:4566"`
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Host == "":
		return invalid("client", field, raw, "is not a URL", want)
	case u.User != nil:
		return invalid("client", field, "", "has a user name or password in it", want)
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return nil
	}
	return invalid("client", field, raw, "is neither https nor loopback", want)
}

func isLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// httpClient is for plain HTTP, not AWS calls.
func (c *Client) httpClient() *http.Client {
	if c.settings.httpClient != nil {
		return c.settings.httpClient
	}
	return &http.Client{Timeout: DefaultHTTPTimeout, Transport: &http.Transport{
		Proxy:       http.ProxyFromEnvironment,
		DialContext: (&net.Dialer{Timeout: DefaultHTTPTimeout}).DialContext,
	}}
}

// instanceARN returns the ARN of an EC2 instance. Tropic's regions all lie in the partition "aws".
func (c *Client) instanceARN(account, id string) string {
	return fmt.Sprintf("arn:aws:ec2:%s:%s:instance/%s", c.region, account, id)
}
