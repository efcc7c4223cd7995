package tropic_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
)

var errDead = errors.New("the process is dead")

// mortal is the network of a process that dies at its n-th call, from 1: before the call is made, or after it had its
// effect and before the answer is heard. From then on the process says nothing more. With n = 0 it lives.
type mortal struct {
	n       int
	after   bool
	die     context.CancelFunc
	between func() // runs after every call that had its effect
	network http.RoundTripper

	mu    sync.Mutex
	calls int
	dead  bool
}

func (m *mortal) RoundTrip(request *http.Request) (*http.Response, error) {
	last, err := m.count()
	if err != nil || last && !m.after {
		if request.Body != nil {
			_ = request.Body.Close()
		}
		return nil, errDead
	}
	response, err := m.network.RoundTrip(request.WithContext(context.WithoutCancel(request.Context())))
	if m.between != nil {
		m.between()
	}
	if !last {
		return response, err
	}
	if err == nil {
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
	m.die()
	return nil, errDead
}

// count reports whether this call is the process's last.
func (m *mortal) count() (last bool, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.dead {
		return false, errDead
	}
	m.calls++
	if last = m.calls == m.n; last {
		m.dead = true
		if !m.after {
			m.die()
		}
	}
	return last, nil
}

func (m *mortal) died() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dead
}
