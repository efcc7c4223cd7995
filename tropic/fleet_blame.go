package tropic

import (
	"errors"
	"slices"
	"strings"

	"github.com/aws/smithy-go"
)

// Codes with which EC2 refuses a whole call because of one machine in it.
var (
	// passedOver say that there is nothing to be done to the machine.
	passedOver = []string{"InvalidInstanceID.NotFound", "IncorrectInstanceState"}
	// oneMachine are failures, of that machine alone: it has 50 tags, is protected, or its zone has no room for its type.
	oneMachine = []string{"TagLimitExceeded", "OperationNotPermitted", "UnsupportedOperation", "InsufficientInstanceCapacity"}
)

// makeForAll makes a call for machines, and returns those for which it was done. When it is refused because of some of
// them, the others get a call of their own.
func (c *Client) makeForAll(op string, ids []string, call func([]string) ([]string, error)) ([]string, error) {
	done, err := call(ids)
	if err == nil || !refused(err) { // without an answer it may have been done
		c.snapshot.machinesChanged()
	}
	skip := hasCode(err, passedOver...)
	switch blamed := skip || hasCode(err, oneMachine...); {
	case err == nil:
		return done, nil
	case blamed && len(ids) > 1:
		var failures [2]error
		for n, part := range divide(ids, err, skip) {
			some, err := c.makeForAll(op, part, call)
			done, failures[n] = append(done, some...), err
		}
		return done, errors.Join(failures[:]...)
	case skip:
		return nil, nil
	case len(ids) == 1:
		return nil, failure(op, "instance", ids[0], err)
	}
	return nil, failure(op, "instances", ids[0]+" to "+ids[len(ids)-1], err)
}

// divide parts the machines that a refusal names from the others; where it names none, or all, it halves them. Of named
// ones to whom there is nothing to be done, only the others are left.
func divide(ids []string, refusal error, skip bool) [][]string {
	var api smithy.APIError
	errors.As(refusal, &api)
	var named, others []string
	for _, id := range ids {
		if strings.Contains(api.ErrorMessage(), id) {
			named = append(named, id)
		} else {
			others = append(others, id)
		}
	}
	switch {
	case len(named) == 0 || len(others) == 0:
		return slices.Collect(slices.Chunk(ids, (len(ids)+1)/2))
	case skip:
		return [][]string{others}
	}
	return [][]string{named, others}
}
