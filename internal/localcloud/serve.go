package localcloud

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/tropicbot/terraform-provider-tropic/internal/localcloud/wire"
)

// maxBody is far above any call of ours: a parameter has 4 KiB, user data 16.
const maxBody = 1 << 20

// idlePatience is longer than clients keep a connection they do not use: 90 seconds in the AWS SDKs. The end of an idle
// connection must come from the client, since a request that it is just sending would be lost without an answer ("use of
// closed network connection"), and nobody could tell whether it had its effect. A connection that has not had a first
// request is idle too, and for net/http that is ReadHeaderTimeout.
const idlePatience = 3 * time.Minute

func newHTTPServer(handler http.Handler, logger *slog.Logger) *http.Server {
	return &http.Server{
		Handler: handler, ReadHeaderTimeout: idlePatience, IdleTimeout: idlePatience,
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelDebug),
	}
}

// ServeHTTP answers one API call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "request body too large or cut short", http.StatusRequestEntityTooLarge)
		return
	}
	id := uuid.NewString()
	caller, scope, err := wire.Verify(r.Context(), r, body, s.iam.LookupKey, s.cfg.Clock.Now())
	if err != nil {
		s.fail(w, guessService(r), id, err)
		return
	}
	req, err := parse(r, body, scope.Service)
	if err != nil {
		s.fail(w, scope.Service, id, err)
		return
	}
	if !s.gate.enter() {
		s.fail(w, scope.Service, id, &wire.Error{
			Code: "ServiceUnavailable", Message: "The embedded cloud is closing.", Status: http.StatusServiceUnavailable,
		})
		return
	}
	defer s.gate.leave()
	req.Service, req.Region, req.ID, req.Caller = scope.Service, scope.Region, id, caller
	call := Call{Service: req.Service, Region: req.Region, Operation: req.Operation, N: int(s.calls.Add(1)), RequestID: id}
	err = s.serve(w, r, req, call)
	if s.cfg.Observe != nil {
		call.Code = code(err)
		s.cfg.Observe(call)
	}
}

// serve applies a fault, if there is one, and the call.
func (s *Server) serve(w http.ResponseWriter, r *http.Request, req wire.Request, call Call) error {
	fault := s.fault(r.Context(), call)
	if fault != nil && fault.broken() && !fault.AfterEffect {
		return s.breakCall(w, req, fault)
	}
	handler, found := s.services[req.Service]
	if !found {
		err := &wire.Error{Code: "UnsupportedOperation", Message: "The embedded cloud does not implement the service " + req.Service + "."}
		s.fail(w, req.Service, req.ID, err)
		return err
	}
	output, err := handler.Handle(r.Context(), req)
	if fault != nil && fault.broken() {
		return s.breakCall(w, req, fault)
	}
	if err != nil {
		s.fail(w, req.Service, req.ID, err)
		return err
	}
	if err := wire.WriteResult(w, req, output); err != nil {
		s.cfg.Logger.Error("render an answer", "operation", req.Operation, "error", err)
	}
	return nil
}

// parse reads the operation and its parameters in the service's protocol.
func parse(r *http.Request, body []byte, service string) (wire.Request, error) {
	if service == "ssm" {
		_, operation, found := strings.Cut(r.Header.Get("X-Amz-Target"), "AmazonSSM.")
		if !found {
			return wire.Request{}, &wire.Error{Code: "UnknownOperationException", Message: "X-Amz-Target does not name an operation of AmazonSSM."}
		}
		return wire.Request{Operation: operation, Body: body}, nil
	}
	values, err := url.ParseQuery(string(body))
	if err != nil || values.Get("Action") == "" {
		return wire.Request{}, &wire.Error{Code: "MissingAction", Message: "The request does not name an Action."}
	}
	return wire.Request{Operation: values.Get("Action"), Params: values}, nil
}

// guessService finds the dialect for an answer to a request whose signature says nothing reliable.
func guessService(r *http.Request) string {
	if strings.HasPrefix(r.Header.Get("X-Amz-Target"), "AmazonSSM.") {
		return "ssm"
	}
	for _, service := range []string{"iam", "sts"} {
		if strings.Contains(r.Header.Get("Authorization"), "/"+service+"/aws4_request") {
			return service
		}
	}
	return "ec2"
}

func (s *Server) fail(w http.ResponseWriter, service, requestID string, err error) {
	var refusal *wire.Error
	if !errors.As(err, &refusal) {
		s.cfg.Logger.Error("a call failed inside the cloud", "service", service, "request", requestID, "error", err)
	}
	if err := wire.WriteError(w, service, requestID, err); err != nil {
		s.cfg.Logger.Debug("render an error", "error", err)
	}
}

func code(err error) string {
	var refusal *wire.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refusal):
		return refusal.Code
	}
	return "InternalError"
}

// errReset is what Observe sees as the code of a call whose connection was closed.
var errReset = &wire.Error{Code: "ConnectionReset", Message: "the connection was closed by a fault"}

func (s *Server) fault(ctx context.Context, call Call) *Fault {
	if s.cfg.Intercept == nil {
		return nil
	}
	f := s.cfg.Intercept(call)
	if f != nil && f.Latency > 0 {
		select {
		case <-ctx.Done():
		case <-s.life.Done():
		case <-s.cfg.Clock.After(f.Latency):
		}
	}
	return f
}

func (f *Fault) broken() bool { return f.Reset || f.Code != "" }

func (s *Server) breakCall(w http.ResponseWriter, req wire.Request, f *Fault) error {
	if f.Reset {
		if hijacker, ok := w.(http.Hijacker); ok {
			if conn, _, err := hijacker.Hijack(); err == nil {
				_ = conn.Close() // the fault itself
			}
		}
		return errReset
	}
	err := &wire.Error{Code: f.Code, Message: f.Message, Status: f.Status}
	s.fail(w, req.Service, req.ID, err)
	return err
}
