package ddl

import (
	"slices"
	"testing"

	"github.com/schemavet/schemavet/sqlscan/pgtree"
)

func TestOutward(t *testing.T) {
	tests := []struct {
		sql  string
		want Outward
	}{
		{sql: "COPY t TO PROGRAM 'id'", want: Outward{Leaves: "it runs a program"}},
		{sql: "COPY t FROM '/etc/passwd'", want: Outward{Leaves: "it reads or writes a file of the server"}},
		{sql: "COPY t FROM STDIN"},
		{sql: "DROP DATABASE x", want: Outward{Leaves: "it drops a database"}},
		{sql: "ALTER SYSTEM SET work_mem = '1GB'", want: Outward{Leaves: "it changes settings of the server"}},
		{sql: "ALTER DATABASE x SET search_path = a", want: Outward{Leaves: "it changes settings of a database"}},
		{sql: "GRANT CONNECT ON DATABASE x TO app", want: Outward{Leaves: "it changes a database", Roles: []string{"app"}}},
		{sql: "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw", want: Outward{Leaves: "it names another server"}},
		{sql: "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", want: Outward{Leaves: "it connects to another server"}},
		{sql: "LOAD 'x'", want: Outward{Leaves: "it loads a library"}},
		{sql: "SELECT 1 + (SELECT length(pg_catalog.pg_read_file('/etc/passwd')))", want: Outward{Leaves: "it calls pg_read_file"}},
		{sql: "SELECT pg_terminate_backend(1)", want: Outward{Leaves: "it calls pg_terminate_backend"}},
		{sql: "CREATE VIEW v AS SELECT * FROM dblink('x', 'y') AS t(a int)", want: Outward{Leaves: "it calls dblink"}},
		{sql: "SELECT lo_import('/etc/passwd')", want: Outward{Leaves: "it calls lo_import"}},
		{sql: "CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'x', 'y'", want: Outward{Leaves: "it makes a function of a library of the server"}},
		{sql: "DROP OWNED BY app", want: Outward{Leaves: "it takes what a role has in other databases too", Roles: []string{"app"}}},
		{sql: "DO $$ BEGIN COPY t TO PROGRAM 'id'; END $$", want: Outward{Leaves: "it runs a program"}},
		{sql: "DO $$ BEGIN IF true THEN FOR i IN 1..2 LOOP EXECUTE 'copy t to program ''id'''; END LOOP; END IF; END $$", want: Outward{Leaves: "it runs a program"}},
		{sql: "DO $$ BEGIN EXECUTE 'DO $x$ BEGIN EXECUTE ''alter system set x = 1''; END $x$'; END $$", want: Outward{Leaves: "it changes settings of the server"}},
		{sql: "DO $$ BEGIN EXECUTE 'a' || 'b'; END $$"},
		{sql: "DO $$ BEGIN PERFORM pg_sleep(1); EXCEPTION WHEN others THEN PERFORM pg_ls_dir('/'); END $$", want: Outward{Leaves: "it calls pg_ls_dir"}},
		{sql: "CREATE ROLE app LOGIN", want: Outward{RolesOnly: true, Roles: []string{"app"}}},
		{sql: "ALTER ROLE app SET search_path = x", want: Outward{RolesOnly: true, Roles: []string{"app"}}},
		{sql: "GRANT reader TO app, other", want: Outward{RolesOnly: true, Roles: []string{"app", "other", "reader"}}},
		{sql: "GRANT pg_read_all_data TO app", want: Outward{RolesOnly: true, Roles: []string{"app"}}},
		{sql: "ALTER TABLE t OWNER TO postgres", want: Outward{Roles: []string{"postgres"}}},
		{sql: "GRANT SELECT ON t TO app, PUBLIC, CURRENT_USER", want: Outward{Roles: []string{"app"}}},
		{sql: "SET ROLE app", want: Outward{Roles: []string{"app"}}},
		{sql: "SET SESSION AUTHORIZATION 'app'", want: Outward{Roles: []string{"app"}}},
		{sql: "ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON TABLES TO reader", want: Outward{Roles: []string{"app", "reader"}}},
		{sql: "CREATE POLICY p ON t TO app USING (true)", want: Outward{Roles: []string{"app"}}},
		{sql: "CREATE SCHEMA s AUTHORIZATION app", want: Outward{Schema: "s", Roles: []string{"app"}}},
		{sql: "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') THEN CREATE ROLE app; END IF; END $$", want: Outward{RolesOnly: true, Roles: []string{"app"}}},
		{sql: "DO $$ BEGIN CREATE ROLE app; CREATE TABLE t (); END $$", want: Outward{Roles: []string{"app"}}},
		{sql: "CREATE EXTENSION IF NOT EXISTS citext SCHEMA x", want: Outward{Extension: "citext", ExtensionSchema: "x"}},
		{sql: "DROP EXTENSION citext", want: Outward{ExtensionChange: true}},
		{sql: "CREATE TABLE t (a int)"},
	}
	for _, tt := range tests {
		t.Run(tt.sql, func(t *testing.T) {
			sts, err := pgtree.Parse(tt.sql)
			if err != nil || len(sts) != 1 || sts[0].Err != nil {
				t.Fatalf("%v: %v", err, sts)
			}
			got := OutwardOf(sts[0])
			if got.Leaves != tt.want.Leaves || got.RolesOnly != tt.want.RolesOnly || got.Extension != tt.want.Extension ||
				got.ExtensionSchema != tt.want.ExtensionSchema || got.ExtensionChange != tt.want.ExtensionChange || got.Schema != tt.want.Schema || !slices.Equal(got.Roles, tt.want.Roles) {
				t.Errorf("%+v, want %+v", got, tt.want)
			}
		})
	}
}
