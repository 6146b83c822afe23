package extract

import (
	"fmt"
	"path"
	"runtime"
	"strings"
)

// Fault describes a panic of ours to the function that recovers it: what was panicked with, and the line of
// ours nearest to it, so that a report tells where to look.
func Fault(recovered any) string {
	var callers [64]uintptr
	frames := runtime.CallersFrames(callers[:runtime.Callers(0, callers[:])])
	panicked := false
	for {
		frame, more := frames.Next()
		switch {
		case frame.Function == "runtime.gopanic":
			panicked = true
		case panicked && strings.HasPrefix(frame.Function, "github.com/schemavet/"):
			return fmt.Sprintf("%v (%s:%d)", recovered, path.Base(frame.File), frame.Line)
		}
		if !more {
			return fmt.Sprint(recovered)
		}
	}
}
