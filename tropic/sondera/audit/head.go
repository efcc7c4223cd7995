package audit

import (
	"bytes"
	"io"
)

// head is the end of the log as the file beside it tells. The file holds two slots of one JSON line each, padded with
// spaces; the slots are written in turn, each with one write within a disk sector, so that a write that breaks off
// leaves the other slot:
//
//	{"head":12,"last":"<hash of line 12>","oldest":1,["mac":"…",]"hash":"…"}
type head struct {
	seq    uint64 // of the last line; 0 before the first
	last   digest // its hash
	oldest uint64 // the first sequence that retention has left
}

const (
	slotSize = 512
	headSize = 2 * slotSize
)

// slot is where the head of this sequence is kept.
func (h head) slot() int64 { return int64(h.seq%2) * slotSize }

func (h head) append(b []byte, s *sealer) []byte {
	b = appendNumber(b, `{"head":`, h.seq)
	b = appendDigest(b, `,"last":"`, h.last)
	b = appendNumber(b, `,"oldest":`, h.oldest)
	b, _ = s.seal(b)
	for len(b) < slotSize-1 {
		b = append(b, ' ')
	}
	return append(b, '\n')
}

// headFile is what the file of the head holds.
type headFile struct {
	head
	slots   []head // those that can be trusted; head is the newest of them
	found   bool   // there is one
	damaged int    // slots that cannot
	best    int64  // where the slot is that head was read from
	size    int
	keyed   bool // a slot that is intact carries a MAC
	forged  int  // slots that are intact, but not authentic
}

func readHead(in io.Reader, s *sealer) (headFile, error) {
	text, err := io.ReadAll(io.LimitReader(in, headSize+1))
	if err != nil {
		return headFile{}, err
	}
	f := headFile{size: len(text)}
	for at := 0; at < headSize; at += slotSize {
		h, closing, ok := decodeSlot(text[min(at, len(text)):min(at+slotSize, len(text))])
		f.keyed = f.keyed || ok && closing.hasMAC
		if ok && !s.authentic(text[at:], closing) {
			ok = false
			f.forged++
		}
		if !ok {
			f.damaged++
			continue
		}
		if !f.found || h.seq > f.seq {
			f.head, f.best = h, int64(at)
		}
		f.found = true
		f.slots = append(f.slots, h)
	}
	return f, nil
}

func decodeSlot(slot []byte) (h head, g closing, ok bool) {
	if len(slot) != slotSize || slot[slotSize-1] != '\n' {
		return head{}, closing{}, false
	}
	text := bytes.TrimRight(slot[:slotSize-1], " ")
	c := cursor{text: text}
	c.literal(`{"head":`)
	h.seq = c.number()
	c.literal(`,"last":"`)
	h.last = c.digest()
	c.literal(`,"oldest":`)
	h.oldest = c.number()
	g = c.closing()
	if c.err != nil || c.at != len(text) {
		return head{}, closing{}, false
	}
	return h, g, intact(text, g)
}
