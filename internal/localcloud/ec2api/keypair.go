package ec2api

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"slices"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// KeyPair is the public half of an SSH key; the private half is answered once and never kept.
type KeyPair struct {
	ID          string            `json:"id"`
	Region      string            `json:"region"`
	Name        string            `json:"name"`
	Fingerprint string            `json:"fingerprint"` // base64 of SHA-256, as EC2 has for Ed25519
	PublicKey   string            `json:"public_key"`  // OpenSSH line
	Created     time.Time         `json:"created"`
	Tags        map[string]string `json:"tags"`
}

func keyID(region, name string) string { return region + "/" + name }

type keyPairXML struct {
	ID          string   `xml:"keyPairId"`
	Name        string   `xml:"keyName"`
	Fingerprint string   `xml:"keyFingerprint"`
	Type        string   `xml:"keyType,omitempty"`
	PublicKey   string   `xml:"publicKey,omitempty"`
	Created     string   `xml:"createTime,omitempty"`
	Material    string   `xml:"keyMaterial,omitempty"`
	Tags        []tagXML `xml:"tagSet>item"`
}

func (s *Service) createKeyPair(req wire.Request, q wire.Query) (any, error) {
	name := q.String("KeyName")
	switch {
	case name == "":
		return nil, missing("KeyName")
	case len(name) > 255:
		return nil, invalidValue("KeyName", name[:16]+"…", "It has at most 255 characters.")
	case q.String("KeyType") != "ed25519":
		return nil, invalidValue("KeyType", q.String("KeyType"), "The embedded cloud makes ed25519 keys only.")
	case q.Has("KeyFormat") && q.String("KeyFormat") != "pem":
		return nil, invalidValue("KeyFormat", q.String("KeyFormat"), "The embedded cloud makes pem keys only.")
	case s.keys[keyID(req.Region, name)] != nil:
		return nil, &wire.Error{Code: "InvalidKeyPair.Duplicate", Message: fmt.Sprintf("The keypair '%s' already exists.", name)}
	}
	tags, err := tagSpecification(q, "key-pair")
	if err != nil {
		return nil, err
	}
	key, material, err := generateKeyPair(name)
	if err != nil {
		return nil, err
	}
	key.Region, key.Tags, key.Created = req.Region, tags, s.Now().UTC()
	if err := s.Journal.Put(kindKey, keyID(req.Region, name), key); err != nil {
		return nil, err
	}
	s.keys[keyID(req.Region, name)] = key
	s.visible.keys.Changed(keyID(req.Region, name), nil)
	return keyPairXML{ID: key.ID, Name: name, Fingerprint: key.Fingerprint, Material: material, Tags: renderTags(tags)}, nil
}

func generateKeyPair(name string) (*KeyPair, string, error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, "", err
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		return nil, "", err
	}
	wrapped, err := ssh.NewPublicKey(public)
	if err != nil {
		return nil, "", err
	}
	line := strings.TrimSpace(string(ssh.MarshalAuthorizedKey(wrapped))) + " " + name
	fingerprint := strings.TrimPrefix(ssh.FingerprintSHA256(wrapped), "SHA256:") + "="
	return &KeyPair{ID: newID("key"), Name: name, Fingerprint: fingerprint, PublicKey: line}, string(pem.EncodeToMemory(block)), nil
}

type keyPairsOutput struct {
	Keys []keyPairXML `xml:"keySet>item"`
}

func (s *Service) describeKeyPairs(req wire.Request, q wire.Query) (any, error) {
	names, ids := q.Strings("KeyName"), q.Strings("KeyPairId")
	filters, err := readFilters(q, new(KeyPair).attribute)
	if err != nil {
		return nil, err
	}
	seen := readable(s.keys, s.visible.keys, func(k *KeyPair) bool {
		return k.Region == req.Region && (len(names) == 0 || slices.Contains(names, k.Name)) && (len(ids) == 0 || slices.Contains(ids, k.ID))
	})
	for _, named := range slices.Concat(names, ids) {
		if !slices.ContainsFunc(seen, func(k *KeyPair) bool { return named == k.Name || named == k.ID }) {
			return nil, noKeyPair(named)
		}
	}
	var out keyPairsOutput
	for _, k := range seen {
		if !filters.match(k.attribute) {
			continue
		}
		item := keyPairXML{ID: k.ID, Name: k.Name, Fingerprint: k.Fingerprint, Type: "ed25519", Created: stamp(k.Created), Tags: renderTags(k.Tags)}
		if q.Bool("IncludePublicKey") {
			item.PublicKey = k.PublicKey
		}
		out.Keys = append(out.Keys, item)
	}
	slices.SortFunc(out.Keys, func(a, b keyPairXML) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

func (k *KeyPair) attribute(name string) ([]string, bool) {
	switch name {
	case "key-name":
		return []string{k.Name}, true
	case "key-pair-id":
		return []string{k.ID}, true
	case "fingerprint":
		return []string{k.Fingerprint}, true
	}
	return tagAttribute(name, k.Tags)
}

func noKeyPair(name string) error {
	return &wire.Error{Code: "InvalidKeyPair.NotFound", Message: fmt.Sprintf("The key pair '%s' does not exist", name)}
}

type deleteKeyOutput struct {
	Return bool   `xml:"return"`
	ID     string `xml:"keyPairId,omitempty"`
}

// deleteKeyPair succeeds for an absent key too, as EC2 does.
func (s *Service) deleteKeyPair(req wire.Request, q wire.Query) (any, error) {
	if !q.Has("KeyName") && !q.Has("KeyPairId") {
		return nil, missing("KeyName")
	}
	for key, k := range s.keys {
		if k.Region != req.Region || k.Name != q.String("KeyName") && k.ID != q.String("KeyPairId") {
			continue
		}
		if err := s.Journal.Delete(kindKey, key); err != nil {
			return nil, err
		}
		delete(s.keys, key)
		s.visible.keys.Forget(key)
		return deleteKeyOutput{true, k.ID}, nil
	}
	return deleteKeyOutput{Return: true}, nil
}
