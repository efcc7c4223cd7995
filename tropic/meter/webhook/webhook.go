// Package webhook tells somebody over HTTP that a limit is near.
//
// A warning is one POST of a JSON object. It is signed: Tropic-Signature is "t=SECONDS,v1=HEX", where HEX is the HMAC-SHA256,
// by the shared secret, of SECONDS, a full stop and the body. A receiver compares in constant time and refuses signatures
// that are old (Verify does both). What is not answered with a status of 2xx is sent again, so a warning may come twice: its
// key tells.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/controller"
)

// Header carries the signature.
const Header = "Tropic-Signature"

// Sender sends warnings to one address. It is safe for concurrent use.
type Sender struct {
	address string
	secret  []byte
	client  *http.Client
	clock   func() time.Time
}

// MinSecret is how long a secret is at least, in bytes.
const MinSecret = 16

// New makes a sender. The address is https, or http to this computer.
func New(address, secret string, clock func() time.Time) (*Sender, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "":
		return nil, errors.New("the webhook's address is no URL; want https://HOST/PATH")
	case u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())):
		return nil, fmt.Errorf("the webhook's address %s is neither https nor on this computer", u.Redacted())
	case len(secret) < MinSecret:
		return nil, fmt.Errorf("the webhook's secret is shorter than %d bytes; openssl rand -hex 32 makes a good one", MinSecret)
	}
	client := &http.Client{
		Timeout: 10 * time.Second,
		// a redirect would have the warning go where nobody said it should
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Sender{address, []byte(secret), client, clock}, nil
}

func loopback(host string) bool { return host == "localhost" || host == "127.0.0.1" || host == "::1" }

// body is what is sent.
type body struct {
	controller.Warning

	SecondsBefore int64 `json:"seconds_before"` // the deadline, by the threshold
}

// Notify sends a warning. An answer that is not 2xx is an error.
func (s *Sender) Notify(ctx context.Context, w controller.Warning) error {
	text, err := json.Marshal(body{w, int64(w.Before.Seconds())})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.address, bytes.NewReader(text))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "tropic-meter")
	r.Header.Set(Header, sign(s.secret, s.clock(), text))
	answer, err := s.client.Do(r)
	if err != nil {
		return fmt.Errorf("send warning %s: %w", w.Key, err)
	}
	defer answer.Body.Close() //nolint:errcheck // read only
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 64<<10))
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("send warning %s: the receiver answered %s", w.Key, answer.Status)
	}
	return nil
}

func sign(secret []byte, at time.Time, text []byte) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	return "t=" + seconds + ",v1=" + hex.EncodeToString(digest(secret, seconds, text))
}

func digest(secret []byte, seconds string, text []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(seconds + "."))
	h.Write(text)
	return h.Sum(nil)
}

// ErrSignature is returned for a warning that is not from who has the secret, or is old.
var ErrSignature = errors.New("the signature of the warning is not good")

// Verify is for receivers: it checks the header of a warning, which may be as old as tolerance.
func Verify(secret, header string, text []byte, now time.Time, tolerance time.Duration) error {
	at, mac, ok := strings.Cut(header, ",v1=")
	seconds, dated := strings.CutPrefix(at, "t=")
	signed, err := hex.DecodeString(mac)
	unix, err2 := strconv.ParseInt(seconds, 10, 64)
	if !ok || !dated || err != nil || err2 != nil || !hmac.Equal(signed, digest([]byte(secret), seconds, text)) {
		return ErrSignature
	}
	if now.Sub(time.Unix(unix, 0)).Abs() > tolerance {
		return fmt.Errorf("%w: it is of %s", ErrSignature, time.Unix(unix, 0).UTC().Format(time.RFC3339))
	}
	return nil
}
