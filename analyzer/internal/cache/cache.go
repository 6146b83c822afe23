// Package cache keeps results in a folder that others may write: a cache of CI that pull requests
// share, a folder in the checkout. An entry is believed only with a code that nobody makes without a
// key (HMAC-SHA256), over the program, the repository, the entry's name and its content. The key is
// the operator's: the variable SCHEMAVET_CACHE_KEY, or a file of mode 0600 in the user's config
// folder, which is made when it is not there.
package cache

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// KeyVariable is the environment variable that holds the key.
const KeyVariable = "SCHEMAVET_CACHE_KEY"

// Cache is a folder of entries. A nil Cache keeps nothing.
type Cache struct {
	dir   string
	key   []byte
	scope string
}

// maxAge is how long an entry is kept after its last use, maxEntry how large in bytes one may be.
const (
	maxAge   = 30 * 24 * time.Hour
	maxEntry = 1 << 30
)

// Open opens a folder, which is made if it is not there; "" is the user's cache folder. Entries are
// those of one program and one repository.
func Open(dir, program, repository string) (*Cache, error) {
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return nil, err
		}
		dir = filepath.Join(user, "schemavet")
	}
	key, err := readKey()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return &Cache{dir, key, program + "\x00" + repository}, nil
}

// readKey returns the operator's key.
func readKey() ([]byte, error) {
	if value := os.Getenv(KeyVariable); value != "" {
		if len(value) < 16 {
			return nil, fmt.Errorf("%s has less than 16 characters", KeyVariable)
		}
		sum := sha256.Sum256([]byte(value))
		return sum[:], nil
	}
	user, err := os.UserConfigDir()
	if err != nil {
		return nil, err
	}
	dir := filepath.Join(user, "schemavet")
	file := filepath.Join(dir, "cache.key")
	key, err := keyIn(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	return makeKey(dir, file)
}

// makeKey writes a new key, whole; of two programs that do so at once, one wins.
func makeKey(dir, file string) ([]byte, error) {
	tmp, err := os.CreateTemp(dir, ".key-*") // of mode 0600
	if err != nil {
		return nil, err
	}
	defer os.Remove(tmp.Name())
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	_, err = tmp.WriteString(hex.EncodeToString(key) + "\n")
	if err := errors.Join(err, tmp.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(tmp.Name(), file); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	return keyIn(file)
}

const keySize = 32

func keyIn(file string) ([]byte, error) {
	f, err := os.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() || info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s must be a file that nobody else reads (chmod 600)", file)
	}
	text, err := io.ReadAll(io.LimitReader(f, 1<<10))
	if err != nil {
		return nil, err
	}
	key, err := hex.DecodeString(string(bytes.TrimSpace(text)))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("%s holds no key: remove it, and a new one is made", file)
	}
	return key, nil
}

// code is what an entry is believed by.
func (c *Cache) code(name string, data []byte) string {
	m := hmac.New(sha256.New, c.key)
	fmt.Fprintf(m, "%d %d %d\x00%s\x00%s\x00", len(c.scope), len(name), len(data), c.scope, name)
	m.Write(data)
	return hex.EncodeToString(m.Sum(nil))
}

// path is the file of an entry: another for each program and repository.
func (c *Cache) path(name string) string {
	sum := sha256.Sum256([]byte(c.scope + "\x00" + name))
	return filepath.Join(c.dir, "entry-"+hex.EncodeToString(sum[:16]))
}

// Get returns an entry. One that is damaged, or that somebody else wrote, counts as none.
func (c *Cache) Get(name string) ([]byte, bool) {
	if c == nil {
		return nil, false
	}
	file := c.path(name)
	f, err := os.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, false
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() || info.Size() > maxEntry {
		return nil, false
	}
	all, err := io.ReadAll(io.LimitReader(f, maxEntry))
	code, data, ok := bytes.Cut(all, []byte("\n"))
	if err != nil || !ok || !hmac.Equal(code, []byte(c.code(name, data))) {
		return nil, false
	}
	now := time.Now()
	os.Chtimes(file, now, now)
	return data, true
}

// Put keeps an entry, whole or not at all.
func (c *Cache) Put(name string, data []byte) error {
	if c == nil || len(data) > maxEntry/2 {
		return nil
	}
	f, err := os.CreateTemp(c.dir, ".entry-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(c.code(name, data) + "\n")
	if err == nil {
		_, err = f.Write(data)
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), c.path(name))
}

// Trim removes what has not been used for long: entries, and files that a killed run left. What
// cannot be removed stays, and so does what is not ours.
func (c *Cache) Trim() {
	if c == nil {
		return
	}
	for _, pattern := range []string{"entry-*", ".entry-*"} {
		files, _ := filepath.Glob(filepath.Join(c.dir, pattern))
		for _, file := range files {
			if info, err := os.Lstat(file); err == nil && info.Mode().IsRegular() && time.Since(info.ModTime()) > maxAge {
				os.Remove(file)
			}
		}
	}
}
