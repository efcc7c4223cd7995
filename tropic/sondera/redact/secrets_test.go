package redact_test

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"strings"
)

const (
	letters  = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	digits   = "0123456789"
	alphanum = letters + digits
	urlSafe  = alphanum + "-_"
	upper32  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
)

// made is a secret that was made up, alone and as it stands in a text.
type made struct{ class, secret, text string }

// pick makes n characters of set.
func pick(r *rand.Rand, set string, n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = set[r.IntN(len(set))]
	}
	return string(b)
}

// bare makes one secret of each class that is recognised wherever it stands. The leads are cut in two, so that no
// scanner takes this file for a leak.
func bare(r *rand.Rand) []made {
	plain := func(class, secret string) made { return made{class, secret, secret} }
	out := []made{
		plain("aws-access-key-id", []string{"AK" + "IA", "AS" + "IA"}[r.IntN(2)]+pick(r, upper32, 16)),
		plain("github-token", "gh"+string("pousr"[r.IntN(5)])+"_"+pick(r, alphanum, 36)),
		plain("github-fine-grained-token", "github"+"_pat_"+pick(r, alphanum, 22)+"_"+pick(r, alphanum, 59)),
		plain("anthropic-key", "sk-"+"ant-api03-"+pick(r, urlSafe, 93)+"AA"),
		plain("openai-key", "sk-"+[]string{"proj-", "svcacct-"}[r.IntN(2)]+pick(r, urlSafe, 48)),
		plain("openai-key", "sk"+"-"+pick(r, alphanum, 48)),
		plain("stripe-key", []string{"sk", "pk", "rk"}[r.IntN(3)]+"_"+[]string{"live", "test"}[r.IntN(2)]+"_"+pick(r, alphanum, 24)),
		plain("stripe-key", "wh"+"sec_"+pick(r, alphanum, 32)),
		plain("jwt", "ey"+"J"+pick(r, urlSafe, 33)+".eyJ"+pick(r, urlSafe, 60)+"."+pick(r, urlSafe, 43)),
		plain("slack-token", "xo"+"x"+string("bp"[r.IntN(2)])+"-"+pick(r, digits, 12)+"-"+pick(r, digits, 12)+"-"+pick(r, alphanum, 24)),
		plain("google-key", "AI"+"za"+pick(r, urlSafe, 35)),
		plain("google-key", "ya"+"29."+pick(r, alphanum, 64)),
		plain("huggingface-token", "h"+"f_"+pick(r, letters, 34)),
		plain("sendgrid-key", "S"+"G."+pick(r, urlSafe, 22)+"."+pick(r, urlSafe, 43)),
		plain("twilio-key", "S"+"K"+pick(r, "0123456789abcdef", 32)),
		plain("gitlab-token", "gl"+"pat-"+pick(r, urlSafe, 20)),
		plain("gitlab-token", "gl"+"dt-"+pick(r, urlSafe, 20)),
		plain("telegram-token", pick(r, "123456789", 10)+":A"+"A"+pick(r, urlSafe, 33)),
		plain("discord-token", base64.StdEncoding.EncodeToString([]byte(pick(r, "123456789", 18)))+"."+pick(r, urlSafe, 6)+"."+pick(r, urlSafe, 38)),
		plain("digitalocean-token", "do"+"p_v1_"+pick(r, "0123456789abcdef", 64)),
		plain("service-token", "hv"+"s."+pick(r, alphanum, 24)),
		plain("service-token", "gs"+"k_"+pick(r, alphanum, 52)),
		plain("service-token", "sk-"+"or-v1-"+pick(r, "0123456789abcdef", 64)),
		plain("npm-token", "np"+"m_"+pick(r, alphanum, 36)),
		plain("private-key", "-----BEGIN PGP "+"PRIVATE KEY BLOCK-----\nVersion: GnuPG v2\n\n"+pick(r, alphanum+"+/", 64)+"\n"+pick(r, alphanum, 30)+"\n=aB3d\n-----END PGP "+"PRIVATE KEY BLOCK-----"),
		plain("private-key", pemBlock(r, []string{"RSA ", "OPENSSH ", "EC ", ""}[r.IntN(4)], 1+r.IntN(60))),
	}
	return out
}

// named makes one secret of each class that shows by what stands around it.
func named(r *rand.Rand) []made {
	password := pick(r, letters, 5) + pick(r, digits, 2) + pick(r, letters, 5)
	token := pick(r, alphanum, 30) + pick(r, digits, 2)
	aws := pick(r, letters, 20) + pick(r, digits, 4) + pick(r, alphanum+"+/", 16)
	azure := pick(r, alphanum+"+/", 86) + "=="
	return []made{
		{"bearer-token", token, "Authorization: Bearer " + token},
		{"basic-credentials", base64.StdEncoding.EncodeToString([]byte("ann:" + password)), "authorization: Basic " + base64.StdEncoding.EncodeToString([]byte("ann:"+password))},
		{"database-url", password, "postgres://ann:" + password + "@db.internal:5432/shop"},
		{"url-password", password, "https://ann:" + password + "@git.internal/x.git"},
		{"aws-secret-key", aws, "aws_secret_access_key = " + aws},
		{"azure-key", azure, "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=" + azure + ";EndpointSuffix=core.windows.net"},
		{"assignment", password, "DB_PASSWORD=" + password},
		{"assignment", password, `"password": "` + password + `"`},
		{"assignment", password, "  password: " + password},
		{"assignment", token, "export API_TOKEN='" + token + "'"},
		{"assignment", token, "--api-key " + token},
	}
}

func pemBlock(r *rand.Rand, kind string, lines int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "-----BEGIN %sPRIVATE KEY-----\n", kind)
	for range lines {
		fmt.Fprintln(&b, pick(r, alphanum+"+/", 64))
	}
	fmt.Fprintf(&b, "%s==\n-----END %sPRIVATE KEY-----", pick(r, alphanum, 22), kind)
	return b.String()
}

func seeded(seed uint64) *rand.Rand {
	return rand.New(rand.NewPCG(seed, 1))
}
