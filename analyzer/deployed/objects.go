package deployed

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os/exec"
	"strconv"
	"strings"
)

// objects is a process of git that gives objects by their names. What it gives is checked: git
// believes what stands in the object store, and a cache that is asked by names would keep it.
type objects struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr bytes.Buffer
}

// errLacks says that an object is not in the clone.
var errLacks = errors.New("an object is not in the clone")

func (r *Repository) openObjects(ctx context.Context) (*objects, error) {
	o := &objects{cmd: gitCommand(ctx, r.Root, r.args([]string{"cat-file", "--batch"})...)}
	o.cmd.Stderr = &o.stderr
	var err error
	if o.in, err = o.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	o.out = bufio.NewReaderSize(out, 1<<20)
	if err := o.cmd.Start(); err != nil {
		return nil, gitError(ctx, []string{"cat-file"}, err, "")
	}
	return o, nil
}

// close ends the process. What was not read after an error is nobody's.
func (o *objects) close() {
	o.in.Close()
	o.cmd.Process.Kill()
	o.cmd.Wait()
}

// taker takes an object of an entry: its size in bytes, and its data when it is asked for.
type taker func(e treeEntry, size int64, data func() ([]byte, error)) error

// each asks for the objects of entries, in order, and gives each with its size. take may read the data,
// which is checked then.
func (o *objects) each(entries []treeEntry, kind string, take taker) error {
	asked := make(chan error, 1)
	go func() {
		w := bufio.NewWriter(o.in)
		for _, e := range entries {
			fmt.Fprintln(w, e.hash)
		}
		asked <- w.Flush()
	}()
	for _, e := range entries {
		if err := o.one(e, kind, take); err != nil {
			return err
		}
	}
	return <-asked
}

// one reads a line HASH TYPE SIZE, the data, and a line break.
func (o *objects) one(e treeEntry, kind string, take taker) error {
	header, err := o.out.ReadString('\n')
	if err != nil {
		return fmt.Errorf("git cat-file: %w", err)
	}
	f := strings.Fields(header)
	if len(f) != 3 {
		return take(e, 0, func() ([]byte, error) { return nil, errLacks })
	}
	size, err := strconv.ParseInt(f[2], 10, 64)
	if err != nil || f[1] != kind {
		return fmt.Errorf("%s is no %s in the object store", e.path, kind)
	}
	data := &io.LimitedReader{R: o.out, N: size}
	err = take(e, size, func() ([]byte, error) {
		text := make([]byte, size)
		if _, err := io.ReadFull(data, text); err != nil {
			return nil, err
		}
		return text, verify(e, kind, text)
	})
	if err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, data); err != nil {
		return err
	}
	_, err = o.out.Discard(1)
	return err
}

// verify compares an object with its name, which is the hash of TYPE SIZE, a NUL, and the data.
func verify(e treeEntry, kind string, data []byte) error {
	var h hash.Hash
	switch len(e.hash) {
	case 2 * sha1.Size:
		h = sha1.New()
	case 2 * sha256.Size:
		h = sha256.New()
	default:
		return fmt.Errorf("%s has an object with the name %s", e.path, e.hash)
	}
	fmt.Fprintf(h, "%s %d\x00", kind, len(data))
	h.Write(data)
	if hex.EncodeToString(h.Sum(nil)) != e.hash {
		return fmt.Errorf("%s is not what its name in the object store says (git fsck)", e.path)
	}
	return nil
}
