package report

import (
	"io"

	"github.com/schemavet/schemavet/analyzer/internal/clean"
)

// Lines is a writer of lines of text in which foreign text cannot pass for something else: control
// characters are shown escaped, and no line begins with what a CI server takes for a command. Flush
// it.
type Lines = clean.Lines

// NewLines writes to another writer.
func NewLines(w io.Writer) *Lines { return clean.NewLines(w) }

// Clean is a text without control characters and line breaks, which are shown escaped.
func Clean(text string) string { return clean.Text(text) }

// Sprintf formats with arguments that are made clean.
func Sprintf(format string, args ...any) string { return clean.Sprintf(format, args...) }

// Fprintf formats to a writer with arguments that are made clean.
func Fprintf(w io.Writer, format string, args ...any) { clean.Fprintf(w, format, args...) }
