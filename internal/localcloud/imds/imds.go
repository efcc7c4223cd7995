// Package imds serves an instance's metadata, version 2 only: a session token from PUT /latest/api/token is required for
// everything else (EC2 User Guide, Use the Instance Metadata Service).
package imds

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	tokenHeader = "X-Aws-Ec2-Metadata-Token"
	ttlHeader   = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
	maxTTL      = 6 * time.Hour
	maxTokens   = 1024
)

// Instance is what metadata says at one moment.
type Instance struct {
	ID, Type, ImageID, Region, Zone, AccountID string
	PrivateIP, PublicIP, Hostname              string
	SecurityGroups                             []string // names
	KeyName, PublicKey                         string
	UserData                                   []byte
	Tags                                       map[string]string // nil unless InstanceMetadataTags is enabled
	ProfileARN, ProfileID, Role                string            // empty without an instance profile
	Launched                                   time.Time
}

// Credentials are temporary credentials of the instance's role.
type Credentials struct {
	AccessKeyID, Secret, Token string
	Issued, Expires            time.Time
}

// Source tells a Handler about its instance; it is asked anew for every request, so changes show at once.
type Source interface {
	Metadata() (Instance, bool)
	RoleCredentials() (Credentials, error)
}

// Handler answers one instance's metadata requests. It is safe for concurrent use.
type Handler struct {
	source Source
	now    func() time.Time

	mu     sync.Mutex
	tokens map[string]time.Time // token to its end
}

// NewHandler returns the metadata service of source's instance.
func NewHandler(source Source, now func() time.Time) *Handler {
	return &Handler{source: source, now: now, tokens: map[string]time.Time{}}
}

func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "EC2ws")
	if r.URL.Path == "/latest/api/token" {
		h.token(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	}
	if !h.valid(r.Header.Get(tokenHeader)) {
		http.Error(w, "Unauthorized", http.StatusUnauthorized)
		return
	}
	path, found := strings.CutPrefix(r.URL.Path, "/latest/")
	instance, alive := h.source.Metadata()
	if !found || !alive {
		http.NotFound(w, r)
		return
	}
	text, found := h.lookup(instance, strings.TrimSuffix(path, "/"))
	if !found {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = w.Write([]byte(text)) // the client went away
}

// token issues a session token; a request that came through a proxy gets none.
func (h *Handler) token(w http.ResponseWriter, r *http.Request) {
	seconds, err := strconv.Atoi(r.Header.Get(ttlHeader))
	switch {
	case r.Method != http.MethodPut:
		http.Error(w, "Method Not Allowed", http.StatusMethodNotAllowed)
		return
	case r.Header.Get("X-Forwarded-For") != "":
		http.Error(w, "Forbidden", http.StatusForbidden)
		return
	case err != nil || seconds < 1 || seconds > int(maxTTL/time.Second): // compared as sent: a product would overflow
		http.Error(w, "Bad Request", http.StatusBadRequest)
		return
	}
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails (crypto/rand)
	token := hex.EncodeToString(raw[:])
	h.mu.Lock()
	h.forgetExpired()
	h.tokens[token] = h.now().Add(time.Duration(seconds) * time.Second)
	h.mu.Unlock()
	w.Header().Set(ttlHeader, strconv.Itoa(seconds))
	_, _ = w.Write([]byte(token)) // the client went away
}

// forgetExpired also bounds how many tokens a talkative guest can pile up.
func (h *Handler) forgetExpired() {
	for token, end := range h.tokens {
		if h.now().After(end) || len(h.tokens) >= maxTokens {
			delete(h.tokens, token)
		}
	}
}

func (h *Handler) valid(token string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	end, found := h.tokens[token]
	return found && h.now().Before(end)
}

func (h *Handler) lookup(i Instance, path string) (string, bool) {
	switch path {
	case "":
		return "dynamic\nmeta-data\nuser-data", true
	case "user-data":
		return string(i.UserData), len(i.UserData) > 0
	case "dynamic/instance-identity/document":
		return identityDocument(i), true
	}
	rest, found := strings.CutPrefix(path, "meta-data")
	if !found {
		return "", false
	}
	rest = strings.TrimPrefix(rest, "/")
	if name, below := strings.CutPrefix(rest, "iam/security-credentials"); below {
		return h.credentials(i, strings.TrimPrefix(name, "/"))
	}
	if key, below := strings.CutPrefix(rest, "tags/instance"); below {
		return tag(i, strings.TrimPrefix(key, "/"))
	}
	return h.metadata(i, rest)
}

func (h *Handler) metadata(i Instance, name string) (string, bool) {
	values := map[string]string{
		"ami-id":                      i.ImageID,
		"hostname":                    i.Hostname,
		"instance-id":                 i.ID,
		"instance-type":               i.Type,
		"local-hostname":              i.Hostname,
		"local-ipv4":                  i.PrivateIP,
		"placement/availability-zone": i.Zone,
		"placement/region":            i.Region,
		"public-ipv4":                 i.PublicIP,
		"security-groups":             strings.Join(i.SecurityGroups, "\n"),
	}
	if i.PublicKey != "" {
		values["public-keys"] = "0=" + i.KeyName
		values["public-keys/0/openssh-key"] = i.PublicKey
	}
	if i.ProfileARN != "" {
		raw, err := json.Marshal(map[string]string{
			"Code": "Success", "LastUpdated": h.now().UTC().Format(time.RFC3339),
			"InstanceProfileArn": i.ProfileARN, "InstanceProfileId": i.ProfileID,
		})
		if err == nil {
			values["iam/info"] = string(raw)
		}
	}
	if name == "" {
		var names []string
		for key := range values {
			top, _, nested := strings.Cut(key, "/")
			if nested {
				top += "/"
			}
			names = append(names, top)
		}
		slices.Sort(names)
		return strings.Join(slices.Compact(names), "\n"), true
	}
	value, found := values[name]
	return value, found && value != ""
}

func (h *Handler) credentials(i Instance, role string) (string, bool) {
	switch {
	case i.Role == "":
		return "", false
	case role == "":
		return i.Role, true
	case role != i.Role:
		return "", false
	}
	c, err := h.source.RoleCredentials()
	if err != nil {
		return "", false
	}
	raw, err := json.Marshal(map[string]string{
		"Code": "Success", "Type": "AWS-HMAC", "LastUpdated": c.Issued.UTC().Format(time.RFC3339),
		"AccessKeyId": c.AccessKeyID, "SecretAccessKey": c.Secret, "Token": c.Token,
		"Expiration": c.Expires.UTC().Format(time.RFC3339),
	})
	return string(raw), err == nil
}

func tag(i Instance, key string) (string, bool) {
	if i.Tags == nil {
		return "", false
	}
	if key == "" {
		var keys []string
		for k := range i.Tags {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		return strings.Join(keys, "\n"), true
	}
	value, found := i.Tags[key]
	return value, found
}

func identityDocument(i Instance) string {
	raw, err := json.MarshalIndent(map[string]any{
		"accountId": i.AccountID, "architecture": "x86_64", "availabilityZone": i.Zone, "imageId": i.ImageID,
		"instanceId": i.ID, "instanceType": i.Type, "pendingTime": i.Launched.UTC().Format(time.RFC3339),
		"privateIp": i.PrivateIP, "region": i.Region, "version": "2017-09-30",
	}, "", "  ")
	if err != nil {
		return "{}"
	}
	return string(raw)
}
