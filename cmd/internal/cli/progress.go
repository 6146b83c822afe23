package cli

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/schemavet/schemavet/analyzer/report"
)

// Progress is said on a terminal of what takes longer than a second, elsewhere in a line every ten seconds.
const (
	onTerminal = time.Second
	inLog      = 10 * time.Second
)

// progress says what is done now.
type progress struct {
	w        io.Writer
	terminal bool
	every    time.Duration

	mu      sync.Mutex
	what    string
	since   time.Time
	timer   *time.Timer
	shown   bool
	stopped bool
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w, every: inLog}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		p.terminal, p.every = true, onTerminal
	}
	return p
}

// step announces what is done now.
func (p *progress) step(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.what = report.Clean(what)
	if p.timer == nil && !p.stopped {
		p.since = time.Now()
		p.timer = time.AfterFunc(p.every, p.tick)
	}
}

// tick prints the step, and comes again.
func (p *progress) tick() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped || p.timer == nil {
		return
	}
	elapsed := time.Since(p.since).Round(time.Second)
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s … %s", p.what, elapsed)
		p.shown = true
	} else {
		fmt.Fprintf(p.w, "schemavet: %s (%s)\n", p.what, elapsed)
	}
	p.timer.Reset(p.every)
}

// done clears the line.
func (p *progress) done() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

// stop ends it.
func (p *progress) stop() {
	p.done()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stopped = true
	if p.timer != nil {
		p.timer.Stop()
	}
}
