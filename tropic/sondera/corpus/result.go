package corpus

import "slices"

// Result is what a tool returned. Its secrets have to go and the rest has to stay; with no secrets, nothing may change.
type Result struct {
	Name    string
	Tool    string
	Output  string
	Secrets []string
}

// Results are the outputs on which the original extension failed: secrets in results of exec, which it let through, and words
// about secrets, for which it wiped the whole text.
func Results() []Result {
	key, token := "AKIA"+"Z7Q4MX2TN6WJ5PKD", "ghp_"+"k3Vt9QxZr7LmN2bYc8WdF4hJ6sPa1TgU0eRi" // put together here, so that scanners do not take them for real
	secrets := []string{key, token}
	return slices.Concat(
		[]Result{
			{"exec/keys", "exec", "export AWS_ACCESS_KEY_ID=" + key + "\nexport GITHUB_TOKEN=" + token + "\ndone\n", secrets},
			{"exec/log", "exec", "started with " + key + "\nremote: https://x:" + token + "@github.com/acme/app\n", secrets},
			{"read/config", "read", "[default]\naws_access_key_id = " + key + "\n# token " + token + "\n", secrets},
		},
		untouched("access_token", "The response has the fields access_token and refresh_token.\n"),
		untouched("jwt", "A JWT matches eyJ*.*.*: header, payload, signature.\n"),
		untouched("sendgrid", "Keys of SendGrid begin with \"SG.\" and are 69 characters long.\n"),
		untouched("huggingface", "Tokens of Hugging Face begin with hf_ (see hf_hub_download).\n"),
		untouched("code", "const apiKey = loadKey()\nAPI_TOKEN = compute()\nif password == \"\" { return errEmpty }\n"),
	)
}

// untouched is a text without secrets, as two tools return it.
func untouched(name, text string) []Result {
	return []Result{{"exec/" + name, "exec", text, nil}, {"read/" + name, "read", text, nil}}
}
