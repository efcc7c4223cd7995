package tropic_test

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic"
)

func TestParsePrefix(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"203.0.113.7": "203.0.113.7/32", "10.0.0.0/8": "10.0.0.0/8", "2001:DB8::1": "2001:db8::1/128",
		"2001:db8:0:0::/32": "2001:db8::/32", "0.0.0.0/0": "0.0.0.0/0",
	} {
		if got, err := tropic.ParsePrefix("x", in); err != nil || got.String() != want {
			t.Errorf("ParsePrefix(%q) = %s, %v, want %s", in, got, err, want)
		}
	}
}

func TestParsePrefixSaysWhatWouldBeRight(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"":                     `ssh_cidrs has an empty entry; want an address such as "203.0.113.7"`,
		"10.1.1.1/24":          `ssh_cidrs "10.1.1.1/24" has bits set behind the first 24; want "10.1.1.0/24" for the range, or "10.1.1.1/32" for the one address`,
		"2001:db8::1/32":       `want "2001:db8::/32" for the range, or "2001:db8::1/128" for the one address`,
		"my-home":              `"my-home" is not an IP address or range`,
		"10.0.0.0/33":          `has "33" behind the slash; want a length from 0 to 32`,
		"10.0.0.0/":            `has "" behind the slash`,
		"10.0.0.0/08":          `has "08" behind the slash`,
		"10.0.0.0/8/8":         `has "8/8" behind the slash`,
		"::ffff:10.0.0.1":      `is an IPv4 address written as IPv6; want "10.0.0.1"`,
		"fe80::1%eth0":         `has a zone`,
		"010.0.0.1":            `is not an IP address or range`,
		"10.0.0.1 ":            `is not an IP address or range`, //nolint:gocritic // the blank is the fault
		"10.0.0.1-10.0.0.9":    `is not an IP address or range`,
		"https://203.0.113.7/": `is not an IP address or range`,
	} {
		_, err := tropic.ParsePrefix("ssh_cidrs", in)
		var typed *tropic.Error
		if !errors.As(err, &typed) || !errors.Is(err, tropic.ErrValidation) || typed.Field != "ssh_cidrs" || !strings.Contains(err.Error(), want) {
			t.Errorf("ParsePrefix(%q): %v, want %q for ssh_cidrs", in, err, want)
		}
	}
}

func TestIngressSpecIsNeverOpenByAccident(t *testing.T) {
	t.Parallel()
	all4, all6 := netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")
	many := make([]netip.Prefix, 21)
	for i := range many {
		many[i] = netip.PrefixFrom(netip.AddrFrom4([4]byte{192, 0, 2, byte(i)}), 32)
	}
	for name, test := range map[string]struct {
		spec tropic.IngressSpec
		want string // empty = accepted
	}{
		"SSH from anywhere":              {tropic.IngressSpec{SSH: []netip.Prefix{all4}}, `ssh_cidrs "0.0.0.0/0" opens SSH to the whole internet`},
		"SSH from anywhere, IPv6":        {tropic.IngressSpec{SSH: []netip.Prefix{all6}}, "allow_ssh_from_anywhere"},
		"SSH from anywhere, on purpose":  {tropic.IngressSpec{SSH: []netip.Prefix{all4, all6}, AllowSSHFromAnywhere: true}, ""},
		"gateway to anywhere":            {tropic.IngressSpec{Proxy: []netip.Prefix{all4}}, "the gateway is never public"},
		"gateway to anywhere, override":  {tropic.IngressSpec{Proxy: []netip.Prefix{all6}, AllowSSHFromAnywhere: true}, "the gateway is never public"},
		"host bits":                      {tropic.IngressSpec{SSH: []netip.Prefix{netip.MustParsePrefix("10.1.1.1/24")}}, "has bits set behind the first 24"},
		"zero prefix":                    {tropic.IngressSpec{Proxy: []netip.Prefix{{}}}, "proxy_cidrs has an entry that is no address"},
		"more than a security group has": {tropic.IngressSpec{Proxy: many}, "make 63 rules; want at most 60"},
		"nobody":                         {tropic.IngressSpec{}, ""},
	} {
		err := test.spec.Validate()
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%s: error %v, want %q", name, err, test.want)
		}
		if err != nil && !errors.Is(err, tropic.ErrValidation) {
			t.Errorf("%s: error %v is not of kind ErrValidation", name, err)
		}
	}
}

func FuzzParsePrefix(f *testing.F) {
	for _, seed := range []string{"203.0.113.7", "10.0.0.0/8", "2001:db8::/32", "10.1.1.1/24", "::ffff:1.2.3.4/96", "x", "1.2.3.4/", "/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		prefix, err := tropic.ParsePrefix("field", in)
		if err != nil {
			if !errors.Is(err, tropic.ErrValidation) {
				t.Fatalf("ParsePrefix(%q): %v is not of kind ErrValidation", in, err)
			}
			return
		}
		if prefix != prefix.Masked() || prefix.Addr().Zone() != "" || prefix.Addr().Is4In6() {
			t.Fatalf("ParsePrefix(%q) = %s, not canonical", in, prefix)
		}
		if again, err := tropic.ParsePrefix("field", prefix.String()); err != nil || again != prefix {
			t.Fatalf("ParsePrefix(%q) = %s, which reads as %s, %v", in, prefix, again, err)
		}
	})
}
