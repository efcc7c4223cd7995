package redact_test

import "testing"

// lookAlikes are lines that hold no secret and must come through as they are.
var lookAlikes = []string{
	// code
	"API_TOKEN = compute()", "token: str", "token: string,", "def f(token: str = None, password: Optional[str] = None):",
	"token := os.Getenv(\"API_TOKEN\")", "password = getpass.getpass()", "const secret = await vault.read(path)", "self.token = token",
	"password=password,", "client = Client(api_key=api_key, secret=secret_value)", "apiKey: process.env.OPENAI_API_KEY,",
	"access_token=request.headers.get('x')", "if token == expected {", "Token: cfg.Token,", "token = tokens[i]", "type Token = string",
	"var tokenPattern = regexp.MustCompile(`[a-z]+`)", "secret_key_base: <%= ENV['SECRET_KEY_BASE'] %>", "password: Option<String>,",
	"TOKEN=$(gcloud auth print-access-token)", "export TOKEN=\"$MY_TOKEN\"", "PASSWORD=${PASSWORD:-}", "token = var.api_token",
	"password = data.vault_secret.db.value", "private_key = file(\"~/.ssh/id_ed25519\")", "token: ${{ secrets.GITHUB_TOKEN }}",
	"-e API_TOKEN", "--token <your-token>", "--password-stdin", "use the --password option to set it", "token_type: bearer",
	"max_tokens=4096", "max_tokens: 128000", "\"max_tokens\": 8192", "token_count = 123456", "\"token_type\": \"Bearer\"", "tokenizer: cl100k_base",
	"secretName: my-app-tls-cert", "secretKeyRef:", "password_hash_algorithm = sha512", "key: value", "primary_key=True", "foreign_key: user_id",
	"sort_key=lambda x: x[1]", "public_key = rsa.generate()", "keyboard: qwerty123", "monkey=banana42", "api_key: str | None = None",
	"const { token, secret } = props;", "token?: string;", "private readonly token: string;", "let password: &str = args.password;",
	"errors.New(\"token: expected string\")", "`json:\"token,omitempty\"`", "token = \"token\"", "\"password\": \"string\"", "\"secret\": \"\"",
	"PASSWORD_FIELD = \"password\"", "TOKEN_ENV = \"API_TOKEN\"", "header := \"X-Api-Key\"", "authTokenHeader = \"X-Auth-Token\"",
	// placeholders
	"API_TOKEN=<your-token>", "API_TOKEN=${TOKEN}", "API_TOKEN=xxxxxxxxxxxx", "API_KEY=your-api-key-here", "password: changeme", "SECRET=example-secret",
	"export OPENAI_API_KEY=sk-...", "ANTHROPIC_API_KEY=sk-ant-your-key-goes-here", "ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "password=********",
	"TOKEN={{ .Values.token }}", "postgres://user:${PGPASSWORD}@localhost/db", "postgres://{user}:{password}@{host}/db", "https://user:password@example.com/",
	"Authorization: Bearer <token>", "Authorization: Bearer $TOKEN", "Authorization: Bearer ${ACCESS_TOKEN}", "Authorization: Basic <credentials>",
	// prose
	"the access_token is sent as a bearer token in the header", "Bearer authentication is described in RFC 6750", "basic authentication-scheme", "SG. is the prefix of SendGrid keys",
	"hf_ tokens come from Hugging Face", "hf_hub_download(repo_id, filename)", "keys that begin with sk- or sk-ant- or AKIA", "an eyJ prefix shows a JWT", "eyJ*.*.*",
	"password: see the wiki", "Password: ", "The secret: be patient", "your token: it was lost", "token: none", "npm_config_registry", "npm_package_version_is_not_a_token_here",
	"Secret: keep it simple, stupid", "github_pat_ is the prefix", "ghp_ gho_ ghu_ ghs_ ghr_", "xoxb- and xoxp- tokens", "sk-loading-spinner-container-wide-variant",
	"-----BEGIN CERTIFICATE-----", "\"-----BEGIN RSA PRIVATE KEY-----\" is the first line", "strings.Contains(s, \"-----BEGIN PRIVATE KEY-----\") || x",
	"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n-----END PUBLIC KEY-----",
	// other data
	"commit 3f786850e387550fdab836ed7e6dc881de23001b", "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "550e8400-e29b-41d4-a716-446655440000",
	"h1:AKzpS5vVqlQ4wRJKV0vVO9ZlHI1nQHQ/eD0wCXgtMsE=", "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
	"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGk5bWV0aGluZ3B1YmxpY2tleWRhdGFoZXJl user@host", "GET /a%20b%2Fc?q=x%3Dy HTTP/1.1", "https://example.com:8080/path@v1.2.3/x",
	"git@github.com:org/repo.git", "arn:aws:iam::123456789012:role/name", "i-0abcd1234ef567890", "postgres://localhost:5432/db", "redis://cache:6379/0", "mailto:a@b.c",
	"github.com/tropicbot/terraform-provider-tropic/tropic/sondera/redact", "TestSomethingWithAVeryLongNameThatGoesOnAndOn", "-----------------------------------",
	"AKIA", "AKIASHORT", "SKU1234567890", "ACCOUNT_SETTINGS_FOR_EVERYBODY",
}

func TestLookAlikes(t *testing.T) {
	t.Parallel()
	red := plain(t)
	for _, line := range lookAlikes {
		for _, text := range []string{line, line + "\n", "\t" + line + "\n", "a\n" + line + "\nb"} {
			if out, spans := red.Text(text); out != text {
				t.Errorf("%q became %q (%s)", text, out, spans[0].Class)
			}
		}
	}
	t.Logf("%d look-alikes in 4 surroundings come through", len(lookAlikes))
}
