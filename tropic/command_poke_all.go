package tropic

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	ssmtypes "github.com/aws/aws-sdk-go-v2/service/ssm/types"
)

// PokeAll pokes many machines without waiting for results: per 50 of them one call asks which are connected, and one
// command goes to those. Every machine is tried. Those that are not connected are named by an ErrNotConnected, and catch
// up at their next boot; the error joins whatever else failed.
func (s *CommandService) PokeAll(ctx context.Context, ids []string) error {
	var errs []error
	for batch := range slices.Chunk(ids, maxTargets) {
		errs = append(errs, s.pokeBatch(ctx, batch))
	}
	return errors.Join(errs...)
}

// pokeBatch leaves out what is not connected: Systems Manager refuses a command as a whole for one such machine.
func (s *CommandService) pokeBatch(ctx context.Context, ids []string) error {
	seen, err := s.c.describeConnections(ctx, "InstanceIds", ids...)
	if err != nil {
		return failure("reading", "connections of instances", strings.Join(ids, ", "), err)
	}
	var online []string
	absent := make(map[string]string)
	for _, id := range ids {
		switch connection := seen[id]; {
		case connection.Online():
			online = append(online, id)
		default:
			absent[id] = cmp.Or(connection.PingStatus, "not registered")
		}
	}
	return errors.Join(s.pokeOnline(ctx, online), notConnected(absent))
}

// pokeOnline sends one command. When it is refused after all, the machines for whom it is are tried apart, all at once:
// one that has just registered is taken a moment later.
func (s *CommandService) pokeOnline(ctx context.Context, ids []string) error {
	refused, err := s.pokeHalves(ctx, ids)
	errs := make([]error, len(refused))
	var apart sync.WaitGroup
	for i, id := range refused {
		apart.Go(func() {
			_, err := s.sendTo(ctx, id, reconcileScript, reconcileOptions)
			errs[i] = failure("poking", "instance", id, err)
		})
	}
	apart.Wait()
	return errors.Join(err, errors.Join(errs...))
}

// pokeHalves halves the machines as often as a command to them is refused, and returns those that are refused alone.
func (s *CommandService) pokeHalves(ctx context.Context, ids []string) (refused []string, err error) {
	if len(ids) == 0 {
		return nil, nil
	}
	_, err = s.send(ctx, &ssm.SendCommandInput{InstanceIds: ids}, reconcileScript, reconcileOptions)
	switch {
	case !hasCode(err, "InvalidInstanceId"):
		return nil, failure("poking", "instances", strings.Join(ids, ", "), err)
	case len(ids) == 1:
		return ids, nil
	}
	half := len(ids) / 2
	first, firstErr := s.pokeHalves(ctx, ids[:half])
	second, secondErr := s.pokeHalves(ctx, ids[half:])
	return slices.Concat(first, second), errors.Join(firstErr, secondErr)
}

func notConnected(absent map[string]string) error {
	if len(absent) == 0 {
		return nil
	}
	return &Error{
		Op: "poking", Resource: "instances", ID: strings.Join(slices.Sorted(maps.Keys(absent)), ", "), Kind: ErrNotConnected,
		Reason: "not connected to Systems Manager: " + describeMissing(absent),
		Next:   "nothing, if they are to be off: they catch up when they boot",
	}
}

// PokeTag pokes every machine that has the tag, with one command whatever their number, without waiting for results.
// Machines that are not connected catch up at their next boot.
func (s *CommandService) PokeTag(ctx context.Context, key, value string) error {
	_, err := s.send(ctx, &ssm.SendCommandInput{
		Targets: []ssmtypes.Target{{Key: aws.String("tag:" + key), Values: []string{value}}},
	}, reconcileScript, reconcileOptions)
	return failure("poking", "instances with tag", key, err)
}
