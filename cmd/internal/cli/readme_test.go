package cli

import (
	"bytes"
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the output of its first command into the README")

// TestReadme runs the README's first command and compares what it prints with the block
// below it.
func TestReadme(t *testing.T) {
	const file = "../../../README.md"
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(data), "```")
	command := strings.TrimSpace(strings.TrimPrefix(blocks[1], "sh\n"))
	args, ok := strings.CutPrefix(command, "go run ./cmd/schemavet ")
	if !ok || strings.Contains(command, "\n") {
		t.Fatalf("the first command is %q", command)
	}
	t.Chdir("../../..")
	var stdout, stderr bytes.Buffer
	if code := Main(strings.Fields(args), &stdout, &stderr); code != exitFindings {
		t.Errorf("exit status %d: %s", code, stderr.String())
	}
	if *update {
		blocks[3] = "\n" + stdout.String()
		if err := os.WriteFile("README.md", []byte(strings.Join(blocks, "```")), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want := strings.TrimPrefix(blocks[3], "\n"); stdout.String() != want {
		t.Errorf("the README shows\n%s\nbut the command prints\n%s", want, stdout.String())
	}
}
