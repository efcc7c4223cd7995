package wire

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const (
	sigV4Algorithm = "AWS4-HMAC-SHA256"
	amzDateFormat  = "20060102T150405Z"
	// maxClockSkew is how far a signature's time may be from ours (AWS General Reference, SigV4).
	maxClockSkew = 5 * time.Minute
)

// Key is what a verifier needs to know about an access key.
type Key struct {
	Secret   string
	Token    string    // session token; empty for a long-term key
	Expires  time.Time // zero = never
	Identity Identity
}

// LookupKey returns the key with an access key id, and false when there is none.
type LookupKey func(accessKeyID string) (Key, bool)

// Scope is what a signature is good for.
type Scope struct{ Region, Service string }

// Verify checks the request's SigV4 signature over body and says who signed it, and for what. Refusals are *Error.
func Verify(ctx context.Context, r *http.Request, body []byte, lookup LookupKey, now time.Time) (Identity, Scope, error) {
	auth, err := parseAuthorization(r.Header.Get("Authorization"))
	if err != nil {
		return Identity{}, Scope{}, err
	}
	key, found := lookup(auth.accessKeyID)
	if !found {
		return Identity{}, Scope{}, &Error{
			Code: "InvalidClientTokenId", Status: http.StatusForbidden,
			Message: "The security token included in the request is invalid.",
		}
	}
	signedAt, err := time.Parse(amzDateFormat, r.Header.Get("X-Amz-Date"))
	if err != nil || signedAt.Format("20060102") != auth.date {
		return Identity{}, Scope{}, incomplete("the X-Amz-Date header is missing or does not match the credential scope")
	}
	if skew := now.Sub(signedAt).Abs(); skew > maxClockSkew {
		return Identity{}, Scope{}, &Error{
			Code: "RequestExpired", Message: fmt.Sprintf("Signature is %s away from the server's time.", skew.Round(time.Second)),
		}
	}
	if err := checkToken(r, key, now); err != nil {
		return Identity{}, Scope{}, err
	}
	want, err := sign(ctx, r, body, auth, key, signedAt)
	if err != nil {
		return Identity{}, Scope{}, err
	}
	if !hmac.Equal([]byte(want), []byte(auth.signature)) {
		return Identity{}, Scope{}, &Error{
			Code: "SignatureDoesNotMatch", Status: http.StatusForbidden,
			Message: "The request signature we calculated does not match the signature you provided. " +
				"Check your AWS Secret Access Key and signing method.",
		}
	}
	identity := key.Identity
	identity.AccessKeyID = auth.accessKeyID
	return identity, Scope{Region: auth.region, Service: auth.service}, nil
}

type authorization struct {
	accessKeyID, date, region, service string
	signedHeaders                      []string
	signature                          string
}

func parseAuthorization(header string) (authorization, error) {
	rest, found := strings.CutPrefix(header, sigV4Algorithm+" ")
	if !found {
		return authorization{}, &Error{
			Code: "MissingAuthenticationToken", Status: http.StatusForbidden, Message: "Request is missing Authentication Token",
		}
	}
	var a authorization
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Credential":
			scope := strings.Split(value, "/")
			if len(scope) != 5 || scope[4] != "aws4_request" {
				return authorization{}, incomplete("the credential scope is not KEY/DATE/REGION/SERVICE/aws4_request")
			}
			a.accessKeyID, a.date, a.region, a.service = scope[0], scope[1], scope[2], scope[3]
		case "SignedHeaders":
			a.signedHeaders = strings.Split(value, ";")
		case "Signature":
			a.signature = value
		}
	}
	if a.accessKeyID == "" || a.signature == "" || len(a.signedHeaders) == 0 {
		return authorization{}, incomplete("the Authorization header lacks Credential, SignedHeaders or Signature")
	}
	return a, nil
}

func incomplete(why string) error {
	return &Error{Code: "IncompleteSignature", Status: http.StatusForbidden, Message: "The request signature is incomplete: " + why + "."}
}

func checkToken(r *http.Request, key Key, now time.Time) error {
	if !hmac.Equal([]byte(r.Header.Get("X-Amz-Security-Token")), []byte(key.Token)) {
		return &Error{
			Code: "InvalidClientTokenId", Status: http.StatusForbidden,
			Message: "The security token included in the request is invalid.",
		}
	}
	if !key.Expires.IsZero() && now.After(key.Expires) {
		return &Error{
			Code: "ExpiredToken", Status: http.StatusForbidden, Message: "The security token included in the request is expired",
		}
	}
	return nil
}

// sign lets the SDK's own signer sign the same request again, over just the headers the client signed.
func sign(ctx context.Context, r *http.Request, body []byte, auth authorization, key Key, at time.Time) (string, error) {
	again, err := http.NewRequestWithContext(ctx, r.Method, "http://"+r.Host+r.URL.RequestURI(), nil)
	if err != nil {
		return "", incomplete("the request's URL cannot be parsed")
	}
	again.Host = r.Host
	for _, name := range auth.signedHeaders {
		switch name {
		case "host":
		case "content-length":
			again.ContentLength = int64(len(body))
		default:
			again.Header[http.CanonicalHeaderKey(name)] = r.Header.Values(name)
		}
	}
	sum := sha256.Sum256(body)
	creds := aws.Credentials{AccessKeyID: auth.accessKeyID, SecretAccessKey: key.Secret, SessionToken: key.Token}
	if err := v4.NewSigner().SignHTTP(ctx, creds, again, hex.EncodeToString(sum[:]), auth.service, auth.region, at); err != nil {
		return "", fmt.Errorf("sign the request again: %w", err)
	}
	signed, err := parseAuthorization(again.Header.Get("Authorization"))
	return signed.signature, err
}
