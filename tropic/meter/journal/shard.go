package journal

import "hash/fnv"

// Shards is how many shards accounts are spread over. It cannot change while chains exist.
const Shards = 1024

// ShardOf is the shard that an account belongs to: FNV-1a of its name, so that every replica and every engine agrees.
func ShardOf(account string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(account))
	return h.Sum32() % Shards
}
