package redact_test

import (
	"strings"
	"testing"
)

// chosen are passwords that people think up; they speak of secrets themselves at times.
var chosen = []string{
	"SuperSecret123", "SuperSecret123!", "s3cr3tP@ssw0rd", "P@ssw0rd!", "Passw0rd2024", "hunter2hunter", "topsecret99", "MyS3cretKey!",
	"correcthorse42", "Tr0ub4dor&3", "qwerty123456", "Summer2026!", "letmein2026", "admin12345", "a8$kd!2mZ", "x9#Lq2vR", "Secret!Sauce7",
}

// TestChosenPasswords writes each where files and commands hold passwords.
func TestChosenPasswords(t *testing.T) {
	t.Parallel()
	red := plain(t)
	for _, password := range chosen {
		for _, line := range []string{
			"DB_PASSWORD=P", "export MYSQL_ROOT_PASSWORD=P", "export PGPASSWORD='P'", `DB_PASSWORD="P"`, "password: P", "  db_password: 'P'", `password: "P"`, "password=P",
			`{"user":"ann","password":"P"}`, `"Password": "P",`, "      POSTGRES_PASSWORD: P", "postgres://ann:P@db:5432/shop", "mongodb+srv://ann:P@c0.example.net/db",
			"      - MYSQL_PASSWORD=P", `password = "P"`, `const password = 'P';`, "DATABASE_PASSWORD=P\nDATABASE_HOST=db", "        - name: DB_PASSWORD\n          value: \"P\"",
			"jdbc:mysql://db:3306/shop?user=ann&password=P", `String password = "P";`,
		} {
			if strings.Contains(line, "?user=") && strings.ContainsAny(password, "&#") {
				continue // these end a value in a URL
			}
			text := spell(line, password)
			if out, _ := red.Text(text); strings.Contains(out, password) {
				t.Errorf("%q becomes %q", text, out)
			}
		}
	}
}
