package check

import (
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"time"
)

// cleanup takes back what a session made.
type cleanup struct {
	// later is that of the options.
	later func(func()) func()
	mu    sync.Mutex
	undo  []func()
}

// add has something undone when the session is closed at the latest, once; done undoes it now.
func (c *cleanup) add(do func()) (done func()) {
	once := sync.OnceFunc(do)
	if c.later != nil {
		once = c.later(once)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.undo = append(c.undo, once)
	return once
}

// all undoes what is left, the newest first.
func (c *cleanup) all() {
	c.mu.Lock()
	left := c.undo
	c.undo = nil
	c.mu.Unlock()
	for _, undo := range slices.Backward(left) {
		undo()
	}
}

// folder makes a temporary folder, real and without links in its path.
func (c *cleanup) folder() (dir string, done func(), err error) {
	sweepFolders()
	if dir, err = os.MkdirTemp("", folderName); err != nil {
		return "", nil, err
	}
	done = c.add(func() { os.RemoveAll(dir) })
	if dir, err = realPath(dir); err != nil {
		done()
	}
	return dir, done, err
}

func realPath(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(abs)
}

// folderName is what temporary folders begin with, folderAge from when on one was left behind by a
// run that was killed.
const (
	folderName = "schemavet-tree-"
	folderAge  = 24 * time.Hour
)

// sweepFolders removes what killed runs of this user left. Of others nothing can be removed.
func sweepFolders() {
	dirs, _ := filepath.Glob(filepath.Join(os.TempDir(), folderName+"*"))
	for _, dir := range dirs {
		if info, err := os.Lstat(dir); err == nil && info.IsDir() && time.Since(info.ModTime()) > folderAge && ours(info) {
			os.RemoveAll(dir)
		}
	}
}

func ours(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(stat.Uid) == os.Getuid()
}
