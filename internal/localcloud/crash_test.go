package localcloud_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/clienttest"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver"
	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/driver/none"
)

// crashDir makes the test binary serve a cloud in that directory instead of testing.
const crashDir = "LOCALCLOUD_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		if err := serveUntilKilled(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// serveUntilKilled says where it listens, and ends when standard input does: no child outlives its test.
func serveUntilKilled(dir string) error {
	s, err := localcloud.Start(context.Background(), localcloud.Config{
		Dir: dir, Driver: none.New(), Timing: quick,
		Images: []localcloud.Image{{Image: driver.Image{Name: "tropic-openclaw-test"}, Architecture: "x86_64"}},
	})
	if err != nil {
		return err
	}
	id, secret := s.Credentials()
	if _, err := fmt.Println(s.Endpoint(), id, secret); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return errors.Join(err, s.Close())
}

// child is a cloud in a process of its own.
type child struct {
	cmd *exec.Cmd
	cfg aws.Config
	ec2 *ec2.Client
	ssm *ssm.Client
}

// spawn starts the process and returns what it will say first.
func spawn(t *testing.T, dir string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashDir+"="+dir)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	must(t, err)
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = in.Close() })
	return cmd, bufio.NewReader(out)
}

// startChild returns when the cloud answers.
func startChild(t *testing.T, dir string) *child {
	t.Helper()
	cmd, said := spawn(t, dir)
	line, err := said.ReadString('\n')
	fields := strings.Fields(line)
	if err != nil || len(fields) != 3 {
		t.Fatalf("the cloud did not start again: %q, %v", line, errors.Join(err, cmd.Wait()))
	}
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(fields[0]), Retryer: clienttest.Retryer,
		Credentials: credentials.NewStaticCredentialsProvider(fields[1], fields[2], ""),
	}
	return &child{cmd, cfg, ec2.NewFromConfig(cfg), ssm.NewFromConfig(cfg)}
}

// once is a client that makes each call once: a call that was cut must not be made again by the SDK.
func (c *child) once() *child {
	cfg := c.cfg.Copy()
	cfg.Retryer, cfg.RetryMaxAttempts = nil, 1
	return &child{c.cmd, cfg, ec2.NewFromConfig(cfg), ssm.NewFromConfig(cfg)}
}

// kill is SIGKILL.
func (c *child) kill(t *testing.T) {
	t.Helper()
	must(t, c.cmd.Process.Kill())
	_ = c.cmd.Wait() // "signal: killed"
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Whatever moment the process is killed at, the next one finds everything that was answered with success, and of what
// was cut all or nothing; and a launch that is repeated with its token makes no second instance.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	const kills = 15
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	var all []*step
	for n := range kills {
		c := startChild(t, dir)
		if n == 0 {
			c.warm(t)
		}
		single := c.once()
		var mu sync.Mutex
		answered := make(chan struct{}, 1000)
		ctx, cancel := context.WithCancel(t.Context())
		var callers sync.WaitGroup
		for caller := range 3 {
			callers.Go(func() {
				for i := 0; ctx.Err() == nil; i++ {
					s := newStep(fmt.Sprintf("k%d-c%d-%d", n, caller, i), i+caller)
					mu.Lock()
					all = append(all, s)
					mu.Unlock()
					if err := s.do(ctx, single); err != nil {
						return // the cloud is dead
					}
					mu.Lock()
					s.fate = done
					mu.Unlock()
					answered <- struct{}{}
				}
			})
		}
		for range random.IntN(12) { // by progress, not by time alone: a busy computer gets as far as an idle one
			select {
			case <-answered:
			case <-time.After(10 * time.Second): // the callers met something else; what they did must hold all the same
			}
		}
		<-time.After(time.Duration(random.IntN(10_000)) * time.Microsecond)
		c.kill(t)
		callers.Wait()
		cancel()
	}
	c := startChild(t, dir)
	defer c.kill(t)
	acknowledged := 0
	for _, s := range all {
		got := s.seen(t, c)
		if s.fate == done && got != s.whole {
			t.Errorf("%s was answered with success, and %d of %d is there", s.name, got, s.whole)
		}
		if got != 0 && got != s.whole {
			t.Errorf("%s is there by half: %d of %d", s.name, got, s.whole)
		}
		if s.fate == done {
			acknowledged++
		}
	}
	if acknowledged < kills {
		t.Errorf("only %d calls were answered: the test shows nothing", acknowledged)
	}
	t.Logf("%d kills, %d calls, %d of them answered with success", kills, len(all), acknowledged)
	c.repeatLaunches(t, all)
}

// warm pays for what only a first call costs.
func (c *child) warm(t *testing.T) {
	t.Helper()
	_, err := c.ec2.DescribeInstances(t.Context(), nil)
	must(t, err)
}

// A directory is good whatever moment of its making the process is killed at.
func TestKilledWhileStarting(t *testing.T) {
	t.Parallel()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	for range 5 {
		dir := t.TempDir()
		for range 2 {
			cmd, _ := spawn(t, dir)
			<-time.After(time.Duration(random.IntN(60_000)) * time.Microsecond)
			must(t, cmd.Process.Kill())
			_ = cmd.Wait() // "signal: killed"
		}
		c := startChild(t, dir)
		_, err := c.launch(t.Context(), "first")
		must(t, err)
		c.kill(t)
	}
}

// repeatLaunches calls every launch again, the cut ones too: each token has one instance then.
func (c *child) repeatLaunches(t *testing.T, all []*step) {
	t.Helper()
	tokens := 0
	for _, s := range all {
		if s.token == "" {
			continue
		}
		tokens++
		first, err := c.launch(t.Context(), s.token)
		must(t, err)
		again, err := c.launch(t.Context(), s.token)
		must(t, err)
		if one, other := aws.ToString(first.Instances[0].InstanceId), aws.ToString(again.Instances[0].InstanceId); one != other {
			t.Errorf("the token %s made %s, and %s when it was repeated", s.token, one, other)
		}
	}
	total := 0
	pages := ec2.NewDescribeInstancesPaginator(c.ec2, &ec2.DescribeInstancesInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		must(t, err)
		total += len(page.Reservations)
	}
	if total != tokens || tokens == 0 {
		t.Errorf("%d instances for %d tokens", total, tokens)
	}
}
