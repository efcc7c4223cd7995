package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"hash/crc32"
)

// change is one put (Value set) or delete (Value nil) of an entity.
type change struct {
	Kind  string          `json:"k"`
	Key   string          `json:"i"`
	Value json.RawMessage `json:"v,omitempty"`
}

// crcTable is Castagnoli's polynomial, which CPUs compute.
var crcTable = crc32.MakeTable(crc32.Castagnoli)

// encodeRecord gives one line: eight hex digits of checksum, a space, the changes as a JSON array, a newline.
func encodeRecord(changes []change) ([]byte, error) {
	body, err := json.Marshal(changes)
	if err != nil {
		return nil, fmt.Errorf("encode journal record: %w", err)
	}
	line := make([]byte, 0, len(body)+10)
	line = fmt.Appendf(line, "%08x ", crc32.Checksum(body, crcTable))
	line = append(line, body...)
	return append(line, '\n'), nil
}

// decodeRecord reverses encodeRecord for a line without its newline.
func decodeRecord(line []byte) ([]change, error) {
	sum, body, found := bytes.Cut(line, []byte(" "))
	if !found {
		return nil, fmt.Errorf("no checksum")
	}
	if want := fmt.Sprintf("%08x", crc32.Checksum(body, crcTable)); string(sum) != want {
		return nil, fmt.Errorf("checksum is %.16q, content has %s", sum, want)
	}
	var changes []change
	if err := json.Unmarshal(body, &changes); err != nil {
		return nil, fmt.Errorf("decode: %w", err)
	}
	return changes, nil
}
