package wire

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

var signingTime = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

const body = "Action=DescribeInstances&Version=2016-11-15"

// signed is a request as the SDK signs it.
func signed(t *testing.T, creds aws.Credentials) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1:4566/", bytes.NewReader([]byte(body)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	sum := sha256.Sum256([]byte(body))
	if err := v4.NewSigner().SignHTTP(t.Context(), creds, r, hex.EncodeToString(sum[:]), "ec2", "eu-west-1", signingTime); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestVerify(t *testing.T) {
	t.Parallel()
	root := aws.Credentials{AccessKeyID: "AKIAROOT", SecretAccessKey: "secret"}
	session := aws.Credentials{AccessKeyID: "ASIASESSION", SecretAccessKey: "secret", SessionToken: "token"}
	keys := map[string]Key{
		"AKIAROOT":    {Secret: "secret"},
		"ASIASESSION": {Secret: "secret", Token: "token", Expires: signingTime.Add(time.Minute)},
	}
	lookup := func(id string) (Key, bool) { k, ok := keys[id]; return k, ok }
	tests := map[string]struct {
		creds  aws.Credentials
		change func(*http.Request)
		body   string
		after  time.Duration
		code   string
	}{
		"long-term key":     {creds: root},
		"session":           {creds: session},
		"clock just right":  {creds: root, after: maxClockSkew},
		"clock too late":    {creds: root, after: maxClockSkew + time.Second, code: "RequestExpired"},
		"clock too early":   {creds: root, after: -maxClockSkew - time.Second, code: "RequestExpired"},
		"session expired":   {creds: session, after: 2 * time.Minute, code: "ExpiredToken"},
		"unknown key":       {creds: aws.Credentials{AccessKeyID: "AKIAOTHER", SecretAccessKey: "secret"}, code: "InvalidClientTokenId"},
		"wrong secret":      {creds: aws.Credentials{AccessKeyID: "AKIAROOT", SecretAccessKey: "other"}, code: "SignatureDoesNotMatch"},
		"body changed":      {creds: root, body: "Action=TerminateInstances", code: "SignatureDoesNotMatch"},
		"token missing":     {creds: aws.Credentials{AccessKeyID: "ASIASESSION", SecretAccessKey: "secret"}, code: "InvalidClientTokenId"},
		"token where none":  {creds: aws.Credentials{AccessKeyID: "AKIAROOT", SecretAccessKey: "secret", SessionToken: "x"}, code: "InvalidClientTokenId"},
		"not signed":        {creds: root, change: func(r *http.Request) { r.Header.Del("Authorization") }, code: "MissingAuthenticationToken"},
		"no date":           {creds: root, change: func(r *http.Request) { r.Header.Del("X-Amz-Date") }, code: "IncompleteSignature"},
		"other host":        {creds: root, change: func(r *http.Request) { r.Host = "example.com" }, code: "SignatureDoesNotMatch"},
		"signed header set": {creds: root, change: func(r *http.Request) { r.Header.Set("Content-Type", "x") }, code: "SignatureDoesNotMatch"},
		"other path":        {creds: root, change: func(r *http.Request) { r.URL.Path = "/other" }, code: "SignatureDoesNotMatch"},
		"header half there": {
			creds: root, code: "IncompleteSignature",
			change: func(r *http.Request) { r.Header.Set("Authorization", sigV4Algorithm+" Credential=AKIAROOT/20261124") },
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := signed(t, tt.creds)
			if tt.change != nil {
				tt.change(r)
			}
			sent := tt.body
			if sent == "" {
				sent = body
			}
			identity, scope, err := Verify(t.Context(), r, []byte(sent), lookup, signingTime.Add(tt.after))
			var refusal *Error
			if errors.As(err, &refusal); tt.code != "" {
				if refusal == nil || refusal.Code != tt.code {
					t.Fatalf("refused with %v, want %s", err, tt.code)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if want := (Scope{Region: "eu-west-1", Service: "ec2"}); scope != want || identity.AccessKeyID != tt.creds.AccessKeyID {
				t.Errorf("got %+v by %s", scope, identity.AccessKeyID)
			}
		})
	}
}

// No Authorization header panics, and none that was not made with the secret passes.
func FuzzVerify(f *testing.F) {
	f.Add(sigV4Algorithm + " Credential=AKIAROOT/20261124/eu-west-1/ec2/aws4_request, SignedHeaders=host;x-amz-date, Signature=00")
	f.Add(sigV4Algorithm + " Credential=////,SignedHeaders=;;,Signature==")
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://127.0.0.1/", nil)
		r.Header.Set("Authorization", header)
		r.Header.Set("X-Amz-Date", signingTime.Format(amzDateFormat))
		lookup := func(string) (Key, bool) { return Key{Secret: "secret"}, true }
		if _, _, err := Verify(context.Background(), r, nil, lookup, signingTime); err == nil {
			t.Errorf("%q passed", header)
		}
	})
}
