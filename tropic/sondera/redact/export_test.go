package redact

// Steps counts the bytes that a reading of text looks at beside the table.
func (r *Redactor) Steps(text string) int {
	s := newScan(r)
	s.buf = []byte(text)
	s.decide(true)
	return s.steps
}

// Shape is a provider's token as tests make it: a lead and so many bytes of an alphabet.
type Shape struct {
	Lead, Class, Alphabet string
	Least, Full           int
}

// Shapes lists the tokens of providers.
func Shapes() []Shape {
	var all []Shape
	for _, sh := range shapes {
		var set []byte
		for b := range 256 {
			if sh.body[b] {
				set = append(set, byte(b))
			}
		}
		all = append(all, Shape{sh.lead, sh.class, string(set), sh.least, sh.full})
	}
	return all
}
