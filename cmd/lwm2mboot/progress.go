package main

import (
	"fmt"

	"github.com/schollz/progressbar/v3"
)

// progress is a bar on a terminal, and nothing elsewhere.
type progress struct {
	bar *progressbar.ProgressBar // nil: none
}

// newProgress makes a bar for what is read from in; none when lines go to the
// terminal themselves.
func newProgress(a *app, in *input, toStdout bool) *progress {
	if !terminal(a.stderr) || toStdout && terminal(a.stdout) {
		return new(progress)
	}
	size := int64(-1)                                         // not known: a pipe
	if info := in.regular(); info != nil && in.named != nil { // of the other one a part may have been read
		size = info.Size()
	}
	return &progress{progressbar.NewOptions64(size,
		progressbar.OptionSetWriter(a.stderr),
		progressbar.OptionShowBytes(true),
		progressbar.OptionSetWidth(30),
		progressbar.OptionSetRenderBlankState(true),
	)}
}

// update tells how far the run is.
func (p *progress) update(rows, octets int64) {
	if p.bar != nil {
		p.bar.Describe(fmt.Sprintf("%d rows", rows))
		p.bar.Set64(octets)
	}
}

// clear takes the bar away, for a line of text.
func (p *progress) clear() {
	if p.bar != nil {
		p.bar.Clear()
	}
}
