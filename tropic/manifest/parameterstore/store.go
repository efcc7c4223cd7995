// Package parameterstore keeps desired state in AWS Systems Manager Parameter Store, the default manifest.Store.
//
// Names are listed with DescribeParameters and values read with GetParameters, never by path: a grant on a path cannot be
// limited by tag, and a machine's role may read only what carries its ARN.
package parameterstore

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
	"github.com/aws/aws-sdk-go-v2/service/ssm/types"
	"github.com/aws/smithy-go"

	"github.com/tropicbot/terraform-provider-tropic/internal/coalesce"
	"github.com/tropicbot/terraform-provider-tropic/tropic/manifest"
)

// batchSize is how many names GetParameters and DeleteParameters take (Systems Manager API Reference).
const batchSize = 10

// API is what the store calls; *ssm.Client implements it.
type API interface {
	GetParameters(context.Context, *ssm.GetParametersInput, ...func(*ssm.Options)) (*ssm.GetParametersOutput, error)
	DescribeParameters(context.Context, *ssm.DescribeParametersInput, ...func(*ssm.Options)) (*ssm.DescribeParametersOutput, error)
	PutParameter(context.Context, *ssm.PutParameterInput, ...func(*ssm.Options)) (*ssm.PutParameterOutput, error)
	DeleteParameters(context.Context, *ssm.DeleteParametersInput, ...func(*ssm.Options)) (*ssm.DeleteParametersOutput, error)
}

// Store is Parameter Store of one account and region. It is safe for concurrent use; concurrent reads share calls, so
// that a plan of many machines takes one call for ten parameters. Throttling is left to the API's retries.
type Store struct {
	api    API
	values *coalesce.Loader[string, string]
}

var _ manifest.Store = (*Store)(nil)

// New returns the store behind api.
func New(api API) *Store {
	s := &Store{api: api}
	s.values = coalesce.New(batchSize, s.read, isOfName)
	return s
}

// Get reads values, decrypted, ten a call.
func (s *Store) Get(ctx context.Context, names ...string) (map[string]string, error) {
	return s.values.Get(ctx, names...)
}

func (s *Store) read(ctx context.Context, names []string) (map[string]string, error) {
	out, err := s.api.GetParameters(ctx, &ssm.GetParametersInput{Names: names, WithDecryption: aws.Bool(true)})
	if err != nil {
		return nil, fmt.Errorf("read parameters: %w", err)
	}
	found := make(map[string]string, len(out.Parameters))
	for _, p := range out.Parameters {
		found[aws.ToString(p.Name)] = aws.ToString(p.Value)
	}
	return found, nil
}

// isOfName recognises what GetParameters answers when one of the names is refused, which fails the whole call (Systems
// Manager API Reference, Common Errors).
func isOfName(err error) bool {
	var coded smithy.APIError
	return errors.As(err, &coded) && slices.Contains([]string{"AccessDeniedException", "ValidationException"}, coded.ErrorCode())
}

// List returns the names below prefix, sorted.
func (s *Store) List(ctx context.Context, prefix string) ([]string, error) {
	pages := ssm.NewDescribeParametersPaginator(s.api, &ssm.DescribeParametersInput{
		ParameterFilters: []types.ParameterStringFilter{{Key: aws.String("Path"), Option: aws.String("Recursive"), Values: []string{prefix}}},
		MaxResults:       aws.Int32(50),
	})
	var names []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list parameters below %s: %w", prefix, err)
		}
		for _, p := range page.Parameters {
			names = append(names, aws.ToString(p.Name))
		}
	}
	slices.Sort(names)
	return names, nil
}

// Put stores a value. Parameter Store refuses tags together with overwriting, so a new parameter is created with its tags
// in one call, and only one that exists is overwritten.
func (s *Store) Put(ctx context.Context, name, value string, opts manifest.PutOptions) error {
	in := &ssm.PutParameterInput{Name: aws.String(name), Value: aws.String(value), Type: types.ParameterTypeString, Tier: types.ParameterTierStandard}
	if opts.Secret {
		in.Type = types.ParameterTypeSecureString
	}
	create := *in
	for _, key := range slices.Sorted(maps.Keys(opts.Tags)) {
		create.Tags = append(create.Tags, types.Tag{Key: aws.String(key), Value: aws.String(opts.Tags[key])})
	}
	_, err := s.api.PutParameter(ctx, &create)
	var exists *types.ParameterAlreadyExists
	if errors.As(err, &exists) {
		in.Overwrite = aws.Bool(true)
		_, err = s.api.PutParameter(ctx, in)
	}
	if err != nil {
		return fmt.Errorf("store parameter %s: %w", name, err)
	}
	return nil
}

// Delete removes names, ten a call; absent ones are no error.
func (s *Store) Delete(ctx context.Context, names ...string) error {
	for batch := range slices.Chunk(unique(names), batchSize) {
		if _, err := s.api.DeleteParameters(ctx, &ssm.DeleteParametersInput{Names: batch}); err != nil {
			return fmt.Errorf("delete parameters: %w", err)
		}
	}
	return nil
}

func unique(names []string) []string { return slices.Compact(slices.Sorted(slices.Values(names))) }
