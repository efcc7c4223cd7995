package sondera

// Source is Cedar policy text. Its policies need an @id each.
type Source struct {
	Name string // in errors, as a file name
	Text []byte
	// OwnDefault says that the text decides itself about calls that no other rule speaks about, as the output of package
	// policy does. The engine's default rules are left out then.
	OwnDefault bool
}

// Limits of a source. They keep loading bounded; no honest policy comes near.
const (
	MaxSourceSize = 1 << 20 // bytes
	maxNesting    = 100     // of brackets, conditions and negations
)
