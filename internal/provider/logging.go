package provider

import (
	"context"
	"log/slog"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// terraformLog passes the library's log records to Terraform's log (TF_LOG), with their attributes as fields.
type terraformLog struct {
	fields []any // alternating key and value
	prefix string
}

var _ slog.Handler = terraformLog{}

// Enabled says yes to all levels: Terraform filters by TF_LOG and TF_LOG_PROVIDER.
func (h terraformLog) Enabled(context.Context, slog.Level) bool { return true }

func (h terraformLog) Handle(ctx context.Context, record slog.Record) error {
	fields := make(map[string]any, record.NumAttrs()+len(h.fields)/2)
	for i := 0; i+1 < len(h.fields); i += 2 {
		if key, isString := h.fields[i].(string); isString {
			fields[key] = h.fields[i+1]
		}
	}
	record.Attrs(func(a slog.Attr) bool {
		fields[h.prefix+a.Key] = a.Value.Resolve().Any()
		return true
	})
	write := tflog.Trace
	switch {
	case record.Level >= slog.LevelError:
		write = tflog.Error
	case record.Level >= slog.LevelWarn:
		write = tflog.Warn
	case record.Level >= slog.LevelInfo:
		write = tflog.Info
	case record.Level >= slog.LevelDebug:
		write = tflog.Debug
	}
	write(ctx, record.Message, fields)
	return nil
}

func (h terraformLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	fields := append([]any(nil), h.fields...)
	for _, a := range attrs {
		fields = append(fields, h.prefix+a.Key, a.Value.Resolve().Any())
	}
	return terraformLog{fields: fields, prefix: h.prefix}
}

func (h terraformLog) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return terraformLog{fields: h.fields, prefix: h.prefix + name + "."}
}
