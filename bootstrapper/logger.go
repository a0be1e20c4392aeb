package bootstrapper

import "context"

// Logger is told what happens, in the manner of log/slog: a message, then keys
// and values in turn. A *slog.Logger is one. It is an interface so that a
// firmware that logs by other means does not link log/slog, and encoding/json
// with it. A nil Logger is silent; a nil *slog.Logger is not nil.
type Logger interface {
	DebugContext(ctx context.Context, msg string, args ...any)
	InfoContext(ctx context.Context, msg string, args ...any)
	WarnContext(ctx context.Context, msg string, args ...any)
}

// Silent is a Logger that tells nobody.
var Silent Logger = silent{}

type silent struct{}

func (silent) DebugContext(context.Context, string, ...any) {}
func (silent) InfoContext(context.Context, string, ...any)  {}
func (silent) WarnContext(context.Context, string, ...any)  {}
