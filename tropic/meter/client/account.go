package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// AccountPage is a part of the list of accounts.
type AccountPage struct {
	Accounts []string `json:"accounts"`       // by name
	Next     string   `json:"next,omitempty"` // what to list after; "" when there are no more
}

// Accounts lists accounts that have facts, by name, after one of them ("" begins) and no more than limit (0: the server's
// default). It needs an admin token.
func (c *Client) Accounts(ctx context.Context, after string, limit int) (*AccountPage, error) {
	query := url.Values{}
	if after != "" {
		query.Set("after", after)
	}
	if limit > 0 {
		query.Set("limit", strconv.Itoa(limit))
	}
	return fetch[AccountPage](ctx, c, request{method: http.MethodGet, path: "/v1/accounts", query: query})
}

// maxAccount is the longest name of an account, in bytes.
const maxAccount = 128

// CheckAccount refuses a name that no account can have over HTTP.
func CheckAccount(name string) error {
	switch {
	case name == "" || name == "." || name == "..":
		return fmt.Errorf("%q is no name of an account", name)
	case len(name) > maxAccount:
		return fmt.Errorf("the name of an account has at most %d bytes, not %d", maxAccount, len(name))
	case !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return r == '/' || unicode.IsControl(r) }):
		return fmt.Errorf("account %q has a slash or a control character, or is not UTF-8", name)
	default:
		return nil
	}
}

// accountPath is a path below an account.
func accountPath(account string, below ...string) (string, error) {
	if err := CheckAccount(account); err != nil {
		return "", err
	}
	path := "/v1/accounts/" + url.PathEscape(account)
	for _, part := range below {
		path += "/" + url.PathEscape(part)
	}
	return path, nil
}
