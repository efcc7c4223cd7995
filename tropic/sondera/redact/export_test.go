package redact

// Steps counts the bytes that a reading of text looks at beside the table.
func (r *Redactor) Steps(text string) int {
	s := newScan(r)
	s.buf = []byte(text)
	s.decide(true)
	return s.steps
}
