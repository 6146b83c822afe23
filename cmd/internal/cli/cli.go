// Package cli is the command line of schemavet: flags, wiring, exit codes.
package cli

import (
	stdcontext "context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/schemavet/schemavet/analyzer/check"
	"github.com/schemavet/schemavet/analyzer/report"
	"github.com/schemavet/schemavet/cmd/schemavet/doc"
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
	run                 func(ctx stdcontext.Context, c *context, args []string) (int, error)
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

// context is what a command works with. What it prints is clean: see report.Lines.
type context struct {
	// raw is where data goes, JSON and manifests; stdout is for lines of text.
	raw            io.Writer
	stdout, stderr *report.Lines
	progress       *progress
	end            *ending
}

// printf prints to standard output; text of the arguments may be from outside.
func (c *context) printf(format string, args ...any) { report.Fprintf(c.stdout, format, args...) }

// say prints a line to standard error.
func (c *context) say(format string, args ...any) {
	c.progress.done()
	fmt.Fprintf(c.stderr, "schemavet: %s\n", withoutPasswords(report.Sprintf(format, args...)))
	c.stderr.Flush()
}

// The places of passwords in connection strings.
var (
	passwordInURL = regexp.MustCompile(`([A-Za-z][A-Za-z0-9+.-]*://[^\s/:@]*):[^\s/]*@`)
	passwordWord  = regexp.MustCompile(`(?i)\b((?:ssl)?password)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s&]+)`)
)

// withoutPasswords hides those of connection strings, wherever a mistake shows one.
func withoutPasswords(s string) string {
	return passwordWord.ReplaceAllString(passwordInURL.ReplaceAllString(s, "$1:***@"), "$1=***")
}

// fail says what went wrong, and what to paste.
func (c *context) fail(err error) {
	c.say("%v", err)
	var paste *check.PasteError
	if errors.As(err, &paste) {
		fmt.Fprintln(c.stderr)
		for _, line := range paste.Block {
			report.Fprintf(c.stderr, "\t%s\n", line)
		}
		fmt.Fprintln(c.stderr)
	}
}

// Main runs the command line and returns the exit status.
func Main(args []string, stdout, stderr io.Writer) int {
	if isVetTool(args) {
		return runVetTool(args)
	}
	c := &context{raw: stdout, stdout: report.NewLines(stdout), stderr: report.NewLines(stderr),
		progress: newProgress(stderr)}
	defer c.stdout.Flush()
	defer c.stderr.Flush()
	if len(args) == 0 {
		help(stdout)
		return exitWrong
	}
	if slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		return c.help(args[1:])
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
	c.say("unknown command \"%s\"; schemavet help lists the commands", args[0])
	return exitWrong
}

func (c *context) run(cmd command, args []string) int {
	code, err := c.untilEnd(func(ctx stdcontext.Context) (int, error) { return c.guarded(ctx, cmd, args) })
	c.progress.stop()
	var stopped *stopped
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.As(err, &stopped):
		c.fail(err)
		return stopped.status
	case err != nil:
		c.fail(err)
		return exitWrong
	}
	return code
}

// guarded runs a command. A mistake of ours must not look like an answer.
func (c *context) guarded(ctx stdcontext.Context, cmd command, args []string) (code int, err error) {
	defer func() {
		if r := recover(); r != nil {
			c.say("internal error, please report it: %s", fmt.Sprint(r))
			for line := range strings.Lines(string(debug.Stack())) {
				report.Fprintf(c.stderr, "%s\n", strings.TrimRight(line, "\n"))
			}
			code, err = exitWrong, nil
		}
	}()
	return cmd.run(ctx, c, args)
}

// help prints what there is, or a page of the manual, or the flags of a command.
func (c *context) help(args []string) int {
	if len(args) == 0 {
		help(c.raw)
		return exitOK
	}
	for _, p := range doc.Pages() {
		if p.Name == args[0] {
			fmt.Fprint(c.raw, p.Text)
			return exitOK
		}
	}
	for _, cmd := range commands {
		if cmd.name == args[0] {
			return c.run(cmd, []string{"-h"})
		}
	}
	c.say("no page and no command is called \"%s\"; schemavet help lists them", args[0])
	return exitWrong
}

func help(w io.Writer) {
	fmt.Fprintln(w, "schemavet names the lines of deployed code that pending migrations break.")
	fmt.Fprintln(w)
	for _, cmd := range commands {
		fmt.Fprintf(w, "  schemavet %-6s %-26s %s\n", cmd.name, cmd.args, cmd.summary)
	}
	fmt.Fprintln(w, "  go vet -vettool=$(which schemavet) ./...  the same as diagnostics of the code at hand")
	fmt.Fprintln(w)
	fmt.Fprintln(w, "schemavet COMMAND -h lists the flags of a command, schemavet help PAGE prints a page of the manual:")
	fmt.Fprintln(w)
	for _, p := range doc.Pages() {
		fmt.Fprintf(w, "  %-11s %s\n", p.Name, p.Title)
	}
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
		return fmt.Errorf("%s: %w; schemavet %s -h lists the flags", fs.Name(), err, fs.Name())
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
