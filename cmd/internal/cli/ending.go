package cli

import (
	"cmp"
	stdcontext "context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"sync"
	"syscall"
	"time"
)

// stopped is the end of a run that did not end by itself.
type stopped struct {
	why    string
	status int
}

func (e *stopped) Error() string { return e.why }

// grace is how long a run that is stopped may take to clean up by itself.
const grace = 10 * time.Second

// ending is how a run ends: by itself, by a signal, or by -timeout; whichever way, nothing that it
// made is left behind.
type ending struct {
	cancel stdcontext.CancelCauseFunc
	mu     sync.Mutex
	undo   []*undo
	timer  *time.Timer
}

// undo takes back something that was made, once.
type undo struct {
	once sync.Once
	do   func()
}

// later has something undone at the end of the run at the latest; done undoes it now.
func (e *ending) later(do func()) (done func()) {
	u := &undo{do: do}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.undo = append(e.undo, u)
	return func() {
		u.once.Do(u.do)
		e.mu.Lock()
		defer e.mu.Unlock()
		e.undo = slices.DeleteFunc(e.undo, func(other *undo) bool { return other == u })
	}
}

// limit stops the run after a time.
func (e *ending) limit(d time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.timer = time.AfterFunc(d, func() {
		e.cancel(&stopped{fmt.Sprintf("not done within %v (-timeout): nothing is said", d), exitWrong})
	})
}

// undoAll undoes what is left, the newest first.
func (e *ending) undoAll() {
	e.mu.Lock()
	if e.timer != nil {
		e.timer.Stop()
	}
	left := e.undo
	e.undo = nil
	e.mu.Unlock()
	for _, u := range slices.Backward(left) {
		u.once.Do(u.do)
	}
}

// run does the work of a command until it ends, or is stopped. What is stopped gets a time to clean
// up; then its children are ended and what it made is removed all the same.
func (c *context) untilEnd(work func(ctx stdcontext.Context) (int, error)) (int, error) {
	ctx, cancel := stdcontext.WithCancelCause(stdcontext.Background())
	defer cancel(nil)
	c.end = &ending{cancel: cancel}
	defer c.end.undoAll()
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)
	adoptChildren()

	type result struct {
		code int
		err  error
	}
	done := make(chan result, 1)
	go func() {
		code, err := work(ctx)
		done <- result{code, err}
	}()
	select {
	case r := <-done:
		if err := why(ctx); err != nil {
			endChildren()
			return err.status, err
		}
		return r.code, r.err
	case s := <-signals:
		cancel(stoppedBy(s))
	case <-ctx.Done():
	}
	endChildren()
	select {
	case <-done:
	case <-time.After(grace):
	}
	err := why(ctx)
	c.end.undoAll()
	endChildren()
	return err.status, err
}

func stoppedBy(s os.Signal) *stopped {
	words := map[os.Signal]string{syscall.SIGTERM: "terminated", syscall.SIGHUP: "the terminal has gone"}
	number, _ := s.(syscall.Signal)
	return &stopped{cmp.Or(words[s], "interrupted") + ": nothing is said", 128 + int(number)}
}

// why is what stopped the run; nil if nothing did.
func why(ctx stdcontext.Context) *stopped {
	var s *stopped
	if errors.As(stdcontext.Cause(ctx), &s) {
		return s
	}
	return nil
}
