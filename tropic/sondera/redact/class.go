package redact

import "slices"

// Class is a kind of secret. The ID is stable: it stands in audit lines and in the output of tropic redact.
type Class struct {
	ID    string
	Title string
}

const (
	classAWSKeyID     = "aws-access-key-id"
	classAWSSecret    = "aws-secret-key"
	classGitHub       = "github-token"
	classGitHubFine   = "github-fine-grained-token"
	classAnthropic    = "anthropic-key"
	classOpenAI       = "openai-key"
	classStripe       = "stripe-key"
	classPrivateKey   = "private-key"
	classJWT          = "jwt"
	classBearer       = "bearer-token"
	classBasic        = "basic-credentials"
	classSlack        = "slack-token"
	classGoogle       = "google-key"
	classHuggingFace  = "huggingface-token"
	classSendGrid     = "sendgrid-key"
	classTwilio       = "twilio-key"
	classGitLab       = "gitlab-token"
	classTelegram     = "telegram-token"
	classDiscord      = "discord-token"
	classAzure        = "azure-key"
	classDigitalOcean = "digitalocean-token"
	classService      = "service-token"
	classNPM          = "npm-token"
	classDatabaseURL  = "database-url"
	classURLPassword  = "url-password"
	classAssignment   = "assignment"
	classKnown        = "known-value"
	classEncodedBase  = "encoded-base64"
	classEncodedQuery = "encoded-percent"
)

var classes = []Class{
	{classAWSKeyID, "AWS access key id"},
	{classAWSSecret, "AWS secret access key"},
	{classGitHub, "GitHub token (ghp, gho, ghu, ghs, ghr)"},
	{classGitHubFine, "GitHub fine-grained token (github_pat)"},
	{classAnthropic, "Anthropic API key"},
	{classOpenAI, "OpenAI API key"},
	{classStripe, "Stripe key or webhook secret"},
	{classPrivateKey, "Private key block (PEM, OpenSSH, PGP)"},
	{classJWT, "JSON web token"},
	{classBearer, "Bearer token"},
	{classBasic, "HTTP basic credentials"},
	{classSlack, "Slack token or webhook"},
	{classGoogle, "Google API key, OAuth token or client secret"},
	{classHuggingFace, "Hugging Face token"},
	{classSendGrid, "SendGrid API key"},
	{classTwilio, "Twilio key or account id"},
	{classNPM, "npm access token"},
	{classGitLab, "GitLab token"},
	{classTelegram, "Telegram bot token"},
	{classDiscord, "Discord bot token or webhook"},
	{classAzure, "Azure storage or service bus key, or shared access signature"},
	{classDigitalOcean, "DigitalOcean token"},
	{classService, "Token of another service that shows by its lead"},
	{classDatabaseURL, "Password in a database URL"},
	{classURLPassword, "Password in another URL"},
	{classAssignment, "Value of a variable, field or flag named like a secret"},
	{classKnown, "Value known to be secret on this machine"},
	{classEncodedBase, "Secret inside base64"},
	{classEncodedQuery, "Secret inside percent encoding"},
}

// Classes lists every class a [Span] can have, in a fixed order.
func Classes() []Class { return slices.Clone(classes) }
