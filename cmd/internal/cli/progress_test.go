package cli

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// lockedBuffer is written to by a timer.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// What takes long is said again and again, with the newest step, and not behind the end.
func TestProgress(t *testing.T) {
	var out lockedBuffer
	p := newProgress(&out)
	p.every = 5 * time.Millisecond
	p.step("compiling")
	wait := func(want string) {
		t.Helper()
		for deadline := time.Now().Add(5 * time.Second); !strings.Contains(out.String(), want); {
			if time.Now().After(deadline) {
				t.Fatalf("%q does not say %q", out.String(), want)
			}
			time.Sleep(time.Millisecond)
		}
	}
	wait("schemavet: compiling (0s)\n")
	p.step("reading\npackage 2 of 3")
	wait("package 2 of 3 (0s)\n")
	p.stop()
	said := out.String()
	time.Sleep(4 * p.every)
	if out.String() != said {
		t.Errorf("said behind the end: %q", strings.TrimPrefix(out.String(), said))
	}
	if strings.Contains(said, "reading\n") {
		t.Errorf("a line break of a name is printed: %q", said)
	}
}
