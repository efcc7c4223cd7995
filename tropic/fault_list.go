package tropic

import (
	"errors"
)

// faultList collects what is wrong with a spec, so that a person sees all of it at once.
type faultList []error

func (l *faultList) add(err error) {
	if err != nil {
		*l = append(*l, err)
	}
}

func (l faultList) err() error { return errors.Join(l...) }
