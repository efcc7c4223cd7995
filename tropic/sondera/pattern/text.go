package pattern

import "math/bits"

// Texts finds which of many literals a text contains, in one pass. Each literal is filed under one of its runs of up to
// four bytes, of which a bit set says at once that most places of the text begin none.
type Texts struct {
	grams [gramMax + 1]*gramIndex // by length of gram; nil where no literal is that short
	empty []int
	count int
}

const (
	gramMax    = 4
	filterBits = 16
)

type gramIndex struct {
	filter  [1 << filterBits / 64]uint64
	entries map[uint32][]textEntry
}

type textEntry struct {
	literal string
	at      int // of the gram in the literal
	id      int
}

// NewTexts files the literals.
func NewTexts(literals []string) *Texts {
	t := &Texts{count: len(literals)}
	for id, text := range literals {
		size := min(len(text), gramMax)
		if size == 0 {
			t.empty = append(t.empty, id)
			continue
		}
		if t.grams[size] == nil {
			t.grams[size] = &gramIndex{entries: map[uint32][]textEntry{}}
		}
		t.grams[size].add(text, size, id)
	}
	return t
}

// add files a literal under the gram that the fewest others are filed under.
func (g *gramIndex) add(text string, size, id int) {
	best, fewest, most := 0, -1, -1
	for at := 0; at+size <= len(text); at++ {
		others, score := len(g.entries[gramAt(text, at, size)]), rarity(text[at:at+size])
		if fewest < 0 || others < fewest || others == fewest && score > most {
			best, fewest, most = at, others, score
		}
	}
	gram := gramAt(text, best, size)
	g.entries[gram] = append(g.entries[gram], textEntry{text, best, id})
	h := filterHash(gram)
	g.filter[h/64] |= 1 << (h % 64)
}

// rarity counts what seldom stands in commands: anything but lower case letters, spaces, slashes and dashes.
func rarity(gram string) int {
	score := 0
	for _, c := range []byte(gram) {
		if (c < 'a' || c > 'z') && c != ' ' && c != '/' && c != '-' {
			score++
		}
	}
	return score
}

func gramAt(s string, at, size int) uint32 {
	var gram uint32
	for i := range size {
		gram = gram<<8 | uint32(s[at+i])
	}
	return gram
}

func filterHash(gram uint32) uint32 { return gram * 0x9E3779B1 >> (32 - filterBits) }

// Found is which literals a text contains, by index. It is reused from text to text by one goroutine.
type Found struct{ words []uint64 }

func (f *Found) reset(n int) {
	size := (n + 63) / 64
	if cap(f.words) < size {
		f.words = make([]uint64, size)
	}
	f.words = f.words[:size]
	clear(f.words)
}

func (f *Found) has(id int) bool { return f.words[id/64]&(1<<(id%64)) != 0 }

func (f *Found) add(id int) { f.words[id/64] |= 1 << (id % 64) }

// Append adds the indexes of the literals that text contains to ids, each once.
func (t *Texts) Append(ids []int, f *Found, text string) []int {
	if t == nil || t.count == 0 {
		return ids
	}
	ids = append(ids, t.empty...)
	f.reset(t.count)
	for size, g := range t.grams {
		if g != nil && len(text) >= size {
			g.scan(f, text, size)
		}
	}
	for w, word := range f.words {
		for ; word != 0; word &= word - 1 {
			ids = append(ids, w*64+bits.TrailingZeros64(word))
		}
	}
	return ids
}

func (g *gramIndex) scan(f *Found, text string, size int) {
	mask := uint32(1)<<(8*size) - 1 // shifted out entirely for four bytes: all ones
	gram := gramAt(text, 0, size-1)
	for i := size - 1; i < len(text); i++ {
		gram = (gram<<8 | uint32(text[i])) & mask
		h := filterHash(gram)
		if g.filter[h/64]&(1<<(h%64)) != 0 {
			g.verify(f, text, i-size+1, gram)
		}
	}
}

func (g *gramIndex) verify(f *Found, text string, at int, gram uint32) {
	for _, e := range g.entries[gram] {
		from := at - e.at
		if from >= 0 && len(text)-from >= len(e.literal) && !f.has(e.id) && text[from:from+len(e.literal)] == e.literal {
			f.add(e.id)
		}
	}
}
