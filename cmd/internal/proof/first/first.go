// Package first runs the first command in repositories that are checked out at a release, as somebody does who has
// just heard of it: schemavet check -deployed TAG, with the release before and no other flag. What it recognised is
// for a person to compare with what the project does.
package first

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/schemavet/schemavet/cmd/internal/proof/kit"
)

// Proof prints a line for each checkout.
func Proof() kit.Proof {
	var command string
	return kit.Proof{Name: "first", Args: "CHECKOUT[:DIR] …", Min: 1,
		Summary: "the first command in checkouts of releases: what it recognises, and how long it takes",
		Own: func(fs *flag.FlagSet) {
			fs.StringVar(&command, "schemavet", "schemavet", "the program to run")
		},
		Run: func(ctx context.Context, f kit.Flags, args []string) error {
			fmt.Printf("%-28s %-16s %-6s %6s %6s %5s %5s %5s  %s\n", "project", "deployed", "status", "first", "all",
				"sites", "known", "part", "base")
			for _, checkout := range args {
				if err := one(ctx, command, checkout, f.Verbose); err != nil {
					return fmt.Errorf("%s: %w", checkout, err)
				}
			}
			return nil
		}}
}

// report is what of a JSON report is looked at.
type report struct {
	Base struct {
		Source     string `json:"source"`
		Migrations []struct {
			Path   string `json:"path"`
			Format string `json:"format"`
		} `json:"migrations"`
		Applied int `json:"applied"`
	} `json:"base"`
	Deployed []struct {
		Sites    int `json:"sites"`
		Resolved int `json:"resolved"`
		Partial  int `json:"partial"`
	} `json:"deployed"`
	Pending []json.RawMessage `json:"pending"`
}

// one runs the command in a checkout, or in a folder of it, with the release before the one that it is at.
func one(ctx context.Context, command, checkout string, verbose bool) error {
	root, dir, _ := strings.Cut(checkout, ":")
	tag, err := exec.CommandContext(ctx, "git", "-C", root, "describe", "--tags", "--abbrev=0", "HEAD^").Output()
	if err != nil {
		return errors.New("no release before the one that is checked out")
	}
	deployed := strings.TrimSpace(string(tag))
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, command, "check", "-deployed", deployed, "-format", "json")
	cmd.Dir, cmd.Stdout = filepath.Join(root, dir), &out
	errs, err := cmd.StderrPipe()
	if err != nil {
		return err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := reading(errs, start)
	lines.done.Wait() // before the command is waited for, which closes the pipe
	var exit *exec.ExitError
	if err := cmd.Wait(); err != nil && !errors.As(err, &exit) {
		return err
	}
	print(filepath.Join(filepath.Base(root), dir), deployed, cmd.ProcessState.ExitCode(), lines, time.Since(start), out.Bytes())
	if verbose {
		fmt.Fprint(os.Stdout, lines.text.String())
	}
	return nil
}

// said is what a command says beside its report, and when it says the first line.
type said struct {
	done  sync.WaitGroup
	first time.Duration
	text  strings.Builder
}

func reading(r io.Reader, start time.Time) *said {
	s := &said{}
	s.done.Go(func() {
		for sc := bufio.NewScanner(r); sc.Scan(); {
			if s.first == 0 {
				s.first = time.Since(start)
			}
			fmt.Fprintf(&s.text, "    %s\n", sc.Text())
		}
	})
	return s
}

func print(project, deployed string, status int, lines *said, took time.Duration, text []byte) {
	var r report
	base := "no report: " + lastLine(lines.text.String())
	sites, resolved, partial := 0, 0, 0
	if json.Unmarshal(text, &r) == nil {
		base = fmt.Sprintf("%s, %d applied, %d pending", cmp.Or(sets(r), r.Base.Source), r.Base.Applied, len(r.Pending))
		for _, d := range r.Deployed {
			sites, resolved, partial = d.Sites, d.Resolved, d.Partial
		}
	}
	fmt.Printf("%-28s %-16s %-6d %5.1fs %5.1fs %5d %5d %5d  %s\n", project, deployed, status, lines.first.Seconds(),
		took.Seconds(), sites, resolved, partial, base)
}

func sets(r report) string {
	var out []string
	for _, m := range r.Base.Migrations {
		out = append(out, m.Path+" ("+m.Format+")")
	}
	return strings.Join(out, " + ")
}

// lastLine is the last line that is a message of its own.
func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.Contains(lines[i], "schemavet: ") {
			return strings.TrimSpace(lines[i])
		}
	}
	return lines[len(lines)-1]
}
