// Package cli is the command line of schemavet: flags, wiring, exit codes.
package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strings"
)

// The exit codes: nothing breaks; findings; the answer may be wrong.
const (
	exitOK       = 0
	exitFindings = 1
	exitWrong    = 2
)

// command is one of the subcommands.
type command struct {
	name, args, summary string
	run                 func(c *context, args []string) (int, error)
}

var commands []command

func init() {
	commands = []command{
		{"check", "[flags] [packages]", "name the deployed lines that pending migrations break", runCheck},
		{"usage", "[flags] [packages]", "write the usage manifest of this code", runUsage},
		{"snapshot", "-db DSN", "write the live schema", runSnapshot},
		{"refs", "[flags] OBJECT [packages]", "list who uses a table or table.column", runRefs},
	}
}

// context is what a command works with.
type context struct {
	stdout, stderr io.Writer
	progress       *progress
}

// usageError is a mistake on the command line.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

// Main runs the command line and returns the exit status.
func Main(args []string, stdout, stderr io.Writer) int {
	c := &context{stdout: stdout, stderr: stderr, progress: newProgress(stderr)}
	if isVetTool(args) {
		return runVetTool(args)
	}
	if len(args) == 0 || args[0] == "help" || args[0] == "-h" || args[0] == "-help" || args[0] == "--help" {
		help(stdout)
		if len(args) == 0 {
			return exitWrong
		}
		return exitOK
	}
	if args[0] == "version" || args[0] == "-version" || args[0] == "--version" {
		fmt.Fprintln(stdout, "schemavet", Version())
		return exitOK
	}
	for _, cmd := range commands {
		if cmd.name == args[0] {
			return c.run(cmd, args[1:])
		}
	}
	fmt.Fprintf(stderr, "schemavet: unknown command %q; schemavet help lists the commands\n", args[0])
	return exitWrong
}

func (c *context) run(cmd command, args []string) (code int) {
	defer func() {
		// A mistake of ours must not look like an answer.
		if r := recover(); r != nil {
			c.progress.done()
			fmt.Fprintf(c.stderr, "schemavet: internal error, please report it: %v\n%s", r, debug.Stack())
			code = exitWrong
		}
	}()
	code, err := cmd.run(c, args)
	c.progress.done()
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		fmt.Fprintf(c.stderr, "schemavet: %v\n", err)
		return exitWrong
	}
	return code
}

func help(w io.Writer) {
	fmt.Fprintln(w, "schemavet names the lines of deployed code that pending migrations break.")
	fmt.Fprintln(w)
	for _, cmd := range commands {
		fmt.Fprintf(w, "  schemavet %-6s %-26s %s\n", cmd.name, cmd.args, cmd.summary)
	}
	fmt.Fprintln(w, "  go vet -vettool=$(which schemavet) ./...  the same as diagnostics of the code at hand")
	fmt.Fprintln(w)
	fmt.Fprintln(w, "schemavet COMMAND -h lists the flags of a command.")
}

// flagSet makes a FlagSet whose mistakes are returned, with one clear message.
func (c *context) flagSet(cmd command) *flag.FlagSet {
	fs := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	return fs
}

// usage prints what -h asks for.
func (c *context) usage(cmd command, fs *flag.FlagSet) {
	fmt.Fprintf(c.stdout, "usage: schemavet %s %s\n\n%s\n\n", cmd.name, cmd.args, cmd.summary)
	fs.SetOutput(c.stdout)
	fs.PrintDefaults()
}

func find(name string) command {
	for _, cmd := range commands {
		if cmd.name == name {
			return cmd
		}
	}
	panic("no command " + name)
}

func (c *context) parseFlags(fs *flag.FlagSet, args []string) error {
	err := fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.usage(find(fs.Name()), fs)
	case err != nil:
		return &usageError{fmt.Sprintf("%s: %v; schemavet %s -h lists the flags", fs.Name(), err, fs.Name())}
	}
	return err
}

// list is a flag that can be given more than once.
type list []string

func (l *list) String() string     { return strings.Join(*l, " ") }
func (l *list) Set(s string) error { *l = append(*l, s); return nil }

// Build tells apart builds of one source; the linker can set it.
var Build string

// Version is the version of this build.
func Version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel" + Build
	}
	return info.Main.Version + Build
}

// absolute resolves the folder of -C.
func absolute(dir string) (string, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return "", fmt.Errorf("-C %s: no such folder", dir)
	}
	if !info.IsDir() {
		return "", fmt.Errorf("-C %s: not a folder", dir)
	}
	return absPath(dir)
}
