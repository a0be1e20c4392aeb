package storetest

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// recorder is a reporter that is not moved by failures.
type recorder struct {
	ctx context.Context
	mu  sync.Mutex
	errors,
	logs []string
}

func (r *recorder) Helper()                  {}
func (r *recorder) Context() context.Context { return r.ctx }

func (r *recorder) Logf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.logs = append(r.logs, fmt.Sprintf(format, args...))
}

func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errors = append(r.errors, fmt.Sprintf(format, args...))
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// failures runs all checks and returns what each that failed has to say.
func failures(t *testing.T, open func() Fixture) (failed map[string][]string, logs []string) {
	failed = map[string][]string{}
	for _, c := range checks {
		r := &recorder{ctx: t.Context()}
		var wg sync.WaitGroup
		wg.Go(func() { newBench(r, open).check(c) })
		wg.Wait()
		if len(r.errors) > 0 {
			failed[c.name] = r.errors
		}
		logs = append(logs, r.logs...)
	}
	return failed, logs
}

// names are the checks that failed, in the order of the suite.
func names(failed map[string][]string) []string {
	out := []string{}
	for _, c := range checks {
		if len(failed[c.name]) > 0 {
			out = append(out, c.name)
		}
	}
	return out
}

// all are the names of all checks but those given.
func allBut(except ...string) []string {
	var out []string
	for _, c := range checks {
		if !slices.Contains(except, c.name) {
			out = append(out, c.name)
		}
	}
	return out
}
