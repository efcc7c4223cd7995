package tropic

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Defaults of New.
const (
	// DefaultIPDetectionURL answers a GET with the caller's address in plain text (AWS's own service for that).
	DefaultIPDetectionURL = "https://checkip.amazonaws.com"
	// DefaultConnectTimeout bounds how long Provision and Start wait for a machine to connect to Systems Manager.
	// Registration after a cold boot has been seen to take six minutes.
	DefaultConnectTimeout = 10 * time.Minute
	// DefaultSnapshotTTL is how long one list of all managed machines serves reads.
	DefaultSnapshotTTL = 30 * time.Second
	// DefaultHTTPTimeout bounds one HTTP exchange with AWS, body included.
	DefaultHTTPTimeout = 60 * time.Second
)

// Environment variables that New reads when the matching option is not given.
const (
	EnvEndpoint = "TROPIC_ENDPOINT" // as WithEndpoint
	EnvRegion   = "TROPIC_REGION"   // as WithRegion; goes before AWS_REGION and the AWS profile
)

// Option changes how New makes a Client.
type Option func(*settings)

type settings struct {
	region, profile, endpoint string
	credentials               aws.CredentialsProvider
	httpClient                *http.Client
	retry                     RetryPolicy
	logger                    *slog.Logger
	ipDetectionURL            string
	userAgent                 string
	clock                     Clock
	connectTimeout            time.Duration
	snapshotTTL               time.Duration
	poll                      Backoff
}

func defaultSettings() settings {
	return settings{
		logger:         slog.New(slog.DiscardHandler),
		ipDetectionURL: DefaultIPDetectionURL,
		clock:          systemClock{},
		connectTimeout: DefaultConnectTimeout,
		snapshotTTL:    DefaultSnapshotTTL,
		poll:           Backoff{Min: time.Second, Max: 10 * time.Second},
	}
}

// WithRegion sets the AWS region, one of Regions. Default: TROPIC_REGION, then what the AWS SDK finds (AWS_REGION,
// profile), then DefaultRegion.
func WithRegion(region string) Option { return func(s *settings) { s.region = region } }

// WithProfile sets the profile of the shared AWS configuration files. Default: AWS_PROFILE, then "default".
func WithProfile(profile string) Option { return func(s *settings) { s.profile = profile } }

// WithEndpoint sends every AWS call to one URL, such as the embedded cloud's. It must be https, or http to a loopback
// address. Default: TROPIC_ENDPOINT, then AWS's own endpoints.
func WithEndpoint(url string) Option { return func(s *settings) { s.endpoint = url } }

// WithCredentials sets a fixed access key; token is empty but for temporary credentials. Default: the AWS SDK's chain
// (environment, profile, SSO, container, instance role).
func WithCredentials(accessKeyID, secretAccessKey, token string) Option {
	return func(s *settings) {
		s.credentials = credentials.NewStaticCredentialsProvider(accessKeyID, secretAccessKey, token)
	}
}

// WithHTTPClient sets the client that carries AWS calls and IP detection, for example with a proxy or a counting
// transport. Default: the AWS SDK's client with DefaultHTTPTimeout.
func WithHTTPClient(client *http.Client) Option { return func(s *settings) { s.httpClient = client } }

// WithRetry sets how failed AWS calls are repeated; zero fields keep their defaults (see RetryPolicy).
func WithRetry(policy RetryPolicy) Option { return func(s *settings) { s.retry = policy } }

// WithLogger sets where the client logs what it does, at levels Debug and Info. It never logs secrets or bodies.
// Default: nowhere.
func WithLogger(logger *slog.Logger) Option { return func(s *settings) { s.logger = logger } }

// WithIPDetectionURL sets who is asked for the caller's address: an https URL (or http to a loopback address) that
// answers a GET with the address in plain text, or in JSON under "ip". Default: DefaultIPDetectionURL.
func WithIPDetectionURL(url string) Option { return func(s *settings) { s.ipDetectionURL = url } }

// WithUserAgent appends product to the User-Agent of every AWS call, such as "terraform-provider-tropic/1.2.3".
func WithUserAgent(product string) Option { return func(s *settings) { s.userAgent = product } }

// WithClock sets the clock that waiters and the snapshot use. Default: the system's.
func WithClock(clock Clock) Option { return func(s *settings) { s.clock = clock } }

// WithConnectTimeout sets how long Provision and Start wait for a machine to connect to Systems Manager before they
// return ErrNotConnected; the context may end the wait sooner. Default: DefaultConnectTimeout.
func WithConnectTimeout(d time.Duration) Option { return func(s *settings) { s.connectTimeout = d } }

// WithPolling sets how often waiters ask. Default: from 1 s up to 10 s, jittered.
func WithPolling(b Backoff) Option { return func(s *settings) { s.poll = b } }

// WithSnapshotTTL sets how long one list of all managed machines serves reads; 0 or less reads each time. Default:
// DefaultSnapshotTTL.
func WithSnapshotTTL(d time.Duration) Option { return func(s *settings) { s.snapshotTTL = d } }
