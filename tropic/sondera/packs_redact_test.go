package sondera_test

import "strings"

// redactCase is a redaction rule with results that hold a secret, and results that must stay as they are.
type redactCase struct {
	rule     string
	leaks    []leak
	harmless []string
}

// leak is a result, and the part of it that must not be seen.
type leak struct{ text, secret string }

// held puts a secret into a text at "%". The parts of a secret are joined here, so that no scanner takes this file for
// a leak.
func held(text string, parts ...string) leak {
	secret := strings.Join(parts, "")
	return leak{strings.Replace(text, "%", secret, 1), secret}
}

const (
	body36 = "q8Zr2LxV0mTn5KpW7yBd3GfH9sJcE1aRu4Qo"
	body24 = "q8Zr2LxV0mTn5KpW7yBd3GfH"
)

var redactTable = []redactCase{
	{"sondera-redact-api-keys", []leak{
		held("WEATHER_API_KEY=%", body24), held(`{"apiKey": "%"}`, body24), held("x-api-key: %", body24),
		held("export MAPS_API_KEY='%'\n", body24), held("api_key = \"%\"", body24), held("ApiKey: %", body24),
	}, []string{
		"API_KEY = os.environ[\"API_KEY\"]", "Set API_KEY before the first run.", "apiKey: string;", "api_key=$API_KEY",
	}},
	{"sondera-redact-secrets", []leak{
		held("CLIENT_SECRET=%", body24), held("DB_PASSWORD=%", "tr0ub4dor", "Horse9"), held("SESSION_TOKEN: %", body36),
		held("Authorization: Bearer %", body36), held("password: %", "c0rrect", "Horse7Battery"),
		held(`"client_secret": "%"`, body24),
	}, []string{
		"API_TOKEN = compute()", "The password is asked for at the prompt.", "func secretName(key string) string {",
		"token := lexer.Next()", "PASSWORD=${PASSWORD:?}",
	}},
	{"sondera-redact-aws-creds", []leak{
		held("aws_access_key_id = %", "AK", "IA2Z7QX4LWM3NPTB6V"), held("id % was used", "AS", "IA2Z7QX4LWM3NPTB6V"),
		held("AWS_SECRET_ACCESS_KEY=%", "q8Zr2LxV0mTn5KpW7yBd", "3GfH9sJcE1aRu4QoPz6X"),
		held(`"AccessKeyId": "%"`, "AK", "IA5H8RD2KYC9FMWJ3T"), held("aws_secret_access_key = %", "q8Zr2LxV0mTn5KpW7yBd", "3GfH9sJcE1aRu4QoPz6X"),
		held("<%>", "AK", "IA5H8RD2KYC9FMWJ3T"),
	}, []string{
		"Keys begin with AKIA or ASIA.", "AWS_REGION=eu-west-1", "the AKIA prefix", "aws_secret_access_key is read from the file",
	}},
	{"sondera-redact-github-tokens", []leak{
		held("token %", "gh", "p_", body36), held("gh: %\n", "gh", "o_", body36), held("%", "gh", "u_", body36),
		held("a=%;", "gh", "s_", body36), held("(%)", "gh", "r_", body36),
		held("%", "github", "_pat_", "11ABCDEFG0q8Zr2LxV0mTn_5KpW7yBd3GfH9sJcE1aRu4QoPz6X8Zr2LxV0mTn5KpW7yBd3GfH9sJcE1aRu4"),
	}, []string{
		"Classic tokens begin with ghp_.", "const prefix = \"gho_\"", "ghs_ and ghr_ are others", "github_pat_ is the lead",
	}},
	{"sondera-redact-slack-tokens", []leak{
		held("SLACK %", "xo", "xb-123456789012-123456789012-", body24), held("%", "xo", "xp-123456789012-123456789012-", body24),
		held("t: %", "xo", "xa-2-123456789012-", body24), held("'%'", "xo", "xr-123456789012-", body24),
		held("%", "xa", "pp-1-A012BCDEF34-123456789012-", body24),
		held("https://%", "hooks.slack", ".com/services/T01ABCDEF2/B03GHIJKL4/", body24),
	}, []string{
		"Bot tokens begin with xoxb-.", "See hooks.slack.com/ for webhooks.", "xoxp- is for users", "prefix xapp-",
	}},
	{"sondera-redact-db-conn-strings", []leak{
		held("postgres://app:%@db/shop", "Xk29vLq", "Tz"), held("mysql://root:%@10.0.0.5:3306/a", "Xk29vLq", "Tz"),
		held("mongodb+srv://u:%@c.example.net", "Xk29vLq", "Tz"), held("redis://:%@cache:6379/0", "Xk29vLq", "Tz"),
		held("postgresql://a:%@localhost/b", "Xk29vLq", "Tz"), held("DATABASE_URL=postgres://a:%@h/b", "Xk29vLq", "Tz"),
	}, []string{
		"postgres://localhost/shop", "https://example.com/@ann", "git@github.com:o/r.git via ssh://", "redis://cache:6379/0",
	}},
	{"sondera-redact-private-keys", []leak{
		pem("RSA "), pem("OPENSSH "), pem("EC "), pem(""), pem("ENCRYPTED "), pem("DSA "),
	}, []string{
		"A key begins with a BEGIN line.", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
		"-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----", "grep 'PRIVATE KEY' *.pem",
	}},
	{"sondera-redact-anthropic-keys", []leak{
		held("%", "sk-", "ant-api03-", body36, body36, "-", body24, "AA"), held("key=%", "sk-", "ant-admin01-", body36, body36),
		held("'%'", "sk-", "ant-api03-", body36, body36), held("a %, b", "sk-", "ant-oat01-", body36, body36),
		held("{\"k\":\"%\"}", "sk-", "ant-api03-", body36, body36), held("(%)", "sk-", "ant-sid01-", body36, body36),
	}, []string{
		"Keys begin with sk-ant-.", "sk-ant-... is the form", "match(/sk-ant-/)", "the sk-ant- lead",
	}},
	{"sondera-redact-openai-keys", []leak{
		held("%", "sk-", "proj-", body36, body24), held("k=%", "sk-", "svcacct-", body36, body24), held("'%'", "sk-", body36, body24),
		held("(%)", "sk-", "admin-", body36, body24), held("{\"k\":\"%\"}", "sk-", "proj-", body36, body24), held("a %.", "sk-", "proj-", body36),
	}, []string{
		"Keys begin with sk-proj-.", "class=\"sk-spinner\"", "task-force", "sk-learn is another name of scikit-learn",
	}},
	{"sondera-redact-huggingface-tokens", []leak{
		held("%", "h", "f_", "qZrLxVmTnKpWyBdGfHsJcEaRuQoPzXwYkM"), held("t=%", "h", "f_", "qZrLxVmTnKpWyBdGfHsJcEaRuQoPzXwYkM"),
		held("'%'", "h", "f_", body36), held("(%)", "h", "f_", body36), held("Bearer %", "h", "f_", body36), held("a %;", "h", "f_", body36),
	}, []string{
		"hf_hub_download(repo_id)", "Tokens begin with hf_.", "import hf_transfer", "half_life and hf_ratio",
	}},
	{"sondera-redact-stripe-keys", []leak{
		held("%", "sk", "_live_", body24), held("%", "sk", "_test_", body24), held("k=%", "rk", "_live_", body24), held("'%'", "pk", "_test_", body24),
		held("(%)", "rk", "_test_", body24), held("%", "wh", "sec_", body36),
	}, []string{
		"Keys begin with sk_live_.", "sk_test_ is for tests", "whsec_ signs webhooks", "pk_live_mode = true",
	}},
	{"sondera-redact-google-keys", []leak{
		held("%", "AI", "za", "SyD8Zr2LxV0mTn5KpW7yBd3GfH9sJcE1aRu"), held("key=%", "AI", "za", "SyD8Zr2LxV0mTn5KpW7yBd3GfH9sJcE1aRu"),
		held("%", "ya", "29.", body36, body24), held("'%'", "GOC", "SPX-", "q8Zr2LxV0mTn5KpW7yBd3GfH9sJc"),
		held("(%)", "AI", "za", "SyD8Zr2LxV0mTn5KpW7yBd3GfH9sJcE1aRu"), held("t %;", "ya", "29.", body36, body24),
	}, []string{
		"Keys begin with AIza.", "ya29. is the lead of access tokens", "GOCSPX- leads client secrets", "AIzawa is a name",
	}},
	{"sondera-redact-sendgrid-keys", []leak{
		held("%", "S", "G.", "q8Zr2LxV0mTn5KpW7yBd3G.", body36, "x7Kp2Vw"), held("k=%", "S", "G.", "q8Zr2LxV0mTn5KpW7yBd3G.", body36, "x7Kp2Vw"),
		held("'%'", "S", "G.", "q8Zr2LxV0mTn5KpW7yBd3G.", body36, "x7Kp2Vw"), held("(%)", "S", "G.", "q8Zr2LxV0mTn5KpW7yBd3G.", body36, "x7Kp2Vw"),
		held("a %", "S", "G.", "q8Zr2LxV0mTn5KpW7yBd3G.", body36, "x7Kp2Vw"), held("{\"k\":\"%\"}", "S", "G.", "q8Zr2LxV0mTn5KpW7yBd3G.", body36, "x7Kp2Vw"),
	}, []string{
		"Keys begin with SG. and have three parts.", "Made in SG. Sold in HK.", "SG.Core.Runtime", "MSG.format.name",
	}},
	{"sondera-redact-twilio-keys", []leak{
		held("%", "S", "K", "9f86d081884c7d659a2feaa0c55ad015"), held("sid=%", "A", "C", "9f86d081884c7d659a2feaa0c55ad015"),
		held("'%'", "S", "K", "a3bf4f1b2b0b822cd15d6c15b0f00a08"), held("(%)", "A", "C", "a3bf4f1b2b0b822cd15d6c15b0f00a08"),
		held("a %;", "S", "K", "60303ae22b998861bce3b28f33eec1be"), held("{\"k\":\"%\"}", "A", "C", "60303ae22b998861bce3b28f33eec1be"),
	}, []string{
		"SKU 4711", "ACCESS granted", "TASK ACME", "SK is a country code, AC another",
	}},
	{"owasp-redact-oauth-tokens", []leak{
		held(`{"access_token":"%","expires_in":3600}`, body36), held("refresh_token=%", body36), held("Authorization: Bearer %", body36),
		held("%", "ya", "29.", body36, body24), held(`"refresh_token": "%"`, body36), held("OAUTH_TOKEN=%", body36),
	}, []string{
		"Send the access_token with each request.", "access_token = refresh(session)", "The bearer of this letter",
		"def get_access_token(self):", "token_type: bearer",
	}},
	{"owasp-redact-jwt", []leak{
		jwt("%"), jwt("token: %"), jwt("Cookie: s=%;"), jwt(`{"id_token":"%"}`), jwt("'%'"), jwt("(%)"),
	}, []string{
		"A token is eyJ-header, eyJ-payload and a signature.", "eyJ*.*.*", "eyJhbGciOi... is base64", "the prefix eyJ",
	}},
}

func jwt(text string) leak {
	return held(text, "ey", "JhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9", ".ey", "JzdWIiOiI4ODQyMTk3MyIsIm5hbWUiOiJBbm4iLCJpYXQiOjE3NjM5MDAwMDB9",
		".Xq2vLk8Rz0TnWmYp5BdGf7HsJcE1aRu4QoPz6XwYkM0")
}

func pem(kind string) leak {
	body := strings.Repeat(body36+"MIIEowIBAAKCAQEA2a2r\n", 4)
	return held("before\n-----BEGIN "+kind+"PRIVATE KEY-----\n%-----END "+kind+"PRIVATE KEY-----\nafter", body)
}
