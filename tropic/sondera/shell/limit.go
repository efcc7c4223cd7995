package shell

// Beyond these limits a text is not followed further and carries the trait unparsed. They bound time and memory: each
// is far above what people and agents write.
const (
	maxText    = 256 << 10 // bytes of the command, and of any text that it runs
	maxValue   = 64 << 10  // bytes of one expanded word or variable
	maxSpent   = 4 << 20   // bytes that expansions may give in all
	maxFields  = 4096      // words of one command after expansion
	maxDepth   = 24        // texts within texts, functions within functions
	maxSteps   = 4096      // statements and commands run on paper
	maxLoop    = 16        // literal items of a for loop that are followed one by one
	maxChoices = 4         // values a variable may have, depending on a condition
	maxMatches = 8         // programs that a globbed name may stand for
	maxNesting = 512       // brackets and quotes open at once: the parser recurses on them
	maxReason  = 256       // bytes of a reason
)
