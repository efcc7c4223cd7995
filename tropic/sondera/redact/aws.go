package redact

import "bytes"

const (
	awsKeyID     = 20 // bytes of an access key id
	awsSecretLen = 40 // bytes of a secret access key
)

var awsLeads = []string{"AKIA", "ASIA", "ABIA", "ACCA"}

// matchAWS finds an access key id. Its secret, where a line or two on there is one, is found with it: the columns of a
// credentials.csv name nothing.
func matchAWS(s *scan, i, hi int) (hit, bool) {
	end := i + awsKeyID
	if end > hi || !hasLead(s.buf[i:end], awsLeads) || !s.begins(i) || !s.ends(end) {
		return hit{}, false
	}
	for _, b := range s.buf[i+4 : end] {
		if !isUpper(b) && !isDigit(b) {
			return hit{}, false
		}
	}
	if varietyOf(s.buf[i+4:end]).distinct < 6 {
		return hit{}, false
	}
	s.aws = end + lookback
	return hit{start: i, end: end, class: classAWSKeyID}, true
}

func hasLead(s []byte, leads []string) bool {
	for _, l := range leads {
		if bytes.HasPrefix(s, []byte(l)) {
			return true
		}
	}
	return false
}

// isAWSSecret judges a run that stands shortly after an access key id.
func isAWSSecret(v []byte) bool {
	n := varietyOf(v)
	return n.length == awsSecretLen && n.distinct >= 16 && n.uppers > 0 && n.lowers > 0 && n.digits+n.other > 0 && bytes.IndexByte(v, '-') < 0 && bytes.IndexByte(v, '_') < 0
}
