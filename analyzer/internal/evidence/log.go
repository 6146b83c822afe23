package evidence

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// logged matches the messages that hold a statement (backend/tcop/postgres.c: exec_simple_query,
// exec_parse_message, exec_bind_message, exec_execute_message).
var logged = regexp.MustCompile(`(?s)^(?:duration: [0-9.]+ ms  )?(?:statement|(?:execute|parse|bind) [^:]*?): (.*)$`)

// record matches the first line of a message in a log of the server's standard error, whatever
// its prefix.
var record = regexp.MustCompile(`(?:^|[ \]>:)])(LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG[1-5]?|STATEMENT|DETAIL|HINT|QUERY|CONTEXT|LOCATION):  (.*)$`)

// csvMessage and csvDatabase are columns of a csvlog, jsonMessage and jsonDatabase keys of a
// jsonlog (manual, section 20.8).
const (
	csvDatabase = 2
	csvMessage  = 13
)

// ReadLog reads the statements of a server's log in any of its formats. Where the log names the
// database of a statement, those of others are left out; an empty database is any.
func ReadLog(source string, r io.Reader, database string) (*Evidence, error) {
	e := New(source)
	in := bufio.NewReaderSize(r, 1<<16)
	start, err := in.Peek(1 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	lr := &logReader{into: e, database: database}
	first, _, _ := strings.Cut(string(start), "\n")
	switch {
	case strings.HasPrefix(first, "{"):
		err = lr.json(in)
	case csvLine.MatchString(first):
		err = lr.csv(in)
	default:
		err = lr.plain(in)
	}
	if err != nil {
		return nil, err
	}
	if lr.statements == 0 {
		return nil, errors.New("no statements in this log: the server writes them with log_statement or " +
			"log_min_duration_statement")
	}
	return e, nil
}

// csvLine is how a csvlog begins.
var csvLine = regexp.MustCompile(`^\d{4}-\d\d-\d\d [0-9:.]+ \S+?,`)

type logReader struct {
	into       *Evidence
	database   string
	statements int
}

// message takes the message of a record that begins at a line.
func (l *logReader) message(text, database string, line int) {
	m := logged.FindStringSubmatch(text)
	if m == nil {
		return
	}
	l.statements++
	if l.database == "" || database == "" || database == l.database {
		l.into.Add(Statement{SQL: m[1], Line: line})
	}
}

func (l *logReader) json(in *bufio.Reader) error {
	for n := 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if len(strings.TrimSpace(string(line))) > 0 {
			var rec struct {
				Message  string `json:"message"`
				Database string `json:"dbname"`
			}
			if jerr := json.Unmarshal(line, &rec); jerr != nil {
				return fmt.Errorf("line %d: not a line of a jsonlog: %w", n, jerr)
			}
			l.message(rec.Message, rec.Database, n)
		}
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (l *logReader) csv(in *bufio.Reader) error {
	r := csv.NewReader(in)
	r.FieldsPerRecord, r.ReuseRecord = -1, true
	for {
		rec, err := r.Read()
		if errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("not a csvlog: %w", err)
		}
		line, _ := r.FieldPos(0)
		if len(rec) <= csvMessage {
			return fmt.Errorf("line %d: not a line of a csvlog: %d columns", line, len(rec))
		}
		l.message(rec[csvMessage], rec[csvDatabase], line)
	}
}

// plain reads a log whose messages go on in lines that begin with a tab.
func (l *logReader) plain(in *bufio.Reader) error {
	var text strings.Builder
	begun := 0
	flush := func() {
		if begun > 0 {
			l.message(text.String(), "", begun)
		}
		begun = 0
		text.Reset()
	}
	for n := 1; ; n++ {
		line, err := in.ReadString('\n')
		line = strings.TrimRight(line, "\r\n")
		if rest, more := strings.CutPrefix(line, "\t"); more && begun > 0 {
			text.WriteString("\n" + rest)
		} else if line != "" {
			flush()
			if m := record.FindStringSubmatch(line); m != nil && m[1] == "LOG" {
				text.WriteString(m[2])
				begun = n
			}
		}
		if errors.Is(err, io.EOF) {
			flush()
			return nil
		} else if err != nil {
			return err
		}
	}
}
