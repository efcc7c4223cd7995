package tropic_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

// A machine from create to terminate. The embedded cloud here keeps records only, so the machine cannot connect to
// Systems Manager; on AWS the create would also return the machine's own report.
func Example() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	endpoint, id, secret, stop := embeddedCloud(ctx)
	defer stop()

	client, err := tropic.New(ctx,
		tropic.WithRegion("eu-west-1"),
		tropic.WithEndpoint(endpoint), // leave these two out for AWS itself
		tropic.WithCredentials(id, secret, ""),
		tropic.WithConnectTimeout(100*time.Millisecond),
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	instance, _, err := client.Instances.Create(ctx, tropic.InstanceSpec{
		Name:                  "desk",
		CreateInstanceProfile: true,
		Ingress: tropic.IngressSpec{
			SSH:   []netip.Prefix{netip.MustParsePrefix("203.0.113.7/32")},
			Proxy: []netip.Prefix{netip.MustParsePrefix("198.51.100.10/32")},
		},
	})
	switch {
	case errors.Is(err, tropic.ErrNotConnected):
		fmt.Println("created, not connected yet") // a late failure: the machine catches up when it connects
	case err != nil:
		fmt.Println(err)
		return
	}
	fmt.Println(instance.Name, instance.Type)

	rules, err := client.Ingress.Get(ctx, instance.ID)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, rule := range rules {
		fmt.Println(rule)
	}
	if err := client.Instances.Terminate(ctx, instance.ID); err != nil {
		fmt.Println(err)
		return
	}
	_, err = client.Instances.Get(ctx, instance.ID)
	fmt.Println("gone:", errors.Is(err, tropic.ErrNotFound))
	// Output:
	// created, not connected yet
	// desk t3.micro
	// tcp 22 from 203.0.113.7/32
	// tcp 80 from 198.51.100.10/32
	// tcp 443 from 198.51.100.10/32
	// tcp 18789 from 198.51.100.10/32
	// gone: true
}

func embeddedCloud(ctx context.Context) (endpoint, id, secret string, stop func()) {
	dir, err := os.MkdirTemp("", "tropic-example-")
	if err != nil {
		panic(err)
	}
	cloud, err := localcloud.Start(ctx, localcloud.Config{
		Dir: dir, Driver: none.New(),
		Images: []localcloud.Image{{Image: driver.Image{Name: "tropic-openclaw-example"}, Architecture: "x86_64"}},
		Timing: localcloud.Timing{Pending: time.Millisecond, ShuttingDown: time.Millisecond},
	})
	if err != nil {
		panic(err)
	}
	id, secret = cloud.Credentials()
	return cloud.Endpoint(), id, secret, func() {
		_ = cloud.Close()
		_ = os.RemoveAll(dir)
	}
}
