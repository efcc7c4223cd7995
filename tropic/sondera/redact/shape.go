package redact

import "bytes"

// shape is a provider's token: a fixed lead, then a body of one charset.
type shape struct {
	lead  string
	class string
	body  *charset
	least int // bytes of body that a token has at least, if it has a digit
	full  int // bytes of body from which on letters alone are believed
}

// probe bounds the part of a body that is judged; what follows in the charset belongs to the token unseen.
const probe = 96

// Longer leads stand before the shorter ones that they begin with.
var shapes = []shape{
	{"github_pat_", classGitHubFine, wordSet, 30, 36},
	{"ghp_", classGitHub, wordSet, 20, 30},
	{"gho_", classGitHub, wordSet, 20, 30},
	{"ghu_", classGitHub, wordSet, 20, 30},
	{"ghs_", classGitHub, dotSet, 20, 30},
	{"ghr_", classGitHub, wordSet, 20, 30},
	{"sk-ant-", classAnthropic, dashSet, 20, 40},
	{"sk-proj-", classOpenAI, dashSet, 20, 40},
	{"sk-svcacct-", classOpenAI, dashSet, 20, 40},
	{"sk-admin-", classOpenAI, dashSet, 20, 40},
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
	{"xoxe-", classSlack, slackSet, 16, 40},
	{"xoxe.xoxb-", classSlack, slackSet, 16, 40},
	{"xoxe.xoxp-", classSlack, slackSet, 16, 40},
	{"xapp-", classSlack, slackSet, 16, 40},
	{"hooks.slack.com/services/", classSlack, hookSet, 24, 40},
	{"AIza", classGoogle, dashSet, 30, 35},
	{"ya29.", classGoogle, dotSet, 20, 40},
	{"GOCSPX-", classGoogle, dashSet, 20, 28},
	{"hf_", classHuggingFace, alnum, 25, 30},
	{"SG.", classSendGrid, dotSet, 40, 60},
	{"npm_", classNPM, alnum, 30, 36},
}

func (sh shape) match(s *scan, i, hi int) (hit, bool) {
	if !bytes.HasPrefix(s.buf[i:hi], []byte(sh.lead)) || !s.begins(i) {
		return hit{}, false
	}
	from := i + len(sh.lead)
	judged := s.buf[from:sh.body.end(s.buf, from, min(hi, from+probe))]
	if !sh.fits(judged) {
		return hit{}, false
	}
	return s.token(hit{start: i, end: from + len(judged), class: sh.class}, sh.body, hi), true
}

// fits judges a body: long, of many different bytes, and not made of words.
func (sh shape) fits(body []byte) bool {
	n := varietyOf(body)
	switch {
	case n.length < sh.least, n.distinct < 8, n.digits == 0 && n.length < sh.full:
		return false
	case sh.class == classSendGrid:
		return bytes.IndexByte(body, '.') >= 16
	case n.random():
		return true
	case n.other > 0 && n.digits == 0 && n.uppers == 0: // sk-ant-a-name-in-kebab-case-as-in-code
		return false
	case n.other > 0 && n.digits == 0 && n.lowers == 0: // GHP_A_CONSTANT
		return false
	}
	return !hasFillerWord(body)
}

// token takes what follows h in set for a part of it, also beyond the window. Only at the end of the text does the window
// end with the buffer.
func (s *scan) token(h hit, set *charset, hi int) hit {
	h.end = set.end(s.buf, h.end, hi)
	if h.end == hi && hi < len(s.buf) {
		h.tail = tail{set: set}
		return h
	}
	for set['.'] && h.end > h.start && s.buf[h.end-1] == '.' {
		h.end-- // the full stop of a sentence
	}
	return h
}
