package journal_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/journal"
)

// stream is blocks one after the other.
func stream(blocks []journal.Block) io.Reader {
	var out bytes.Buffer
	for _, b := range blocks {
		out.Write(b.Bytes)
	}
	return &out
}

// Any block that is removed, repeated or moved is found, and so is any changed bit and any cut. What is cut off as whole
// blocks at the end shows in the head.
func TestEveryTamperedChainIsFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, blocks := live(t, histories().Draw(t, "history"))
		head, err := journal.Verify(stream(blocks), 7)
		if err != nil || head != l.Chain().Head() {
			t.Fatalf("%+v of a whole chain, want %+v: %v", head, l.Chain().Head(), err)
		}
		at, to := rapid.IntRange(0, len(blocks)-1).Draw(t, "at"), rapid.IntRange(0, len(blocks)-1).Draw(t, "to")
		removed := slices.Delete(slices.Clone(blocks), at, at+1)
		found(t, head, "removed", stream(removed))
		found(t, head, "repeated", stream(slices.Insert(slices.Clone(blocks), at, blocks[at])))
		if at != to {
			found(t, head, "moved", stream(slices.Insert(slices.Clone(removed), to, blocks[at])))
		}
		data, _ := io.ReadAll(stream(blocks))
		place := rapid.IntRange(0, len(data)-1).Draw(t, "byte")
		found(t, head, "cut", bytes.NewReader(data[:place]))
		found(t, head, "edited", bytes.NewReader(slices.Concat(data[:place], []byte{data[place] ^ 1<<rapid.IntRange(0, 7).Draw(t, "bit")}, data[place+1:])))
	})
}

func found(t *rapid.T, whole journal.Head, what string, in io.Reader) {
	head, err := journal.Verify(in, 7)
	if err == nil && head == whole {
		t.Fatalf("%s, and not found", what)
	}
	if e := (*journal.Error)(nil); err != nil && !errors.As(err, &e) {
		t.Fatalf("%s: an error without a place: %v", what, err)
	}
}

// An error says where: the shard, the block, the byte of the stream.
func TestErrorsSayWhere(t *testing.T) {
	t.Parallel()
	blocks := samples(t)
	size := int64(len(blocks[0].Bytes))
	edited := slices.Concat(blocks[0].Bytes, blocks[1].Bytes)
	edited[len(edited)-1] ^= 1
	for name, c := range map[string]struct {
		shard uint32
		in    []byte
		want  journal.Error
	}{
		"edited":  {7, edited, journal.Error{Shard: 7, Sequence: 1, Offset: size + int64(len(blocks[1].Bytes)) - 32, Err: journal.ErrEdited}},
		"cut":     {7, edited[:size+5], journal.Error{Shard: 7, Sequence: 1, Offset: size + 3, Err: journal.ErrTruncated}},
		"missing": {7, blocks[1].Bytes, journal.Error{Shard: 7, Sequence: 1, Err: journal.ErrSequence}},
		"twice":   {7, slices.Concat(blocks[0].Bytes, blocks[0].Bytes), journal.Error{Shard: 7, Offset: size, Err: journal.ErrSequence}},
		"foreign": {8, blocks[0].Bytes, journal.Error{Shard: 7, Err: journal.ErrForeign}},
		"garbage": {7, slices.Concat(blocks[0].Bytes, []byte("garbage")), journal.Error{Offset: size, Err: journal.ErrMalformed}},
	} {
		_, err := journal.Verify(bytes.NewReader(c.in), c.shard)
		var got *journal.Error
		if !errors.As(err, &got) {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got.Detail = ""
		if *got != c.want {
			t.Errorf("%s: %v, want %v", name, got, &c.want)
		}
	}
}

// The reader's own error comes through.
func TestAReaderThatFailsIsNoEnd(t *testing.T) {
	t.Parallel()
	failure := errors.New("the disk is gone")
	data := samples(t)[0].Bytes
	for _, cut := range []int{0, 3, len(data) - 1, len(data)} {
		_, err := journal.Verify(io.MultiReader(bytes.NewReader(data[:cut]), broken{failure}), 7)
		if !errors.Is(err, failure) {
			t.Errorf("after %d bytes: %v", cut, err)
		}
	}
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }
