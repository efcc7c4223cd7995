package redact

// shapes are the tokens of providers, as their documents or their secret-scanning patterns give them. Longer leads stand
// before the shorter ones that they begin with.
var shapes = []shape{
	{"github_pat_", classGitHubFine, wordSet, 30, 36},
	{"ghp_", classGitHub, wordSet, 20, 30},
	{"gho_", classGitHub, wordSet, 20, 30},
	{"ghu_", classGitHub, wordSet, 20, 30},
	{"ghs_", classGitHub, dotSet, 20, 30},
	{"ghr_", classGitHub, wordSet, 20, 30},

	{"glpat-", classGitLab, dotSet, 20, 20}, // personal, project and group access
	{"gldt-", classGitLab, dotSet, 20, 20},  // deploy
	{"glrt-", classGitLab, dotSet, 20, 20},  // runner
	{"glrtr-", classGitLab, dotSet, 20, 20}, // runner registration
	{"glcbt-", classGitLab, dotSet, 20, 20}, // CI job
	{"glptt-", classGitLab, dotSet, 20, 20}, // pipeline trigger
	{"glft-", classGitLab, dotSet, 20, 20},  // feed
	{"glimt-", classGitLab, dotSet, 20, 20}, // incoming mail
	{"glagent-", classGitLab, dotSet, 20, 20},
	{"glsoat-", classGitLab, dotSet, 20, 20}, // SCIM
	{"gloas-", classGitLab, dotSet, 20, 20},  // OAuth application

	{"sk-ant-", classAnthropic, dashSet, 20, 40},
	{"sk-proj-", classOpenAI, dashSet, 20, 40},
	{"sk-svcacct-", classOpenAI, dashSet, 20, 40},
	{"sk-admin-", classOpenAI, dashSet, 20, 40},
	{"sess-", classOpenAI, alnum, 40, 40},
	{"sk-or-v1-", classService, alnum, 32, 64}, // OpenRouter
	{"sk-", classOpenAI, alnum, 20, 32},

	{"sk_live_", classStripe, alnum, 16, 20},
	{"sk_test_", classStripe, alnum, 16, 20},
	{"pk_live_", classStripe, alnum, 16, 20},
	{"pk_test_", classStripe, alnum, 16, 20},
	{"rk_live_", classStripe, alnum, 16, 20},
	{"rk_test_", classStripe, alnum, 16, 20},
	{"whsec_", classStripe, stripeSet, 20, 32},

	{"xoxb-", classSlack, slackSet, 16, 40},
	{"xoxp-", classSlack, slackSet, 16, 40},
	{"xoxa-", classSlack, slackSet, 16, 40},
	{"xoxr-", classSlack, slackSet, 16, 40},
	{"xoxs-", classSlack, slackSet, 16, 40},
	{"xoxo-", classSlack, slackSet, 16, 40},
	{"xoxc-", classSlack, slackSet, 16, 40},
	{"xoxd-", classSlack, percentSet, 16, 40},
	{"xoxe-", classSlack, slackSet, 16, 40},
	{"xoxe.xoxb-", classSlack, slackSet, 16, 40},
	{"xoxe.xoxp-", classSlack, slackSet, 16, 40},
	{"xapp-", classSlack, slackSet, 16, 40},
	{"hooks.slack.com/services/", classSlack, hookSet, 24, 40},
	{"hooks.slack.com/workflows/", classSlack, hookSet, 24, 40},
	{"hooks.slack.com/triggers/", classSlack, hookSet, 24, 40},

	{"discord.com/api/webhooks/", classDiscord, hookSet, 40, 80},
	{"discordapp.com/api/webhooks/", classDiscord, hookSet, 40, 80},

	{"AIza", classGoogle, dashSet, 30, 35},
	{"ya29.", classGoogle, dotSet, 20, 40},
	{"GOCSPX-", classGoogle, dashSet, 20, 28},
	{"1//0", classGoogle, dashSet, 36, 60}, // OAuth refresh token

	{"hf_", classHuggingFace, alnum, 25, 30},
	{"api_org_", classHuggingFace, alnum, 30, 34},
	{"SG.", classSendGrid, dotSet, 40, 60},
	{"npm_", classNPM, alnum, 30, 36},
	{"dop_v1_", classDigitalOcean, alnum, 40, 64},
	{"doo_v1_", classDigitalOcean, alnum, 40, 64},
	{"dor_v1_", classDigitalOcean, alnum, 40, 64},

	{"key-", classService, alnum, 32, 64}, // Mailgun
	{"pypi-AgE", classService, dashSet, 40, 60},
	{"rubygems_", classService, alnum, 40, 48},
	{"dckr_pat_", classService, dashSet, 20, 27}, // Docker Hub
	{"dckr_oat_", classService, dashSet, 20, 27},
	{"hvs.", classService, dashSet, 24, 24}, // HashiCorp Vault
	{"hvb.", classService, dashSet, 24, 24},
	{"tskey-", classService, dashSet, 20, 40},          // Tailscale
	{"shpat_", classService, alnum, 32, 32},            // Shopify
	{"shpss_", classService, alnum, 32, 32},            // Shopify
	{"shpca_", classService, alnum, 32, 32},            // Shopify
	{"shppa_", classService, alnum, 32, 32},            // Shopify
	{"sq0atp-", classService, dashSet, 22, 22},         // Square
	{"sq0csp-", classService, dashSet, 40, 43},         // Square
	{"xkeysib-", classService, slackSet, 40, 80},       // Brevo
	{"lin_api_", classService, alnum, 32, 40},          // Linear
	{"ntn_", classService, alnum, 40, 46},              // Notion
	{"figd_", classService, dashSet, 36, 40},           // Figma
	{"PMAK-", classService, slackSet, 50, 60},          // Postman
	{"gsk_", classService, alnum, 40, 52},              // Groq
	{"xai-", classService, alnum, 60, 80},              // xAI
	{"pplx-", classService, alnum, 40, 48},             // Perplexity
	{"nvapi-", classService, dashSet, 50, 64},          // NVIDIA
	{"r8_", classService, alnum, 32, 37},               // Replicate
	{"dapi", classService, alnum, 32, 64},              // Databricks
	{"glsa_", classService, wordSet, 32, 41},           // Grafana
	{"glc_ey", classService, stripeSet, 40, 80},        // Grafana Cloud
	{"NRAK-", classService, alnum, 27, 27},             // New Relic
	{"sntrys_", classService, bearerSet, 40, 80},       // Sentry
	{"sntryu_", classService, alnum, 60, 80},           // Sentry
	{"dp.pt.", classService, alnum, 40, 44},            // Doppler
	{"dp.st.", classService, dotSet, 40, 44},           // Doppler
	{"pul-", classService, alnum, 40, 60},              // Pulumi
	{"sbp_", classService, alnum, 40, 60},              // Supabase
	{"pscale_tkn_", classService, dotSet, 32, 43},      // PlanetScale
	{"pscale_pw_", classService, dotSet, 32, 43},       // PlanetScale
	{"ATATT3xFfGF0", classService, bearerSet, 60, 120}, // Atlassian
	{"ATCTT3xFfGF0", classService, bearerSet, 60, 120}, // Atlassian
	{"AGE-SECRET-KEY-1", classService, alnum, 50, 58},
	{"fo1_", classService, dashSet, 40, 43},     // Fly.io
	{"ops_ey", classService, stripeSet, 80, 90}, // 1Password service account
	{"LTAI5t", classService, alnum, 16, 18},     // Alibaba Cloud
	{"FlyV1 fm", classService, bearerSet, 40, 80},
}
