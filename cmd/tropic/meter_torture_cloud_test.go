package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
	"github.com/tropicbot/terraform-provider-tropic/tropic"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
)

// tortureCloud is an embedded cloud with two doors. The meter's is slow and fails, and keeps what it was asked for; that of
// the test is good. (The cloud's own Intercept cannot tell who calls.)
type tortureCloud struct {
	t      *testing.T
	server *localcloud.Server
	door   *httptest.Server // the meter's
	ec2    *ec2.Client
	fleet  controller.EC2

	mu            sync.Mutex
	random        *rand.Rand
	calls, faults int
	stops         map[string]int                             // by id: how often the meter asked EC2 to stop it
	holds         map[string]int                             // by id: how often the meter tagged it as held
	sessions      map[string]map[meter.Instant]meter.Instant // by id and launch: when EC2 says that it ended, 0 while it runs
	state         map[string]string                          // by id, as of the last look
	hold          map[string]string                          // the tag, as of the last look
}

func newTortureCloud(t *testing.T, seed uint64) *tortureCloud {
	t.Helper()
	server, err := localcloud.Start(t.Context(), localcloud.Config{
		Dir: t.TempDir(), Driver: none.New(),
		Images: []localcloud.Image{{Image: driver.Image{Name: "tropic-openclaw-test"}, Architecture: "x86_64"}},
	})
	must(t, err)
	c := &tortureCloud{
		t: t, server: server, random: rand.New(rand.NewPCG(seed, 2)),
		stops: map[string]int{}, holds: map[string]int{}, sessions: map[string]map[meter.Instant]meter.Instant{},
		state: map[string]string{}, hold: map[string]string{},
	}
	c.door = httptest.NewServer(http.HandlerFunc(c.meterCalls))
	t.Cleanup(func() {
		c.door.Close()
		must(t, server.Close())
	})
	id, secret := server.Credentials()
	c.ec2 = ec2.NewFromConfig(aws.Config{
		Region: tropic.DefaultRegion, BaseEndpoint: aws.String(server.Endpoint()), Credentials: credentials.NewStaticCredentialsProvider(id, secret, ""),
	})
	client, err := tropic.New(t.Context(), tropic.WithRegion(tropic.DefaultRegion), tropic.WithEndpoint(server.Endpoint()), tropic.WithCredentials(id, secret, ""))
	must(t, err)
	c.fleet = controller.EC2{FleetService: client.Fleet, Logger: slog.New(slog.DiscardHandler)}
	return c
}

// env is how a process reaches the cloud by the meter's door.
func (c *tortureCloud) env() []string {
	id, secret := c.server.Credentials()
	return []string{"AWS_ACCESS_KEY_ID=" + id, "AWS_SECRET_ACCESS_KEY=" + secret, "TROPIC_ENDPOINT=" + c.door.URL, "TROPIC_REGION=" + tropic.DefaultRegion}
}

// meterCalls serves a call of the meter. One in eight fails: refused, cut off before its effect, or cut off after it.
func (c *tortureCloud) meterCalls(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the caller was killed
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	latency, fault := c.note(body)
	select {
	case <-r.Context().Done(): // it may still have its effect: EC2 does not know that the caller is gone
	case <-time.After(latency):
	}
	r = r.WithContext(context.WithoutCancel(r.Context()))
	switch fault {
	case 0:
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors><RequestID>torture</RequestID></Response>")
	case 1:
		panic(http.ErrAbortHandler)
	case 2:
		c.server.ServeHTTP(httptest.NewRecorder(), r)
		panic(http.ErrAbortHandler)
	default:
		c.server.ServeHTTP(w, r)
	}
}

// note keeps what a call asks for, and draws what it meets.
func (c *tortureCloud) note(body []byte) (latency time.Duration, fault int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	if q, err := url.ParseQuery(string(body)); err == nil {
		for name, values := range q {
			switch action := q.Get("Action"); {
			case action == "StopInstances" && strings.HasPrefix(name, "InstanceId."):
				c.stops[values[0]]++
			case action == "CreateTags" && strings.HasPrefix(name, "ResourceId.") && q.Get("Tag.1.Key") == tropic.TagHold:
				c.holds[values[0]]++
			}
		}
	}
	latency, fault = time.Duration(c.random.Int64N(int64(80*time.Millisecond))), c.random.IntN(24)
	if c.random.IntN(10) == 0 {
		latency += time.Duration(c.random.Int64N(int64(600 * time.Millisecond)))
	}
	if fault < 3 {
		c.faults++
	}
	return latency, fault
}

// launch makes a machine of an account.
func (c *tortureCloud) launch(account string, kind ec2types.InstanceType) string {
	c.t.Helper()
	images, err := c.ec2.DescribeImages(c.t.Context(), &ec2.DescribeImagesInput{Owners: []string{"self"}})
	must(c.t, err)
	tag := func(key, value string) ec2types.Tag {
		return ec2types.Tag{Key: aws.String(key), Value: aws.String(value)}
	}
	made, err := c.ec2.RunInstances(c.t.Context(), &ec2.RunInstancesInput{
		ImageId: images.Images[0].ImageId, InstanceType: kind, MinCount: aws.Int32(1), MaxCount: aws.Int32(1),
		TagSpecifications: []ec2types.TagSpecification{{
			ResourceType: ec2types.ResourceTypeInstance,
			Tags:         []ec2types.Tag{tag(tropic.TagManaged, "true"), tag(tropic.TagAccount, account), tag(tropic.TagName, "torture-"+account)},
		}},
	})
	must(c.t, err)
	return aws.ToString(made.Instances[0].InstanceId)
}

// look asks EC2 for all machines, and keeps when sessions began and ended. It is called often enough to see each end.
func (c *tortureCloud) look() {
	c.t.Helper()
	machines, err := c.fleet.Machines(c.t.Context())
	must(c.t, err)
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range machines {
		m := &machines[i]
		if c.sessions[m.ID] == nil {
			c.sessions[m.ID] = map[meter.Instant]meter.Instant{}
		}
		c.sessions[m.ID][m.Launched] = 0
		if m.Ended() {
			c.sessions[m.ID][m.Launched] = m.Changed
		}
		c.state[m.ID], c.hold[m.ID] = m.State, m.Hold
	}
}

// asked is how often the meter asked EC2 to hold a machine, and to stop it.
func (c *tortureCloud) asked(id string) (holds, stops int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.holds[id], c.stops[id]
}

// load is how many calls the meter made, and how many of them failed.
func (c *tortureCloud) load() (calls, faults int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls, c.faults
}
