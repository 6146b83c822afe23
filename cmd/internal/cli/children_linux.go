package cli

import (
	"bytes"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// adoptChildren has the kernel give us the children of children that end before them.
func adoptChildren() { unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) }

// endChildren ends all processes below ours, but for a PostgreSQL server, which whoever started it
// stops: it has to remove what it shares.
func endChildren() {
	for range 20 {
		pids := descendants(os.Getpid())
		if len(pids) == 0 {
			return
		}
		for _, pid := range pids {
			syscall.Kill(pid, syscall.SIGKILL)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// descendants are the processes below one that have not ended.
func descendants(of int) []int {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	children := map[int][]int{}
	skip := map[int]bool{}
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		name, state, parent := processOf(e.Name())
		skip[pid] = name == "postgres" || state == 'Z'
		children[parent] = append(children[parent], pid)
	}
	var out []int
	for todo := children[of]; len(todo) > 0; todo = todo[1:] {
		if !skip[todo[0]] {
			out = append(out, todo[0])
		}
		todo = append(todo, children[todo[0]]...)
	}
	return out
}

// processOf reads /proc/PID/stat: PID (NAME) STATE PARENT …
func processOf(pid string) (name string, state byte, parent int) {
	data, err := os.ReadFile("/proc/" + pid + "/stat")
	open, end := bytes.IndexByte(data, '('), bytes.LastIndexByte(data, ')')
	if err != nil || open < 0 || end < open {
		return "", 0, 0
	}
	fields := strings.Fields(string(data[end+1:]))
	if len(fields) < 2 {
		return "", 0, 0
	}
	parent, _ = strconv.Atoi(fields[1])
	return string(data[open+1 : end]), fields[0][0], parent
}
