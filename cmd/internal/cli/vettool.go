package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/schemavet/schemavet/analyzer"
	"github.com/schemavet/schemavet/analyzer/check"
)

// isVetTool recognises the ways in which go vet calls its tool.
func isVetTool(args []string) bool {
	if len(args) == 0 {
		return false
	}
	return args[0] == "-V=full" || args[0] == "-flags" || strings.HasSuffix(args[len(args)-1], ".cfg")
}

// runVetTool answers go vet. The go command caches results by what -V=full prints, so the
// schema is mixed into it: a changed migration gives new results.
func runVetTool(args []string) int {
	if args[0] == "-V=full" {
		dir, err := os.Getwd()
		digest := "unknown folder"
		if err == nil {
			digest = check.Digest(dir)
		}
		// The go command takes what follows the last slash of the build ID.
		fmt.Printf("%s version devel schemavet buildID=%s-%s\n", filepath.Base(os.Args[0]), Fingerprint(), digest)
		return exitOK
	}
	if os.Getenv("GOGC") == "" {
		// A process looks at one package and ends: memory is cheaper than collecting it.
		debug.SetGCPercent(400)
	}
	unitchecker.Main(analyzer.Analyzer)
	return exitOK
}
