package sondera

// attribute is one member of the context of a call.
type attribute uint8

const (
	attrTool attribute = iota
	attrSession
	attrWorkspace
	attrCommand
	attrOutput
	attrMCPServer
	attrMCPTool
	attrUnderstood
	attrKnown
	attrOperations
	attrTraits
	attrPrograms
	attrFlags
	attrLanguages
	attrPackages
	attrChannels
	attrPorts
	attrPaths
	attrReads
	attrWrites
	attrDeletes
	attrExecutes
	attrHosts
	attrRecipients
	attributeCount

	attrPrincipal // variables of a request, which are tested as texts are
	attrAction
	attrResource
	fieldCount
)

var attributeNames = [fieldCount]string{
	"tool", "session", "workspace", "command", "output", "mcp_server", "mcp_tool", "understood", "known", "operations",
	"traits", "programs", "flags", "languages", "packages", "channels", "ports", "paths", "reads", "writes", "deletes",
	"executes", "hosts", "recipients", "", "principal", "action", "resource",
}

func (a attribute) String() string { return attributeNames[a] }

var attributesByName = func() map[string]attribute {
	m := make(map[string]attribute, attributeCount)
	for a := range attributeCount {
		m[a.String()] = a
	}
	return m
}()

func (a attribute) isText() bool  { return a <= attrMCPTool }
func (a attribute) isFlag() bool  { return a == attrUnderstood || a == attrKnown }
func (a attribute) isWords() bool { return a >= attrOperations && a <= attrChannels }
func (a attribute) isGroup() bool { return a >= attrPaths && a <= attrRecipients }
func (a attribute) isPaths() bool { return a >= attrPaths && a <= attrExecutes }

// attributes is a set of them.
type attributes uint32

const allAttributes = attributes(1)<<attributeCount - 1

func (s attributes) has(a attribute) bool { return s&(1<<a) != 0 }

func (s *attributes) add(a attribute) { *s |= 1 << a }

// part is a member of a group such as reads. The zero part is the attribute itself.
type part uint8

const (
	partWhole part = iota
	partAny
	partAll
	partNone
	partCount
)

var partNames = [partCount]string{"", "any", "all", "none"}
