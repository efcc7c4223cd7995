package redact_test

import (
	"fmt"
	"os"
	"strings"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

func ExampleRedactor_Text() {
	r, err := redact.New(redact.Options{Known: []string{"correct-horse-battery"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	text := "DB_PASSWORD=hunter22\nAPI_TOKEN = compute()\nlogin: correct-horse-battery\n"
	out, spans := r.Text(text)
	fmt.Print(out)
	for _, s := range spans {
		fmt.Printf("%d to %d: %s\n", s.Start, s.End, s.Class)
	}
	// Output:
	// DB_PASSWORD=[REDACTED BY SONDERA POLICY]
	// API_TOKEN = compute()
	// login: [REDACTED BY SONDERA POLICY]
	// 12 to 20: assignment
	// 50 to 71: known-value
}

func ExampleRedactor_Writer() {
	r, err := redact.New(redact.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	w := r.Writer(os.Stdout, nil)
	for _, piece := range []string{"postgres://ann:s3cr", "et-42@db/shop\n"} { // the password stands on the border
		if _, err := w.Write([]byte(piece)); err != nil {
			fmt.Println(err)
		}
	}
	if err := w.Close(); err != nil {
		fmt.Println(err)
	}
	// Output: postgres://ann:[REDACTED BY SONDERA POLICY]@db/shop
}

func ExampleRedactor_Reader() {
	r, err := redact.New(redact.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	in := strings.NewReader("password: hunter22 # rotate in May\n")
	buf := make([]byte, 1024)
	n, _ := r.Reader(in, nil).Read(buf)
	fmt.Print(string(buf[:n]))
	// Output: password: [REDACTED BY SONDERA POLICY] # rotate in May
}
