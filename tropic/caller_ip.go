package tropic

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// callerIPTTL is how long a detected address is believed. One apply asks once, however many machines it makes.
const callerIPTTL = 5 * time.Minute

// DetectCallerIP returns the caller's public address as a /32 or /128, as the service at the configured URL sees it (see
// WithIPDetectionURL). It is asked at most once in five minutes.
func (s *IngressService) DetectCallerIP(ctx context.Context) (netip.Prefix, error) {
	prefix, err := s.caller.get(ctx)
	if err != nil {
		return netip.Prefix{}, failure("detecting", "caller address", s.c.settings.ipDetectionURL, err)
	}
	return prefix, nil
}

// withCaller puts the caller's address in place of a nil SSH list.
func (s *IngressService) withCaller(ctx context.Context, spec IngressSpec) (IngressSpec, error) {
	if spec.SSH != nil {
		return spec, nil
	}
	prefix, err := s.DetectCallerIP(ctx)
	if err != nil {
		return spec, err
	}
	spec.SSH = []netip.Prefix{prefix}
	return spec, nil
}

func (s *IngressService) detect(ctx context.Context) (netip.Prefix, error) {
	at := s.c.settings.ipDetectionURL
	request, err := retryablehttp.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return netip.Prefix{}, err
	}
	response, err := s.detectionClient().Do(request)
	if err != nil {
		return netip.Prefix{}, s.detectionFailure(ctx, "it cannot be reached: "+err.Error(), err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, 4096))
	if err != nil {
		return netip.Prefix{}, s.detectionFailure(ctx, "its answer broke off: "+err.Error(), err)
	}
	if response.StatusCode != http.StatusOK {
		return netip.Prefix{}, s.detectionFailure(ctx, "it answered "+response.Status, nil)
	}
	return s.readAnswer(ctx, body)
}

func (s *IngressService) readAnswer(ctx context.Context, body []byte) (netip.Prefix, error) {
	text := strings.TrimSpace(string(body))
	var answer struct {
		IP string `json:"ip"`
	}
	if json.Unmarshal(body, &answer) == nil && answer.IP != "" {
		text = answer.IP
	}
	addr, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, s.detectionFailure(ctx, fmt.Sprintf("its answer is not an address: %.60q", text), nil)
	}
	addr = addr.Unmap().WithZone("")
	if !isPublic(addr) && !s.detectsLocally() {
		return netip.Prefix{}, s.detectionFailure(ctx, fmt.Sprintf("its answer %s is not a public address", addr), nil)
	}
	return netip.PrefixFrom(addr, addr.BitLen()), nil
}

func isPublic(addr netip.Addr) bool {
	return addr.IsGlobalUnicast() && !addr.IsPrivate()
}

// detectsLocally reports whether the detection service is on this machine, where a private answer is to be expected.
func (s *IngressService) detectsLocally() bool {
	u, err := url.Parse(s.c.settings.ipDetectionURL)
	return err == nil && isLoopback(u.Hostname())
}

func (s *IngressService) detectionFailure(ctx context.Context, reason string, err error) error {
	e := &Error{
		Op: "detecting", Resource: "caller address with", ID: s.c.settings.ipDetectionURL, Reason: reason, Err: err,
		Next: "give your address range in " + fieldSSH + ", or another service in ip_detection_url",
	}
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		e.Kind = ErrTimeout
	}
	return e
}

// detectionClient repeats what may pass by itself, three times in a few seconds, and never follows a redirect from https
// to plain http, where anyone on the way could answer with an address of theirs.
func (s *IngressService) detectionClient() *retryablehttp.Client {
	plain := *s.c.httpClient()
	plain.CheckRedirect = func(request *http.Request, via []*http.Request) error {
		if len(via) >= 5 {
			return errors.New("too many redirects")
		}
		return validateURL("ip_detection_url", request.URL.String())
	}
	client := retryablehttp.NewClient()
	client.HTTPClient = &plain
	client.Logger = nil
	client.RetryMax = 3
	client.RetryWaitMin = 200 * time.Millisecond
	client.RetryWaitMax = 2 * time.Second
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	return client
}
