package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/api"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/store"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/webhook"
)

const serveHelp = `Serve watches over all machines of the region: it charges them, stops those whose credits or limits end, starts them again
when they may run, renews the leases by which they stop themselves should the meter be away, and answers the HTTP API.

On a laptop it needs nothing but AWS credentials, or the embedded cloud:

  eval "$(tropic local env)"
  tropic meter serve

In production give it PostgreSQL, and run as many replicas as you like; they share the accounts. Secrets come from the
environment, or from files (…_FILE), never from the command line:

  TROPIC_METER_STORE            the store, when its address has a password
  TROPIC_METER_ADMIN_TOKEN      who has it may do everything by the API; without it, admin tokens are those in the store
  TROPIC_METER_STRIPE_SECRET    signing secret of Stripe's webhook: paid packages become grants
  TROPIC_METER_WEBHOOK_SECRET   signs the warnings that are sent to --webhook

A machine is stopped --margin and --lead before its credits or limits end, so that it has halted by then; what is left stays in
the balance. It also has a lease, and powers itself off when that ends: a margin before its deadline, and after three times
--renewal, or a grace that the customer sets (tropic meter limit --grace), should the meter or the EC2 API be down.`

// serveFlags is what serve is told.
type serveFlags struct {
	listen, cert, key, webhook, logs string
	openMetrics                      bool
	warn                             []time.Duration
	timing                           controller.Timing
	drain                            time.Duration
}

func (f *serveFlags) register(flags *pflag.FlagSet) {
	f.timing = controller.Defaults()
	flags.StringVar(&f.listen, "listen", "127.0.0.1:8480", "address of the HTTP API; port 0 picks a free one")
	flags.StringVar(&f.cert, "tls-cert", "", "certificate of the API as PEM; without it the API is plain HTTP, for this computer or behind a load balancer")
	flags.StringVar(&f.key, "tls-key", "", "the certificate's key")
	flags.StringVar(&f.webhook, "webhook", "", "URL to which warnings are sent")
	flags.StringVar(&f.logs, "log-format", "text", "text or json")
	flags.BoolVar(&f.openMetrics, "open-metrics", false, "answer /metrics without a token")
	flags.DurationSliceVar(&f.warn, "warn", []time.Duration{time.Hour, 10 * time.Minute}, "how long before a limit to warn")
	flags.DurationVar(&f.timing.Sweep, "sweep", f.timing.Sweep, "how often to look at EC2")
	flags.DurationVar(&f.timing.Renewal, "renewal", f.timing.Renewal, "how often to renew leases; they last three times as long")
	flags.DurationVar(&f.timing.Margin, "margin", f.timing.Margin, "how long before its deadline a machine's lease ends, so how long it may take to halt")
	flags.DurationVar(&f.timing.Lead, "lead", f.timing.Lead, "how long before the margin a machine is stopped, so that it need not stop by its lease")
	flags.DurationVar(&f.timing.ShardLease, "shard-lease", f.timing.ShardLease, "after how long the accounts of a replica that is silent go to the others")
	flags.DurationVar(&f.timing.Heartbeat, "heartbeat", f.timing.Heartbeat, "how often a replica says that it lives: twice in a --shard-lease at least")
	flags.DurationVar(&f.drain, "drain", 10*time.Second, "how long requests may take to end when the service is")
}

func (m *meterCommands) newServe() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Charge machines, enforce limits, and answer the HTTP API",
		Long:  serveHelp,
		Args:  exactArgs(0),
		RunE: m.onStore(func(ctx context.Context, s *store.Store, _ []string) error {
			return m.serve(ctx, s, f)
		}),
	}
	f.register(cmd.Flags())
	return cmd
}

// serve runs the controller and the API until the context ends. When one of them fails, the other is ended in good order.
func (m *meterCommands) serve(ctx context.Context, s *store.Store, f serveFlags) error {
	logger, err := newLogger(m.app.stderr, f.logs)
	if err != nil {
		return err
	}
	registry := prometheus.NewRegistry()
	if err := errors.Join(registry.Register(collectors.NewGoCollector()), registry.Register(collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))); err != nil {
		return err
	}
	client, err := m.app.client(ctx)
	if err != nil {
		return err
	}
	replica, err := m.newReplica(client, s, f, registry, logger)
	if err != nil {
		return err
	}
	handler, err := m.newAPI(s, f, registry, logger, replica.Wake)
	if err != nil {
		return err
	}
	prices, err := m.book.Version()
	if err != nil {
		return err
	}
	listener, err := f.listener(ctx)
	if err != nil {
		return err
	}
	logger.InfoContext(ctx, "the meter serves", "address", listener.Addr().String(), "replica", replica.Owner, "region", client.Region(), "prices", prices)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return replica.Run(ctx) })
	group.Go(func() error { return api.Serve(ctx, listener, handler, logger, f.drain) })
	err = group.Wait()
	logger.InfoContext(ctx, "the meter has ended")
	return err
}

func newLogger(w io.Writer, format string) (*slog.Logger, error) {
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, nil)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, nil)), nil
	}
	return nil, &usageError{fmt.Errorf("--log-format is text or json, not %q", format)}
}

// newReplica makes the controller, with the EC2 of the shared flags.
func (m *meterCommands) newReplica(client *tropic.Client, s *store.Store, f serveFlags, registry *prometheus.Registry, logger *slog.Logger) (*controller.Controller, error) {
	metrics, err := controller.NewMetrics(registry)
	if err != nil {
		return nil, err
	}
	host, err := os.Hostname()
	if err != nil {
		return nil, err
	}
	config := controller.Config{
		Owner: host + ":" + uuid.NewString(), Store: s, Cloud: controller.EC2{FleetService: client.Fleet, Logger: logger}, Book: m.book,
		Logger: logger, Metrics: metrics, Clock: m.now, Warn: f.warn, Timing: f.timing,
	}
	if f.webhook != "" {
		secret, err := secretFromEnvironment("TROPIC_METER_WEBHOOK_SECRET")
		if err != nil {
			return nil, err
		}
		sender, err := webhook.New(f.webhook, secret, m.now)
		if err != nil {
			return nil, &usageError{err}
		}
		config.Notifier = sender
	}
	c, err := controller.New(config)
	if err != nil {
		return nil, &usageError{err}
	}
	return c, nil
}

func (m *meterCommands) newAPI(s *store.Store, f serveFlags, registry *prometheus.Registry, logger *slog.Logger, wake func()) (*api.Server, error) {
	config := api.Config{
		Store: s, Book: m.book, Logger: logger, AllowUnauthenticatedMetrics: f.openMetrics, Registry: registry, Clock: m.now,
		OnAppend: func(string) { wake() },
	}
	admin, err := secretFromEnvironment("TROPIC_METER_ADMIN_TOKEN")
	if err != nil {
		return nil, err
	}
	if admin != "" {
		if config.AdminTokenHash, err = api.AdminTokenHash(admin); err != nil {
			return nil, &usageError{fmt.Errorf("TROPIC_METER_ADMIN_TOKEN: %w", err)}
		}
	}
	if config.StripeSecret, err = secretFromEnvironment("TROPIC_METER_STRIPE_SECRET"); err != nil {
		return nil, err
	}
	return api.New(config)
}

func (f *serveFlags) listener(ctx context.Context) (net.Listener, error) {
	var config *tls.Config
	if f.cert != "" || f.key != "" {
		pair, err := tls.LoadX509KeyPair(f.cert, f.key)
		if err != nil {
			return nil, &usageError{fmt.Errorf("--tls-cert and --tls-key: %w", err)}
		}
		config = &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", f.listen)
	if err != nil {
		return nil, fmt.Errorf("listen for the API: %w", err)
	}
	if config != nil {
		l = tls.NewListener(l, config)
	}
	return l, nil
}

// secretFromEnvironment is a secret in a variable, or in the file that the variable with _FILE names; "" if neither is set.
func secretFromEnvironment(name string) (string, error) {
	file := os.Getenv(name + "_FILE")
	value := os.Getenv(name)
	switch {
	case file == "":
		return value, nil
	case value != "":
		return "", &usageError{fmt.Errorf("%s and %s_FILE are both set; want one", name, name)}
	}
	text, err := os.ReadFile(file) //nolint:gosec // the operator's own choice
	if err != nil {
		return "", fmt.Errorf("%s_FILE: %w", name, err)
	}
	return strings.TrimSpace(string(text)), nil
}
