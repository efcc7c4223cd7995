package main

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// plotColumns is how many columns a plot has: what the terminal is wide, the variable COLUMNS, or 80, without the margin.
func (a *app) plotColumns() int {
	width := 80
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil {
		width = n
	}
	if file, isFile := a.stdout.(*os.File); isFile {
		if n, _, err := term.GetSize(int(file.Fd())); err == nil {
			width = n
		}
	}
	return min(max(width, 40), 240) - margin
}

// showsUnicode tells whether the locale is one of UTF-8.
func showsUnicode() bool {
	for _, name := range []string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if value := os.Getenv(name); value != "" {
			value = strings.ToLower(value)
			return strings.Contains(value, "utf-8") || strings.Contains(value, "utf8")
		}
	}
	return false
}
