package journal_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
)

// samples are a block of facts and one of lines.
func samples(t testing.TB) []journal.Block {
	t.Helper()
	start := meter.Fact{
		Key: "start:i-1", Kind: meter.Start, Account: "a", Instance: "i-1", InstanceType: "t3.micro",
		Effective: epoch, Recorded: epoch + 40, Confidence: meter.Confirmed, Evidence: "describe",
	}
	other := start
	other.Key, other.Instance = "start:i-2", "i-2"
	_, blocks := live(t, []step{{facts: []meter.Fact{start, other}}, {tick: epoch + journal.Interval}})
	return blocks
}

// A block of which any bit is another, or any number of bytes is missing at the end, is found.
func TestEveryChangedBitAndEveryCutIsFound(t *testing.T) {
	t.Parallel()
	for _, b := range samples(t) {
		for at := range b.Bytes {
			for bit := range 8 {
				data := bytes.Clone(b.Bytes)
				data[at] ^= 1 << bit
				_ = refused(t, data)
			}
			if err := refused(t, b.Bytes[:at]); err != nil && !errors.Is(err, journal.ErrTruncated) {
				t.Errorf("cut at byte %d: %v", at, err)
			}
		}
		if err := refused(t, append(bytes.Clone(b.Bytes), 0)); !errors.Is(err, journal.ErrTrailing) {
			t.Errorf("a byte more: %v", err)
		}
	}
}

// refused holds that data is not decoded, and returns why.
func refused(t *testing.T, data []byte) error {
	t.Helper()
	_, err := journal.Decode(data)
	if e := (*journal.Error)(nil); !errors.As(err, &e) || e.Offset < 0 || e.Offset > int64(len(data)) {
		t.Errorf("%x: %v", data, err)
	}
	return err
}

// A change that is signed with a right hash is still read as what it says or refused: there is one encoding of each block.
func TestThereIsOneEncoding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		sealed, err := journal.Seal(anyBlock().Draw(t, "block"))
		if err != nil {
			t.Fatal(err)
		}
		content := bytes.Clone(sealed.Bytes[:len(sealed.Bytes)-sha256.Size])
		content[rapid.IntRange(0, len(content)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		accepted(t, signed(content))
	})
}

// Numbers that are written longer than they need to be, texts that are written twice: not the one encoding.
func TestLongerEncodingsAreRefused(t *testing.T) {
	t.Parallel()
	b := samples(t)[1]
	content := b.Bytes[:len(b.Bytes)-sha256.Size]
	long := append([]byte{content[0], content[1] | 0x80, 0}, content[2:]...) // the shard's number
	if _, err := journal.Decode(signed(long)); !errors.Is(err, journal.ErrMalformed) {
		t.Error(err)
	}
}

// signed is content with its hash.
func signed(content []byte) []byte {
	hash := sha256.Sum256(content)
	return append(bytes.Clone(content), hash[:]...)
}

// accepted holds that what is decoded is sealed to the same bytes.
func accepted(t interface{ Fatalf(string, ...any) }, data []byte) {
	b, err := journal.Decode(data)
	if err != nil {
		if e := (*journal.Error)(nil); !errors.As(err, &e) {
			t.Fatalf("an error without a place: %v", err)
		}
		return
	}
	again, err := journal.Seal(b)
	if err != nil || !bytes.Equal(again.Bytes, data) {
		t.Fatalf("%x was read and is written as %x: %v", data, again.Bytes, err)
	}
}

// Whatever comes, Decode does not panic, does not take more memory than the bytes account for, and reads nothing that it
// would write in another way. Bytes are tried as they are and with a right hash.
func FuzzDecode(f *testing.F) {
	for _, b := range samples(f) {
		f.Add(b.Bytes)
		f.Add(b.Bytes[:len(b.Bytes)-sha256.Size])
	}
	f.Add([]byte{})
	f.Add([]byte{1, 7, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		accepted(t, data)
		accepted(t, signed(data))
	})
}
