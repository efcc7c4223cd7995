package redact

import "bytes"

// matchJWT finds header.payload.signature in base64url, both of JSON objects; the signature may be empty (alg none).
func matchJWT(s *scan, i, hi int) (hit, bool) {
	const lead = "eyJ" // {" in base64
	if !bytes.HasPrefix(s.buf[i:hi], []byte(lead)) || !s.begins(i) {
		return hit{}, false
	}
	if i < s.noJWT {
		return hit{}, false
	}
	header := dashSet.end(s.buf, i, hi)
	s.steps += header - i
	if s.noJWT = header; header == hi { // so long a run is looked at again half a window on
		s.noJWT = i + (hi-i)/2
	}
	if header-i < 12 || header+4 >= hi || s.buf[header] != '.' || !bytes.HasPrefix(s.buf[header+1:hi], []byte("ey")) {
		return hit{}, false
	}
	payload := dashSet.end(s.buf, header+1, hi)
	if payload-header < 12 || payload < hi && s.buf[payload] != '.' || varietyOf(s.buf[i:min(payload, i+probe)]).distinct < 8 {
		return hit{}, false
	}
	return s.token(hit{start: i, end: payload, class: classJWT}, dotSet, hi), true
}
