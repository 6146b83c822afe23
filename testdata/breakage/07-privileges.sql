-- Section 7 of the facts: privileges, row security, settings.

-- @common
CREATE ROLE app LOGIN;
CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL, name text, secret text);
CREATE TABLE audit (id int GENERATED ALWAYS AS IDENTITY, what text);
CREATE TABLE docs (id int PRIMARY KEY, owner text, body text);
CREATE VIEW names AS SELECT id, name FROM users;
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';
CREATE SCHEMA inner1;
CREATE TABLE inner1.t (a int);
CREATE FUNCTION inner1.f() RETURNS int LANGUAGE sql AS 'SELECT 1';
GRANT USAGE ON SCHEMA inner1 TO app;
GRANT SELECT ON inner1.t TO app;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON users, audit, docs TO app;
GRANT SELECT, UPDATE ON names TO app;
GRANT USAGE, SELECT ON users_id_seq TO app;
INSERT INTO users (email, name) VALUES ('ann@x', 'Ann'), ('bob@x', 'Bob');
INSERT INTO docs VALUES (1, 'app', 'one'), (2, 'other', 'two');
INSERT INTO inner1.t VALUES (1);

-- @cell 7 REVOKE
-- @case select revoked
-- @expect agree
-- @role app
-- @old
SELECT id, email FROM users WHERE id = $1
-- @args 1
-- @change
REVOKE SELECT ON users FROM app;

-- @case insert revoked
-- @expect agree
-- @role app
-- @old
INSERT INTO users (email) VALUES ($1)
-- @args x@x
-- @change
REVOKE INSERT ON users FROM app;

-- @case update revoked
-- @expect agree
-- @role app
-- @old
UPDATE users SET name = $1 WHERE id = $2
-- @args x|1
-- @change
REVOKE UPDATE ON users FROM app;

-- @case delete revoked
-- @expect agree
-- @role app
-- @old
DELETE FROM users WHERE id = $1
-- @args 1
-- @change
REVOKE DELETE ON users FROM app;

-- @case truncate revoked
-- @expect agree
-- @role app
-- @old
TRUNCATE audit
-- @change
REVOKE TRUNCATE ON audit FROM app;

-- @case select revoked, update with a condition needs it
-- @expect agree
-- @role app
-- @old
UPDATE users SET name = 'x' WHERE email = $1
-- @args ann@x
-- @change
REVOKE SELECT ON users FROM app;

-- @case ok select revoked, update of all rows
-- @expect agree
-- @role app
-- @old
UPDATE users SET name = 'x'
-- @change
REVOKE SELECT ON users FROM app;

-- @case select revoked, insert with returning needs it
-- @expect agree
-- @role app
-- @old
INSERT INTO users (email) VALUES ($1) RETURNING email
-- @args x@x
-- @change
REVOKE SELECT ON users FROM app;

-- @case ok select revoked, insert without returning
-- @expect agree
-- @role app
-- @old
INSERT INTO users (email) VALUES ($1)
-- @args x@x
-- @change
REVOKE SELECT ON users FROM app;

-- @case select revoked, upsert reads the old row
-- @expect agree
-- @role app
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = users.email
-- @args 1|x@x
-- @change
REVOKE SELECT ON users FROM app;

-- @case update revoked, upsert needs it
-- @expect agree
-- @role app
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email
-- @args 9|x@x
-- @change
REVOKE UPDATE ON users FROM app;

-- @case everything revoked from public
-- @expect agree
-- @setup
GRANT SELECT ON audit TO PUBLIC;
REVOKE ALL ON audit FROM app;
-- @role app
-- @old
SELECT what FROM audit
-- @change
REVOKE ALL ON audit FROM PUBLIC;

-- @case revoked on all tables of the schema
-- @expect agree
-- @role app
-- @old
SELECT count(*) FROM users
-- @change
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM app;

-- @case ok revoked from another role
-- @expect agree
-- @setup
CREATE ROLE report;
GRANT SELECT ON users TO report;
-- @role app
-- @old
SELECT email FROM users
-- @change
REVOKE SELECT ON users FROM report;

-- @case ok revoked from the role and kept by its group
-- @expect agree
-- @setup
CREATE ROLE writers;
GRANT writers TO app;
GRANT SELECT ON users TO writers;
-- @role app
-- @old
SELECT email FROM users
-- @change
REVOKE SELECT ON users FROM app;

-- @case revoked from the group
-- @expect agree
-- @setup
CREATE ROLE writers;
GRANT writers TO app;
REVOKE SELECT ON users FROM app;
GRANT SELECT ON users TO writers;
-- @role app
-- @old
SELECT email FROM users
-- @change
REVOKE SELECT ON users FROM writers;

-- @case membership revoked
-- @expect agree
-- @setup
CREATE ROLE writers;
GRANT writers TO app;
REVOKE SELECT ON users FROM app;
GRANT SELECT ON users TO writers;
-- @role app
-- @old
SELECT email FROM users
-- @change
REVOKE writers FROM app;

-- @case role no longer inherits
-- @expect agree
-- @setup
CREATE ROLE writers;
GRANT writers TO app;
REVOKE SELECT ON users FROM app;
GRANT SELECT ON users TO writers;
-- @role app
-- @old
SELECT email FROM users
-- @change
ALTER ROLE app NOINHERIT;

-- @cell 7 column grants
-- @case revoked and granted on some columns, another is read
-- @expect agree
-- @role app
-- @old
SELECT id, secret FROM users
-- @change
REVOKE SELECT ON users FROM app;
GRANT SELECT (id, email, name) ON users TO app;

-- @case ok revoked and granted on the columns that are read
-- @expect agree
-- @role app
-- @old
SELECT u.id, u.email FROM users u WHERE name IS NOT NULL
-- @change
REVOKE SELECT ON users FROM app;
GRANT SELECT (id, email, name) ON users TO app;

-- @case column grants, star after a column was added
-- @expect agree
-- @setup
REVOKE ALL ON docs FROM app;
GRANT SELECT (id, owner, body) ON docs TO app;
-- @role app
-- @old
SELECT * FROM docs
-- @change
ALTER TABLE docs ADD COLUMN more text;

-- @case ok column grants, named columns after a column was added
-- @expect agree
-- @setup
REVOKE ALL ON docs FROM app;
GRANT SELECT (id, owner, body) ON docs TO app;
-- @role app
-- @old
SELECT id, owner, body FROM docs
-- @change
ALTER TABLE docs ADD COLUMN more text;

-- @case column grants, count needs any column
-- @expect agree
-- @setup
REVOKE ALL ON docs FROM app;
GRANT SELECT (id) ON docs TO app;
-- @role app
-- @old
SELECT count(*) FROM docs
-- @change
REVOKE SELECT (id) ON docs FROM app;

-- @case update granted on another column
-- @expect agree
-- @role app
-- @old
UPDATE users SET email = $1
-- @args x
-- @change
REVOKE UPDATE ON users FROM app;
GRANT UPDATE (name) ON users TO app;

-- @case insert granted on fewer columns
-- @expect agree
-- @role app
-- @old
INSERT INTO users (email, secret) VALUES ($1, $2)
-- @args x|y
-- @change
REVOKE INSERT ON users FROM app;
GRANT INSERT (email, name) ON users TO app;

-- @cell 7 DROP and CREATE
-- @case table dropped and made again without its grants
-- @expect agree
-- @role app
-- @old
SELECT id, body FROM docs
-- @change
DROP TABLE docs;
CREATE TABLE docs (id int PRIMARY KEY, owner text, body text);

-- @case ok table dropped and made again with its grants
-- @expect agree
-- @role app
-- @old
SELECT id, body FROM docs WHERE false
-- @change
DROP TABLE docs;
CREATE TABLE docs (id int PRIMARY KEY, owner text, body text);
GRANT SELECT ON docs TO app;

-- @case view dropped and made again without its grants
-- @expect agree
-- @role app
-- @old
SELECT name FROM names WHERE id = $1
-- @args 1
-- @change
DROP VIEW names;
CREATE VIEW names AS SELECT id, name FROM users;

-- @case ok view replaced keeps its grants
-- @expect agree
-- @role app
-- @old
SELECT name FROM names WHERE id = $1
-- @args 1
-- @change
CREATE OR REPLACE VIEW names AS SELECT id, name, email FROM users;

-- @case ok default privileges give the new table to the role
-- @expect agree
-- @setup
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app;
-- @role app
-- @old
SELECT id, body FROM docs WHERE false
-- @change
DROP TABLE docs;
CREATE TABLE docs (id int PRIMARY KEY, owner text, body text);

-- @case swap by two renames loses the grants
-- @expect agree
-- @role app
-- @old
SELECT id FROM docs
-- @change
CREATE TABLE docs2 (id int PRIMARY KEY, owner text, body text);
ALTER TABLE docs RENAME TO docs_old;
ALTER TABLE docs2 RENAME TO docs;

-- @case table renamed with a view under the old name, no grant on the view
-- @expect agree
-- @role app
-- @old
SELECT id FROM docs
-- @change
ALTER TABLE docs RENAME TO papers;
CREATE VIEW docs AS SELECT * FROM papers;

-- @case function dropped and made again keeps what public may
-- @expect agree
-- @role app
-- @old
SELECT twice($1)
-- @args 4
-- @change
DROP FUNCTION twice(int);
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';

-- @cell 7 sequences
-- @case new serial column without usage of its sequence
-- @expect agree
-- @role app
-- @old
INSERT INTO docs (id, owner) VALUES ($1, $2)
-- @args 9|app
-- @change
ALTER TABLE docs ADD COLUMN n serial;

-- @case ok new identity column
-- @expect agree
-- @role app
-- @old
INSERT INTO docs (id, owner) VALUES ($1, $2)
-- @args 9|app
-- @change
ALTER TABLE docs ADD COLUMN n int GENERATED ALWAYS AS IDENTITY;

-- @case ok new serial column with usage of its sequence
-- @expect agree
-- @role app
-- @old
INSERT INTO docs (id, owner) VALUES ($1, $2)
-- @args 9|app
-- @change
ALTER TABLE docs ADD COLUMN n serial;
GRANT USAGE ON SEQUENCE docs_n_seq TO app;

-- @case usage of a sequence revoked, default
-- @expect agree
-- @role app
-- @old
INSERT INTO users (email) VALUES ($1)
-- @args x
-- @change
REVOKE ALL ON SEQUENCE users_id_seq FROM app;

-- @case usage of a sequence revoked, nextval
-- @expect agree
-- @role app
-- @old
SELECT nextval('users_id_seq')
-- @change
REVOKE USAGE ON SEQUENCE users_id_seq FROM app;

-- @case serial changed to another sequence
-- @expect agree
-- @role app
-- @old
INSERT INTO users (email) VALUES ($1)
-- @args x
-- @change
CREATE SEQUENCE other_seq START 100;
ALTER TABLE users ALTER COLUMN id SET DEFAULT nextval('other_seq');

-- @cell 7 triggers
-- @case new trigger writes a table without a grant
-- @expect agree
-- @setup
CREATE TABLE log (what text);
-- @role app
-- @old
UPDATE users SET name = $1 WHERE id = 1
-- @args x
-- @change
CREATE FUNCTION logged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (NEW.name); RETURN NEW; END $$;
CREATE TRIGGER log_names AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION logged();

-- @case ok new trigger writes a table as its owner
-- @expect agree
-- @setup
CREATE TABLE log (what text);
-- @role app
-- @old
UPDATE users SET name = $1 WHERE id = 1
-- @args x
-- @change
CREATE FUNCTION logged() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN INSERT INTO log VALUES (NEW.name); RETURN NEW; END $$;
CREATE TRIGGER log_names AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION logged();

-- @case trigger's table loses its grant
-- @expect agree
-- @setup
CREATE FUNCTION logged() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO audit (what) VALUES (NEW.name); RETURN NEW; END $$;
CREATE TRIGGER log_names AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION logged();
-- @role app
-- @old
UPDATE users SET name = $1 WHERE id = 1
-- @args x
-- @change
REVOKE INSERT ON audit FROM app;

-- @case function is no longer security definer
-- @expect agree
-- @setup
CREATE TABLE hidden (a int);
CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM hidden';
-- @role app
-- @old
SELECT peek()
-- @change
ALTER FUNCTION peek() SECURITY INVOKER;

-- @cell 7 REVOKE EXECUTE, USAGE
-- @case execute revoked from public
-- @expect agree
-- @role app
-- @old
SELECT twice(id) FROM users
-- @change
REVOKE EXECUTE ON FUNCTION twice(int) FROM PUBLIC;

-- @case ok execute revoked from public and granted
-- @expect agree
-- @role app
-- @old
SELECT twice(id) FROM users
-- @change
REVOKE EXECUTE ON FUNCTION twice(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION twice(int) TO app;

-- @case usage of a schema revoked, qualified table
-- @expect agree
-- @role app
-- @old
SELECT a FROM inner1.t
-- @change
REVOKE USAGE ON SCHEMA inner1 FROM app;

-- @case usage of a schema revoked, name in the path
-- @expect agree
-- @role app
-- @path inner1,public
-- @old
SELECT a FROM t
-- @change
REVOKE USAGE ON SCHEMA inner1 FROM app;

-- @case usage of a schema revoked, qualified function
-- @expect agree
-- @role app
-- @old
SELECT inner1.f()
-- @change
REVOKE USAGE ON SCHEMA inner1 FROM app;

-- @case table moved to a schema that the role may not use
-- @expect agree
-- @setup
CREATE SCHEMA private;
-- @role app
-- @path public,private
-- @old
SELECT id FROM docs
-- @change
ALTER TABLE docs SET SCHEMA private;

-- @case usage of public revoked from everybody
-- @expect agree
-- @role app
-- @old
SELECT id FROM docs
-- @change
REVOKE USAGE ON SCHEMA public FROM PUBLIC;

-- @cell 7 owner
-- @case owner changed, truncate
-- @expect agree
-- @setup
CREATE ROLE admin;
CREATE TABLE mine (a int);
ALTER TABLE mine OWNER TO app;
-- @role app
-- @old
TRUNCATE mine
-- @change
ALTER TABLE mine OWNER TO admin;

-- @case owner changed, alter table by the application
-- @expect agree
-- @setup
CREATE ROLE admin;
CREATE TABLE mine (a int);
ALTER TABLE mine OWNER TO app;
-- @role app
-- @old
ALTER TABLE mine ADD COLUMN b int
-- @change
ALTER TABLE mine OWNER TO admin;

-- @case owner changed, refresh of a materialized view
-- @expect agree
-- @setup
CREATE ROLE admin;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
ALTER MATERIALIZED VIEW m OWNER TO app;
-- @role app
-- @old
REFRESH MATERIALIZED VIEW m
-- @change
ALTER MATERIALIZED VIEW m OWNER TO admin;

-- @case owned objects given to another
-- @expect agree
-- @setup
CREATE ROLE admin;
CREATE TABLE mine (a int);
ALTER TABLE mine OWNER TO app;
-- @role app
-- @old
SELECT a FROM mine
-- @change
REASSIGN OWNED BY app TO admin;

-- @case ok owner changed, the grants stay
-- @expect agree
-- @setup
CREATE ROLE admin;
-- @role app
-- @old
SELECT email FROM users
-- @change
ALTER TABLE users OWNER TO admin;

-- @cell 7 security_invoker
-- @case view switched to security invoker
-- @expect agree
-- @setup
CREATE TABLE base1 (a int);
CREATE VIEW over1 AS SELECT a FROM base1;
GRANT SELECT ON over1 TO app;
-- @role app
-- @old
SELECT a FROM over1
-- @change
ALTER VIEW over1 SET (security_invoker = true);

-- @case view replaced by a security invoker
-- @expect agree
-- @setup
CREATE TABLE base1 (a int);
CREATE VIEW over1 AS SELECT a FROM base1;
GRANT SELECT ON over1 TO app;
-- @role app
-- @old
SELECT a FROM over1
-- @change
CREATE OR REPLACE VIEW over1 WITH (security_invoker = on) AS SELECT a FROM base1;

-- @case ok view switched to security invoker, the base is granted
-- @expect agree
-- @role app
-- @old
SELECT name FROM names
-- @change
ALTER VIEW names SET (security_invoker = true);

-- @case view's owner loses the table
-- @expect agree
-- @setup
CREATE ROLE admin;
CREATE TABLE base1 (a int);
GRANT SELECT ON base1 TO admin;
CREATE VIEW over1 AS SELECT a FROM base1;
ALTER VIEW over1 OWNER TO admin;
GRANT SELECT ON over1 TO app;
-- @role app
-- @old
SELECT a FROM over1
-- @change
REVOKE SELECT ON base1 FROM admin;

-- @cell 7 ENABLE RLS
-- @case row security without a policy, select
-- @expect agree
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;

-- @case row security without a policy, insert
-- @expect agree
-- @role app
-- @old
INSERT INTO docs (id, owner) VALUES ($1, $2)
-- @args 9|app
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;

-- @case row security without a policy, update
-- @expect agree
-- @role app
-- @old
UPDATE docs SET body = $1
-- @args x
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;

-- @case row security with a policy hides rows
-- @expect agree
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (owner = current_user);

-- @case row security with a policy refuses a new row
-- @expect agree
-- @role app
-- @old
INSERT INTO docs (id, owner) VALUES ($1, $2)
-- @args 9|someone
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (owner = current_user);

-- @case policy for another command only
-- @expect agree
-- @role app
-- @old
INSERT INTO docs (id, owner) VALUES ($1, $2)
-- @args 9|app
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON docs FOR SELECT USING (true);

-- @case policy reads a setting that is not set
-- @expect agree
-- @role app
-- @old
SELECT id FROM docs
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (owner = current_setting('app.tenant'));

-- @case policy dropped, none is left
-- @expect agree
-- @setup
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (owner = current_user);
-- @role app
-- @old
SELECT id FROM docs
-- @change
DROP POLICY own ON docs;

-- @case policy made stricter
-- @expect agree
-- @setup
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (true);
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER POLICY own ON docs USING (owner = current_user);

-- @case row security disabled shows all rows
-- @expect agree
-- @setup
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (owner = current_user);
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE docs DISABLE ROW LEVEL SECURITY;

-- @case ok row security for one who bypasses it
-- @expect agree
-- @setup
ALTER ROLE app BYPASSRLS;
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;

-- @case ok row security for the owner
-- @expect agree
-- @setup
ALTER TABLE docs OWNER TO app;
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;

-- @case row security forced on the owner
-- @expect agree
-- @setup
ALTER TABLE docs OWNER TO app;
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
ALTER TABLE docs FORCE ROW LEVEL SECURITY;

-- @case ok row security on a table that the code does not use
-- @expect agree
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE users ENABLE ROW LEVEL SECURITY;

-- @case ok row security below a view of a superuser
-- @expect agree
-- @role app
-- @old
SELECT name FROM names ORDER BY id
-- @change
ALTER TABLE users ENABLE ROW LEVEL SECURITY;

-- @cell 7 ALTER ROLE SET
-- @case search path of the role changed
-- @expect agree
-- @setup
CREATE TABLE inner1.docs (id int, owner text, body text);
GRANT SELECT ON inner1.docs TO app;
-- @role app
-- @login
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER ROLE app SET search_path = inner1, public;

-- @case search path of the role loses the schema
-- @expect agree
-- @role app
-- @login
-- @old
SELECT id FROM docs
-- @change
ALTER ROLE app SET search_path = inner1;

-- @case transactions of the role only read
-- @expect agree
-- @role app
-- @login
-- @old
UPDATE users SET name = $1
-- @args x
-- @change
ALTER ROLE app SET default_transaction_read_only = on;

-- @case ok transactions of the role only read, select
-- @expect agree
-- @role app
-- @login
-- @old
SELECT name FROM users ORDER BY id
-- @change
ALTER ROLE app SET default_transaction_read_only = on;

-- @cell 7 INHERIT, ATTACH
-- @case child with rows shows in the parent
-- @expect missed
-- @setup
CREATE TABLE more (id int PRIMARY KEY, owner text, body text);
INSERT INTO more VALUES (7, 'x', 'y');
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE more INHERIT docs;

-- @case partition with rows is attached
-- @expect agree
-- @setup
CREATE TABLE parts (a int) PARTITION BY LIST (a);
CREATE TABLE part1 (a int);
INSERT INTO part1 VALUES (1);
GRANT SELECT ON parts TO app;
-- @role app
-- @old
SELECT a FROM parts
-- @change
ALTER TABLE parts ATTACH PARTITION part1 FOR VALUES IN (1);

-- @case ok new empty partition
-- @expect agree
-- @setup
CREATE TABLE parts (a int) PARTITION BY LIST (a);
GRANT SELECT ON parts TO app;
-- @role app
-- @old
SELECT a FROM parts
-- @change
CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1);

-- @case ok child with rows, only the parent is read
-- @expect agree
-- @setup
CREATE TABLE more (id int PRIMARY KEY, owner text, body text);
INSERT INTO more VALUES (7, 'x', 'y');
-- @role app
-- @old
SELECT id FROM ONLY docs ORDER BY id
-- @change
ALTER TABLE more INHERIT docs;

-- @cell 7 LISTEN, NOTIFY
-- @case channel of a trigger function changed
-- @expect agree
-- @setup
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('docs_changed', NEW.id::text); RETURN NEW; END $$;
CREATE TRIGGER tell AFTER INSERT ON docs FOR EACH ROW EXECUTE FUNCTION tell();
-- @undetectable the server shows nothing to one who listens
-- @old
LISTEN docs_changed
-- @change
CREATE OR REPLACE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('docs', NEW.id::text); RETURN NEW; END $$;
