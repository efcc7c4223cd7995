package provider

import (
	"context"
	"sync"
	"time"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter/client"
)

// forecastTimeout bounds how long a plan waits for a meter, whatever else it does.
const forecastTimeout = 10 * time.Second

// forecasts asks the meter each question once in a step of Terraform's, so that a plan of many machines of an account takes
// one call. The zero value is ready; it is safe for concurrent use.
type forecasts struct {
	mu    sync.Mutex
	asked map[forecastQuestion]func() (*client.Forecast, error)
}

// forecastQuestion is about an account, and about one more machine when starting.
type forecastQuestion struct {
	account  string
	starting bool
	machine  client.MachinePlan
}

func (f *forecasts) get(ctx context.Context, api *client.Client, q forecastQuestion) (*client.Forecast, error) {
	f.mu.Lock()
	answer, known := f.asked[q]
	if !known {
		answer = sync.OnceValues(func() (*client.Forecast, error) { return q.ask(ctx, api) })
		if f.asked == nil {
			f.asked = map[forecastQuestion]func() (*client.Forecast, error){}
		}
		f.asked[q] = answer
	}
	f.mu.Unlock()
	return answer()
}

// ask does not end with the context of the machine that asked first: others wait for the answer.
func (q forecastQuestion) ask(ctx context.Context, api *client.Client) (*client.Forecast, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), forecastTimeout)
	defer cancel()
	if !q.starting {
		return api.Forecast(ctx, q.account, nil)
	}
	return api.Forecast(ctx, q.account, &q.machine)
}
