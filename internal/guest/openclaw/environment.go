package openclaw

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// ErrUnquotable is returned for a key that no .env line can hold. It never shows the key.
var ErrUnquotable = errors.New("has a control character or a single quote, which no .env line can hold")

// Variable is the environment variable from which OpenClaw takes a model provider's API key.
func Variable(provider string) string {
	return strings.ToUpper(strings.ReplaceAll(provider, "-", "_")) + "_API_KEY"
}

// EnvironmentLines returns the lines of OpenClaw's .env that hold the API keys, by provider, sorted. The keys must
// have passed ValidateKey.
func EnvironmentLines(keys map[string]string) []string {
	lines := make([]string, 0, len(keys))
	for _, provider := range slices.Sorted(maps.Keys(keys)) {
		lines = append(lines, Variable(provider)+"="+quote(keys[provider]))
	}
	return lines
}

// ValidateKey reports whether an .env line can hold an API key.
func ValidateKey(key string) error {
	control := strings.ContainsFunc(key, func(r rune) bool { return r < 0x20 || r == 0x7f })
	switch {
	case key == "":
		return errors.New("is empty")
	case control || strings.Contains(key, "'"):
		return ErrUnquotable
	}
	return nil
}

const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+/=:@%"

// quote leaves a usual key bare; dotenv takes what is in single quotes literally.
func quote(key string) string {
	if strings.Trim(key, plain) == "" {
		return key
	}
	return "'" + key + "'"
}
