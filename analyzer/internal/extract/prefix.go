package extract

import (
	"go/types"
	"regexp"
	"strings"

	"github.com/schemavet/schemavet/analyzer/internal/goval"
)

// Names of tables get a prefix that is configured, and most often none:
//
//	"SELECT * FROM " + cfg.Prefix + "users"
//
// What is called a prefix is left out as one of two ways, which counts where the base has what it then names.

// withoutPrefixes are the values that have a prefix without it; nil if none has.
func (x *extractor) withoutPrefixes(variants []goval.Value, fn *types.Func) []goval.Value {
	var out []goval.Value
	for _, v := range variants {
		if bare := withoutPrefix(v, fn); len(bare) < len(v) {
			out = append(out, bare)
		}
	}
	return out
}

// noPrefix is what a text without its prefix assumes.
const noPrefix = "the prefix is empty"

func withoutPrefix(v goval.Value, fn *types.Func) goval.Value {
	var out goval.Value
	for i, p := range v {
		if name := nextLit(v, i); name == nil || !beginsName.MatchString(name.Text) || !isPrefix(nameOfUnknown(p, fn)) {
			out = append(out, p)
		}
	}
	return out
}

var beginsName = regexp.MustCompile(`^[A-Za-z_]`)

// namesPrefix takes tablePrefix, cfg.Prefix and *prefix, and tablePrefix() for a function.
var namesPrefix = regexp.MustCompile(`(?i)prefix\W*$`)

func isPrefix(name string) bool { return namesPrefix.MatchString(name) }

// nameOfUnknown is how the code calls what is not known; empty for what is.
func nameOfUnknown(p goval.Part, fn *types.Func) string {
	switch p := p.(type) {
	case *goval.Hole:
		return p.Reason
	case *goval.Param:
		if p.Path != "" {
			return p.Path[strings.LastIndexByte(p.Path, '.')+1:]
		}
		if fn != nil && p.Of == 0 && p.Index >= 0 && p.Index < fn.Signature().Params().Len() {
			return fn.Signature().Params().At(p.Index).Name()
		}
	}
	return ""
}
