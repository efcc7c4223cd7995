package redact_test

import (
	"strings"
	"testing"

	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact"
)

// spellings are settings as files, code and commands write them; P is a password that a person chose, T a random token.
// What stands around it must stay.
var spellings = []string{
	// shell, .env, Docker
	"DB_PASSWORD=P", "export DB_PASSWORD=P", "export API_TOKEN=\"T\"", "API_TOKEN='T' ./run.sh", "DB_PASS=P", "PGPASSWORD=P psql -h db", "REDIS_PASSWORD=P\r",
	"set API_TOKEN=T", "$env:API_TOKEN = \"T\"", "ENV DB_PASSWORD=P", "ENV API_TOKEN T", "ARG NPM_TOKEN=T", "docker run -e DB_PASSWORD=P img", "docker run --env API_TOKEN=T img",
	"\"Env\": [\"DB_PASSWORD=P\", \"PATH=/bin\"]", "declare -x GITHUB_SECRET=\"T\"", "STRIPE_SECRET=T", "SECRET_KEY=T", "ENCRYPTION_KEY=T", "JWT_SECRET_KEY=T", "APP_KEY=base64:T",
	"+API_TOKEN=T", "-DB_PASSWORD=P", ".env:3:API_TOKEN=T", "config/.env-12-DB_PASSWORD=P", "    12\tDB_PASSWORD=P", "12:API_TOKEN=T", "TOKEN_PROD=T", "API_KEY_2=T", "# API_TOKEN=T",
	// YAML
	"password: P", "  password: \"P\"", "db_password: 'P'", "  - password: P", "api_key: T", "apiKey: T", "client-secret: T", "password: P # rotate in May", "    API_TOKEN: T",
	"        - name: DB_PASSWORD\n          value: P", "        - name: API_TOKEN\n          value: \"T\"", "stringData:\n  password: P", "environment:\n  - DB_PASSWORD=P",
	"environment:\n  DB_PASSWORD: P", "spec: {token: T}",
	// JSON
	`"password": "P"`, `"password":"P"`, `{"token":"T","n":1}`, `{"apiKey": "T"}`, `{"client_secret" : "T"}`, `{\"password\":\"P\"}`, `"{\"token\": \"T\"}"`,
	`{"name":"DB_PASSWORD","value":"P"}`, `{"name": "API_TOKEN", "value": "T"}`, `{"Key": "db_password", "Value": "P"}`, `"SessionToken": "T"`, `"access_token": "T"`, `{'password': 'P'}`,
	`"secret":"T"`, `"auth_token": "T",`, `"refreshToken":"T"`,
	// ini, properties, toml
	"password = P", "password=P", "password = \"P\"", "secret_key = T", "spring.datasource.password=P", "spring.datasource.password = P", "[db]\npassword = P\n[x]", "token = T", "smtp.pass=P",
	"_authToken=T", "//registry.npmjs.org/:_authToken=T", "aws_session_token = T", "user=ann;password=P;host=db", "Server=db;User Id=sa;Password=P;Encrypt=true", "Pwd=P;",
	// code
	"password = \"P\"", "const apiKey = \"T\";", "let token = 'T'", "token := \"T\"", "Token: \"T\",", "String password = \"P\";", "private static final String API_KEY = \"T\";", "client = Client(token=\"T\")",
	"connect(user='ann', password='P')", "openai.api_key = \"T\"", "$password = 'P';", "'password' => 'P',", "\"api_key\" => \"T\",", ":password => 'P'", "define('DB_PASSWORD', 'P');", "@password = \"P\"",
	"let api_key: &str = \"T\";", "val token: String = \"T\"", "var apiKey: String = \"T\"", "headers = {'X-Api-Key': 'T'}", "headers[\"X-Auth-Token\"] = \"T\"", "os.environ[\"API_TOKEN\"] = \"T\"",
	"os.environ.setdefault(\"DB_PASSWORD\", \"P\")", "req.Header.Set(\"X-Api-Key\", \"T\")", "conn.setPassword(\"P\");", ".password(\"P\")", "process.env.API_TOKEN = 'T';", "password: 'P',", "apiKey: \"T\",",
	"token = `T`", "SECRET_KEY = 'T'", "#define API_TOKEN \"T\"", "auth = (\"ann\", \"x\"); password=\"P\"", "config.secret_key_base = 'T'", "e.token=\"T\",e.x=1", "{token:\"T\",id:1}",
	// terraform
	"  password = \"P\"", "  master_password         = \"P\"", "  api_token = \"T\"", "+ password = \"P\"", "      ~ password = \"P\" -> null",
	// XML
	"<password>P</password>", "<apiKey>T</apiKey>", "<add key=\"ApiKey\" value=\"T\" />", "<property name=\"password\" value=\"P\"/>", "<entry password=\"P\" user=\"x\"/>",
	// commands
	"mycli --password P", "mycli --password=P", "mycli --token T --verbose", "mycli --api-key \"T\"", "--client-secret='T'", "curl -H 'X-Api-Key: T' https://h", "curl -H \"Authorization: Token T\" https://h",
	"curl -u ann:P https://h", "curl --user 'ann:P' https://h", "curl -d 'password=P&user=ann' https://h", "curl 'https://h/x?api_key=T&y=1'", "mysql -u root -pP db", "sshpass -p P ssh h",
	"sshpass -p 'P' ssh h", "redis-cli -a P ping", "aws configure set aws_session_token T", "machine git.internal login ann password P", "machine h\n  login ann\n  password P\n",
	"[\"--token\", \"T\"]", "[\"--password=P\"]",
	// logs and programs
	"level=info msg=\"up\" password=P user=ann", "level=debug token=T", "2026-11-12 10:00:00 password=P", "Password: P", "Generated password: P", "API key: T", "Your token: T", "> X-Api-Key: T",
	"< X-Auth-Token: T", "x-api-key: T", "Authorization: T", "GET /x?access_token=T HTTP/1.1", "| password | P |", "| db_password    | P       |",
	"\x1b[32mDB_PASSWORD\x1b[0m=P", "password=\x1b[1mP\x1b[0m", "AccountKey=T", "SharedAccessKey=T", "token%3DT%26x%3D1", "password%22%3A%22P%22",
	"ADMIN_PW=P", `{"type":"password","value":"P"}`, "SECRET_KEY = \"T\"",
	"https://acc.blob.core.windows.net/c?sv=2022-11-02&sig=T&se=2027-01-01", "DB_PASSWORD=P\\nX=1", "\"DB_PASSWORD=P\\nX=1\"",
}

// TestSpellings writes made-up passwords and tokens into every spelling.
func TestSpellings(t *testing.T) {
	t.Parallel()
	red := plain(t)
	missed := map[string]int{}
	for seed := range uint64(40) {
		r := seeded(seed)
		password := pick(r, letters, 4) + pick(r, digits, 2) + pick(r, letters, 4)
		token := pick(r, alphanum, 15) + pick(r, digits, 4) + pick(r, alphanum, 15)
		for _, line := range spellings {
			value := token
			if fieldOf(line, 'P') >= 0 {
				value = password
			}
			for _, around := range [][2]string{{"", ""}, {"", "\n"}, {"x\n", "\ny\n"}} {
				text := around[0] + spell(line, value) + around[1]
				out, spans := red.Text(text)
				want := around[0] + spell(line, redact.Marker) + around[1]
				if out != want && !strings.Contains(want, "base64:") || strings.Contains(out, value) {
					if missed[line]++; missed[line] == 1 {
						t.Errorf("%q became %q, %d spans", text, out, len(spans))
					}
				}
			}
		}
	}
	t.Logf("%d of %d spellings are replaced", len(spellings)-len(missed), len(spellings))
}

// fieldOf is where the letter stands alone in line.
func fieldOf(line string, letter byte) int {
	word := func(b byte) bool { return b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z' && b != 'n' || b == '_' }
	for i := len(line) - 1; i >= 0; i-- {
		if line[i] != letter {
			continue
		}
		left := i == 0 || !word(line[i-1]) || line[i-1] == 'm' && i > 1 && line[i-2] == '1' || strings.HasSuffix(line[:i], "%3D") || strings.HasSuffix(line[:i], "-p")
		if left && (i+1 == len(line) || !word(line[i+1])) {
			return i
		}
	}
	return -1
}

func spell(line, value string) string {
	i := max(fieldOf(line, 'P'), fieldOf(line, 'T'))
	return line[:i] + value + line[i+1:]
}

// TestClassOfValue puts tokens that show what they are where a name says that they are secret: the class is the token's.
func TestClassOfValue(t *testing.T) {
	t.Parallel()
	red := plain(t)
	for _, m := range bare(seeded(21)) {
		if m.class == "private-key" {
			continue
		}
		for _, line := range []string{"API_TOKEN=T", `{"token": "T"}`, "token: T", "mycli --token T", "Authorization: Bearer T", "token = 'T'"} {
			text := spell(line, m.secret)
			out, spans := red.Text(text)
			if len(spans) != 1 || spans[0].Class != m.class || out != spell(line, redact.Marker) {
				t.Errorf("a %s in %q becomes %q, %v", m.class, line, out, spans)
			}
		}
	}
}
