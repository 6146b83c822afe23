package checkout

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// WriteFile writes a file that the command line names, whole or not at all: a temporary file beside it,
// then a rename. Within a repository it stays there, whatever links the checkout has.
func WriteFile(path string, write func(io.Writer) error) error {
	path, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	top := Above(filepath.Dir(path))
	if top == "" {
		top = filepath.Dir(path)
	}
	root, err := os.OpenRoot(top)
	if err != nil {
		return err
	}
	defer root.Close()
	name, err := filepath.Rel(top, path)
	if err != nil {
		return err
	}
	suffix := make([]byte, 8)
	rand.Read(suffix) // It never fails (crypto/rand).
	temporary := filepath.Join(filepath.Dir(name), "."+filepath.Base(name)+"-"+hex.EncodeToString(suffix))
	f, err := root.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("%s: %w", path, refused(path, err))
	}
	defer root.Remove(temporary)
	if err := errors.Join(write(f), f.Close()); err != nil {
		return err
	}
	return root.Rename(temporary, name)
}
