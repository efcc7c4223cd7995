package redact_test

import (
	"strings"
	"testing"
)

// innocent are excerpts that speak of secrets and hold none, by what they are from.
var innocent = map[string]string{
	"go": `
func Login(user, password string, opts ...Option) (*Token, error) {
	token, err := c.Authenticate(ctx, user, password)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("X-Api-Key", apiKey)
	cfg := Config{Token: os.Getenv("API_TOKEN"), Secret: secretFrom(path), Password: p.Password}
	flag.StringVar(&token, "token", "", "the API token; see https://example.com/docs/tokens")
	const passwordMinLength = 12
	var errBadToken = errors.New("token: malformed")
	tokenType := token.IDENT
	if strings.HasPrefix(key, "sk_live_") || key == "AKIA" {
	cmd.Env = append(os.Environ(), "TOKEN="+token, "SECRET="+cfg.Secret1, "PASSWORD="+p2)
	f.pass = &emptyPass3; f.token = *params.Token2; Token: "#d8dee9",
	FS_IOC_ADD_ENCRYPTION_KEY = 0xc0506617
	env := "A=1\nTOKEN=" + token + "\nSECRET="+cfg.Secret1+"\n&PASSWORD="+p.Word2, "x"
	privateKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	APIKey string ` + "`json:\"apiKey\" yaml:\"api_key\"`" + `
	secretName: "tls-ingress-2024",
	{"password", "Password of the user", passwordType},
	t.Setenv("API_TOKEN", "test")
	case token.STRING, token.INT: pos := token.Pos(12345678)
	Token: ast.NewIdent("token1"),
	accessKey := fmt.Sprintf("%s-%d", prefix, n)
	PasswordHash: sha256.Sum256([]byte(password)),
`,
	"python": `
def connect(user: str, password: str | None = None, *, token: Optional[SecretStr] = None) -> Client:
    password = password or os.environ.get("DB_PASSWORD", "")
    token = jwt.encode(payload, key=settings.SECRET_KEY, algorithm="HS256")
    self.api_key = api_key or config["api_key"]
    password_field = forms.CharField(widget=forms.PasswordInput())
    api_key: str = Field(default=..., env="OPENAI_API_KEY")
    _FLOW_KEY = 'google_oauth2_flow_{0}'
    tokens = tokenizer("Hello", return_tensors="pt")
    secret = secrets.token_hex(32)
    parser.add_argument("--password", help="Password for the user", default=None)
    return {"token": token, "token_type": "bearer", "expires_in": 3600}
    pad_token="<pad>", eos_token="</s>", unk_token = "[UNK]"
    credentials = service_account.Credentials.from_service_account_file("key.json")
    num_tokens=max_new_tokens, temperature=0.7
    hashed_password = bcrypt.hashpw(password.encode(), bcrypt.gensalt(rounds=12))
    assert response.json()["access_token"] == token1
    PASSWORD_RESET_TIMEOUT = 259200
    SECRET_KEY = env("DJANGO_SECRET_KEY")
    token = request.headers["Authorization"].split()[1]
`,
	"typescript": `
export interface Credentials { username: string; password: string; token?: string | null; apiKey: ApiKey[] }
const token: string = await getToken({ secret: process.env.NEXTAUTH_SECRET });
const { data: token2 } = useQuery(["token"], () => fetchToken(id));
headers: { Authorization: ` + "`Bearer ${token}`" + `, "X-API-Key": apiKey },
password: yup.string().min(8).required("Password is required"),
<input type="password" name="password" placeholder="Password" autoComplete="current-password" />
const secretKey = crypto.randomBytes(32).toString("hex");
type Props = { token: Token; onTokenChange: (token: string) => void };
export const SET_TOKEN = "auth/SET_TOKEN";
localStorage.setItem("token", response.data.token);
password: z.string().regex(/^(?=.*[A-Z])(?=.*[0-9]).{8,}$/),
const tokenKey = "accessToken"; const PASSWORD_KEY = 'user.password';
if (token !== undefined && token.length > 0) { return token; }
`,
	"javascript": `!function(e,t){var n=t.token||e.apiKey,r=e.password=n.x;return{token:n,secret:r,key:"value"}}(window,{});` +
		`a.token=b.getToken(),c.password=d,e.secretKey=function(f){return f};var g={password:"password",token:"csrfmiddlewaretoken"};` +
		`o.exports={token:1,apiKey:void 0,accessToken:null,clientSecret:!0};i.password&&(s=i.password.length);p={passwordHash:p2,token:t1}`,
	"java": `
    private final String password;
    @Value("${spring.datasource.password}") private String dbPassword;
    public void setPassword(String password) { this.password = password; }
    String token = request.getHeader("Authorization").substring(7);
    props.setProperty("javax.net.ssl.keyStorePassword", keyStorePassword);
    .authorizeHttpRequests(auth -> auth.requestMatchers("/token").permitAll())
    private static final String TOKEN_PREFIX = "Bearer ";
    public static final String PASSWORD = "password";
    char[] password = console.readPassword("Password: ");
`,
	"rust": `
    pub struct Config { pub token: Option<String>, pub api_key: SecretString, password: Zeroizing<Vec<u8>> }
    let token: Token<'_> = lexer.next_token()?;
    let secret = SecretKey::from_slice(&bytes[..32])?;
    let password = rpassword::prompt_password("Password: ").unwrap();
    #[arg(long, env = "API_TOKEN")] token: String,
    TokenKind::Ident => self.bump(), token::Eq => {}
`,
	"ruby": `
  password: ENV.fetch("DB_PASSWORD") { "" }
  validates :password, presence: true, length: { minimum: 8 }
  params.require(:user).permit(:email, :password, :password_confirmation)
  config.secret_key_base = ENV["SECRET_KEY_BASE"]
  token = SecureRandom.urlsafe_base64
  t.string :password_digest, :api_token, default: "", null: false
  has_secure_token :auth_token
`,
	"php": `
  'password' => env('DB_PASSWORD', ''),
  'password' => 'required|string|min:8|confirmed',
  $password = $_POST['password'] ?? '';
  $token = bin2hex(random_bytes(32));
  define('DB_PASSWORD', getenv('DB_PASSWORD'));
  'secret' => $config['secret'], 'token' => $this->token,
`,
	"c": `
	static const char *password = NULL;
	#define TOKEN_LENGTH 32
	#define PASSWORD_MAX 0x100
	token = strtok(line, " "); secret_len = sizeof(secret);
	case TOKEN_LPAREN: return parse(p, TOKEN_RPAREN);
	cout << "Password: " << flush; auto token = tokens[i++]; key->private_key = NULL;
`,
	"shell": `
read -s -p "Password: " PASSWORD
export API_TOKEN="$(cat /run/secrets/api_token)"
TOKEN=$(curl -s -X POST "$URL" | jq -r .token)
PASSWORD=${1:?usage: $0 PASSWORD}
GITHUB_TOKEN=$GITHUB_TOKEN npm publish --access public
[ -z "$SECRET_KEY" ] && echo "SECRET_KEY is not set" && exit 1
curl -H "Authorization: Bearer $TOKEN" -u "$USER:$PASS" https://example.com/api
docker run -u 1000:1000 -u node:node -e POSTGRES_PASSWORD -p 8080:80 app
ssh-keygen -t ed25519 -f ~/.ssh/id_ed25519 -C user@host
mysql -u root -p"$MYSQL_PASSWORD" db; mysql -u root -p -h db
SECRET_FILE=/run/secrets/db_password
PASSWORD_FILE=/etc/app/password.txt TOKEN_PATH=~/.config/token
kubectl create secret generic db --from-literal=password="$DB_PASSWORD"
aws secretsmanager get-secret-value --secret-id prod/db --query SecretString --output text
gh secret set API_TOKEN --body "$API_TOKEN" --repo org/repo
vault kv get -field=password secret/data/app
`,
	"dockerfile": `
ARG NPM_TOKEN
ENV NODE_ENV=production PATH=/usr/local/bin:$PATH
ENV API_TOKEN=""
ENV TOKEN_FILE /run/secrets/token
RUN --mount=type=secret,id=npm_token NPM_TOKEN=$(cat /run/secrets/npm_token) npm ci
RUN echo "//registry.npmjs.org/:_authToken=${NPM_TOKEN}" > .npmrc
`,
	"terraform": `
variable "db_password" {
  type        = string
  sensitive   = true
  description = "Password of the database; at least 16 characters"
}
resource "aws_db_instance" "main" {
  password             = var.db_password
  master_password      = random_password.db.result
  kms_key_id           = aws_kms_key.main.arn
  manage_master_user_password = true
  secret_string        = jsonencode({ password = random_password.db.result })
  access_key           = aws_iam_access_key.ci.id
  private_key_pem      = tls_private_key.ca.private_key_pem
  key_name             = "deployer-key-2024"
}
output "token" { value = module.auth.token }
      + password = (sensitive value)
      ~ token    = (known after apply)
  secret_id = "projects/p1/secrets/db-password"
`,
	"kubernetes": `
apiVersion: v1
kind: Secret
metadata: {name: db-secret-v2, namespace: prod}
type: Opaque
spec:
  containers:
  - env:
    - name: DB_PASSWORD
      valueFrom:
        secretKeyRef:
          name: db-secret
          key: password
    - name: API_TOKEN
      value: $(TOKEN)
    - name: TOKEN_FILE
      value: /var/run/secrets/kubernetes.io/serviceaccount/token
    - name: LOG_LEVEL
      value: debug2
    volumeMounts:
    - {mountPath: /etc/secret, name: secret-volume}
  imagePullSecrets:
  - name: registry-secret
  tls:
  - secretName: wildcard-example-com-tls
  serviceAccountToken: {path: token, expirationSeconds: 3607, audience: vault}
  automountServiceAccountToken: false
`,
	"github actions": `
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          token: ${{ secrets.GITHUB_TOKEN }}
          persist-credentials: false
      - run: echo "::add-mask::$TOKEN"
        env:
          NPM_TOKEN: ${{ secrets.NPM_TOKEN }}
          AWS_SECRET_ACCESS_KEY: ${{ secrets.AWS_SECRET_ACCESS_KEY }}
      - {name: Login, with: {password: "${{ secrets.DOCKER_PASSWORD }}", username: bot}}
    permissions: {id-token: write, contents: read}
`,
	"lock files": `
      "integrity": "sha512-9oHyqC2MNnhEW5EBGKNWqv3yzNwFh5hH4fPdJ0zGYZt0nkGPq3XDDcTqBSFjWyvyMLLYqkqVUAMcFbQDQUw2Lg==",
      "resolved": "https://packages.example.com/js-tokens/-/js-tokens-4.0.0.tgz",
    "node_modules/js-tokens": {"version": "4.0.0", "license": "MIT"},
github.com/golang-jwt/jwt/v5 v5.2.1 h1:OuVbFODueb089Lh128TAcimifWaLhJwVflnrgM17wHk=
github.com/golang-jwt/jwt/v5 v5.2.1/go.mod h1:pqrtFR0X4osieyHYxtmOUWsAWrfe1Q5UVIyoH402zdk=
    {file = "tokenizers-0.19.1-cp310-none-win_amd64.whl", hash = "sha256:ad57d59341710b94a7d9dbea13f5c1e7d76fd8d9bcd944a7a6ab0b0da6e0cc66"},
checksum = "0b2a9aa5b3f2a9f7c6d3a0b5f2b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e4f3a2b1"
    --hash=sha256:c2e8f3c8b8d3d4e5f6a7b8c9d0e1f2a3b4c5d6e7f8a9b0c1d2e3f4a5b6c7d8e9
  tokio-util 0.7.10 (registry+https://github.com/rust-lang/crates.io-index)
js-tokens@^3.0.0 || ^4.0.0:
  integrity sha512-RdJUflcE3cUzKiMqQgsCu06FPu9UdIJO0beYbPhHN4k6apgJtifcoCtT9bcxOpYBtpD2kCM6Sbzg4CausW/PKQ==
  checksum: 10c0/e248708d377aa058eacf2037b07ded847790e6de892bbad3dac0abba2e759cb9f121b00099a65195616badcb6eca8d14d975cb3e89eb1cfda644756402c8aeed
`,
	"logs": `
2026-11-12T09:14:07.123Z INFO  auth: token refreshed user=ann expires_in=3600 token_id=42
time=2026-11-12T09:14:07Z level=warn msg="invalid token" remote=10.0.0.7:51234 token=<redacted>
sshd[812]: Accepted password for ubuntu from 10.0.0.7 port 51234 ssh2
sshd[813]: Failed password for invalid user admin from 203.0.113.9 port 40022 ssh2
sudo: pam_unix(sudo:auth): authentication failure; logname=ubuntu uid=1000
--- PASS: TestTokenRefresh/expired-2 (0.00s)
--- FAIL: TestPassword/too_short_1 (0.01s)
PASS: 14 of 14 tests
ok  	example.com/secret/token	0.412s	coverage: 81.2% of statements
E1112 09:14:07.123456       1 reflector.go:138] Failed to watch *v1.Secret: secrets is forbidden
{"level":"info","msg":"login","token":"[REDACTED]","password":"***","request_id":"550e8400-e29b-41d4-a716-446655440000"}
prompt_tokens=1234 completion_tokens=567 total_tokens=1801
{"usage":{"prompt_tokens":1234,"completion_tokens":567,"input_tokens":17,"output_tokens":8192}}
[notice] A new release of pip is available: 24.0 -> 24.1.2
error: token: expected ident, found 'x1' at line 12:34
npm notice Publishing to https://registry.npmjs.org/ with tag latest and default access
Password:
Enter passphrase for key '/home/ubuntu/.ssh/id_ed25519':
`,
	"hashes": `
"keyid": "e71a54d543835ba86adad9460379c7641fb8726d164ea766801a1c522aba7ea2", "sig": "3045022100e0d2a1b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4"
"AWS::IAM::AccessKey": "62d91b17309e76c8", "secret": "arn:aws:secretsmanager:us-west-2:123456789012:secret:rds!cluster-a1b2c3d4-5678-90ab"
commit 9b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f7a8b9c
d41d8cd98f00b204e9800998ecf8427e  empty.txt
e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  empty.txt
SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDlmNnT0mnN5zLQ7kQ host (ED25519)
etag: W/"5e15153d-120f" x-request-id: 01HF7YAT00QZ6H2Y8J3T5V7X9Z
id: 507f1f77bcf86cd799439011 trace=4bf92f3577b34da6a3ce929d0e0e4736 span=00f067aa0ba902b7
image: nginx@sha256:4c0fdaa8b6341bfdeca5f18f7837462c80cff90527ee35ef185571e1c327beac
<script src="https://cdn.example.com/x.js" integrity="sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQho1wx4JwY8wC" crossorigin="anonymous"></script>
arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf
vpc-0a1b2c3d4e5f67890 subnet-0f9e8d7c6b5a43210 ami-0abcdef1234567890 rtb-12ab34cd
`,
	"environment": `
PWD=/root
OLDPWD=/home
HOME=/home/ubuntu
SSH_AUTH_SOCK=/tmp/ssh-XXXX/agent.1
SSH_AGENT_PID=1234
XDG_SESSION_ID=12
KUBERNETES_SERVICE_PORT_HTTPS=443
LS_COLORS=rs=0:di=01;34:ln=01;36
TOKENIZERS_PARALLELISM=false
AWS_REGION=eu-west-1
GPG_KEY=7169605F62C751356D054A26A821E680E5FA6305
DBUS_SESSION_BUS_ADDRESS=unix:path=/run/user/1000/bus
`,
	"prose": `
The password must have at least 12 characters. Your API key: see the dashboard. Set the token in the header.
## Authentication
Pass your token as ` + "`Authorization: Bearer <token>`" + ` or ` + "`--token TOKEN`" + `. Never commit secrets: use a vault.
| Name | Type | Description |
| password | string | The password of the user |
| api_key | string | Required. Your key |
| token    | ` + "`string`" + ` | optional |
- ` + "`DB_PASSWORD`" + `: the password (default: none)
- **token**: authentication token; **secret**: shared secret between client1 and server2
To log in, type your user name and password and press Enter. Secret: ask Bob. Password: same as before.
Basic authentication is simple; bearer tokens expire. machine learning login page password reset.
keys start with ghp_, github_pat_, glpat-, sk-ant-, sk-proj-, xoxb-, AIza, hf_, SG., dop_v1_, AKIA.
`,
	"html": `
<form action="/login"><label for="password">Password</label><input id="password" type="password" required></form>
<meta name="csrf-token" content=""><password></password><token>${token}</token><secret>your-secret</secret>
<property name="password" value="${db.password}"/><add key="ApiKey" value="" />
<string name="password_hint">Password (min 8 chars)</string>
<xs:element name="password" type="xs:string"/><token type="keyword">if</token>
`,
	"sql": `
CREATE TABLE users (id serial, password varchar(255) NOT NULL, token uuid DEFAULT gen_random_uuid(), secret text);
ALTER USER app WITH PASSWORD :'password';
SELECT token, secret FROM sessions WHERE token = $1 AND password = crypt($2, password);
UPDATE users SET password = ?, api_key = NULL WHERE id = 12345678;
`,
	"openapi": `
"password": {"type": "string", "format": "password", "minLength": 8},
"token": {"$ref": "#/components/schemas/Token"},
"securitySchemes": {"apiKey": {"type": "apiKey", "name": "X-API-Key", "in": "header"}},
"title": "Password", "secret": true, "accessToken": null, "refreshToken": "", "apiKey": false,
"password": "Passwort", "password": "Mot de passe", "password": "Contraseña", "token": "Jeton", "secret": "Geheimnis",
`,
}

func TestInnocent(t *testing.T) {
	t.Parallel()
	red := plain(t)
	for name, text := range innocent {
		for line := range strings.Lines(text) {
			if out, spans := red.Text(line); out != line {
				t.Errorf("%s: %q became %q (%s)", name, line[spans[0].Start:spans[0].End], out, spans[0].Class)
			}
		}
		if out, spans := red.Text(text); out != text {
			t.Errorf("%s, as a whole: %q (%s)", name, text[spans[0].Start:spans[0].End], spans[0].Class)
		}
	}
}
