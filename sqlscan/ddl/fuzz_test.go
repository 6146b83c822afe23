package ddl

import (
	"reflect"
	"testing"

	"github.com/schemavet/schemavet/catalog"
	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

func FuzzApply(f *testing.F) {
	for _, s := range []string{
		"CREATE TABLE a (id serial PRIMARY KEY, b int GENERATED ALWAYS AS (id * 2) STORED, c text CHECK (c <> '') UNIQUE); ALTER TABLE a DROP COLUMN b; DROP TABLE a",
		"CREATE TABLE p (a int, b int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE UNIQUE INDEX ON p (a, b); DROP TABLE p",
		"CREATE TYPE m AS ENUM ('a'); ALTER TYPE m ADD VALUE 'b'; CREATE DOMAIN d AS m NOT NULL; DROP TYPE m CASCADE",
		"CREATE TABLE t (a int); CREATE VIEW v AS SELECT * FROM t; ALTER TABLE t RENAME TO u; DROP TABLE u CASCADE",
		"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'x') THEN CREATE TYPE x AS (a int); END IF; EXCEPTION WHEN duplicate_object THEN NULL; END $$",
		"CREATE EXTENSION citext; CREATE TABLE c (LIKE c2 INCLUDING ALL); CREATE SCHEMA s CREATE TABLE t (a int); DROP SCHEMA s CASCADE",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sts, err := pgtree.Parse(text)
		if err != nil {
			return
		}
		s, sess := catalog.New(15), Session{SearchPath: []string{"public"}}
		for _, st := range sts {
			before := s.Export()
			res, err := Apply(s, sess, st)
			if !reflect.DeepEqual(before, s.Export()) {
				t.Fatalf("Apply changed the schema that it was given: %s", st.Text)
			}
			if err != nil && res.Schema != s {
				t.Fatalf("a refused statement left another schema: %s", st.Text)
			}
			s, sess = res.Schema, res.Session
		}
	})
}
