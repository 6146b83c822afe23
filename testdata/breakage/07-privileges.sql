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
-- @role app
-- @old
SELECT id, email FROM users WHERE id = $1
-- @args 1
-- @change
REVOKE SELECT ON users FROM app;

-- @case insert revoked
-- @role app
-- @old
INSERT INTO users (email) VALUES ($1)
-- @args x@x
-- @change
REVOKE INSERT ON users FROM app;

-- @case update revoked
-- @role app
-- @old
UPDATE users SET name = $1 WHERE id = $2
-- @args x|1
-- @change
REVOKE UPDATE ON users FROM app;

-- @case delete revoked
-- @role app
-- @old
DELETE FROM users WHERE id = $1
-- @args 1
-- @change
REVOKE DELETE ON users FROM app;

-- @case truncate revoked
-- @role app
-- @old
TRUNCATE audit
-- @change
REVOKE TRUNCATE ON audit FROM app;

-- @case select revoked, update with a condition needs it
-- @role app
-- @old
UPDATE users SET name = 'x' WHERE email = $1
-- @args ann@x
-- @change
REVOKE SELECT ON users FROM app;

-- @case ok select revoked, update of all rows
-- @role app
-- @old
UPDATE users SET name = 'x'
-- @change
REVOKE SELECT ON users FROM app;

-- @case select revoked, insert with returning needs it
-- @role app
-- @old
INSERT INTO users (email) VALUES ($1) RETURNING email
-- @args x@x
-- @change
REVOKE SELECT ON users FROM app;

-- @case ok select revoked, insert without returning
-- @role app
-- @old
INSERT INTO users (email) VALUES ($1)
-- @args x@x
-- @change
REVOKE SELECT ON users FROM app;

-- @case select revoked, upsert reads the old row
-- @role app
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = users.email
-- @args 1|x@x
-- @change
REVOKE SELECT ON users FROM app;

-- @case update revoked, upsert needs it
-- @role app
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email
-- @args 9|x@x
-- @change
REVOKE UPDATE ON users FROM app;

-- @case everything revoked from public
-- @setup
GRANT SELECT ON audit TO PUBLIC;
REVOKE ALL ON audit FROM app;
-- @role app
-- @old
SELECT what FROM audit
-- @change
REVOKE ALL ON audit FROM PUBLIC;

-- @case revoked on all tables of the schema
-- @role app
-- @old
SELECT count(*) FROM users
-- @change
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM app;

-- @case ok revoked from another role
-- @setup
CREATE ROLE report;
GRANT SELECT ON users TO report;
-- @role app
-- @old
SELECT email FROM users
-- @change
REVOKE SELECT ON users FROM report;

-- @case ok revoked from the role and kept by its group
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
-- @role app
-- @old
SELECT id, secret FROM users
-- @change
REVOKE SELECT ON users FROM app;
GRANT SELECT (id, email, name) ON users TO app;

-- @case ok revoked and granted on the columns that are read
-- @role app
-- @old
SELECT u.id, u.email FROM users u WHERE name IS NOT NULL
-- @change
REVOKE SELECT ON users FROM app;
GRANT SELECT (id, email, name) ON users TO app;

-- @case column grants, star after a column was added
-- @setup
REVOKE ALL ON docs FROM app;
GRANT SELECT (id, owner, body) ON docs TO app;
-- @role app
-- @old
SELECT * FROM docs
-- @change
ALTER TABLE docs ADD COLUMN more text;

-- @case ok column grants, named columns after a column was added
-- @setup
REVOKE ALL ON docs FROM app;
GRANT SELECT (id, owner, body) ON docs TO app;
-- @role app
-- @old
SELECT id, owner, body FROM docs
-- @change
ALTER TABLE docs ADD COLUMN more text;

-- @case column grants, count needs any column
-- @setup
REVOKE ALL ON docs FROM app;
GRANT SELECT (id) ON docs TO app;
-- @role app
-- @old
SELECT count(*) FROM docs
-- @change
REVOKE SELECT (id) ON docs FROM app;

-- @case update granted on another column
-- @role app
-- @old
UPDATE users SET email = $1
-- @args x
-- @change
REVOKE UPDATE ON users FROM app;
GRANT UPDATE (name) ON users TO app;

-- @case insert granted on fewer columns
-- @role app
-- @old
INSERT INTO users (email, secret) VALUES ($1, $2)
-- @args x|y
-- @change
REVOKE INSERT ON users FROM app;
GRANT INSERT (email, name) ON users TO app;

-- @cell 7 DROP and CREATE
-- @case table dropped and made again without its grants
-- @role app
-- @old
SELECT id, body FROM docs
-- @change
DROP TABLE docs;
CREATE TABLE docs (id int PRIMARY KEY, owner text, body text);

-- @case ok table dropped and made again with its grants
-- @role app
-- @old
SELECT id, body FROM docs WHERE false
-- @change
DROP TABLE docs;
CREATE TABLE docs (id int PRIMARY KEY, owner text, body text);
GRANT SELECT ON docs TO app;

-- @case view dropped and made again without its grants
-- @role app
-- @old
SELECT name FROM names WHERE id = $1
-- @args 1
-- @change
DROP VIEW names;
CREATE VIEW names AS SELECT id, name FROM users;

-- @case ok view replaced keeps its grants
-- @role app
-- @old
SELECT name FROM names WHERE id = $1
-- @args 1
-- @change
CREATE OR REPLACE VIEW names AS SELECT id, name, email FROM users;

-- @case ok default privileges give the new table to the role
-- @setup
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO app;
-- @role app
-- @old
SELECT id, body FROM docs WHERE false
-- @change
DROP TABLE docs;
CREATE TABLE docs (id int PRIMARY KEY, owner text, body text);

-- @case swap by two renames loses the grants
-- @role app
-- @old
SELECT id FROM docs
-- @change
CREATE TABLE docs2 (id int PRIMARY KEY, owner text, body text);
ALTER TABLE docs RENAME TO docs_old;
ALTER TABLE docs2 RENAME TO docs;

-- @case table renamed with a view under the old name, no grant on the view
-- @role app
-- @old
SELECT id FROM docs
-- @change
ALTER TABLE docs RENAME TO papers;
CREATE VIEW docs AS SELECT * FROM papers;

-- @case function dropped and made again keeps what public may
-- @role app
-- @old
SELECT twice($1)
-- @args 4
-- @change
DROP FUNCTION twice(int);
CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql AS 'SELECT n * 2';

-- @cell 7 sequences
-- @case new serial column without usage of its sequence
-- @role app
-- @old
INSERT INTO docs (id, owner) VALUES ($1, $2)
-- @args 9|app
-- @change
ALTER TABLE docs ADD COLUMN n serial;

-- @case ok new identity column
-- @role app
-- @old
INSERT INTO docs (id, owner) VALUES ($1, $2)
-- @args 9|app
-- @change
ALTER TABLE docs ADD COLUMN n int GENERATED ALWAYS AS IDENTITY;

-- @case ok new serial column with usage of its sequence
-- @role app
-- @old
INSERT INTO docs (id, owner) VALUES ($1, $2)
-- @args 9|app
-- @change
ALTER TABLE docs ADD COLUMN n serial;
GRANT USAGE ON SEQUENCE docs_n_seq TO app;

-- @case usage of a sequence revoked, default
-- @role app
-- @old
INSERT INTO users (email) VALUES ($1)
-- @args x
-- @change
REVOKE ALL ON SEQUENCE users_id_seq FROM app;

-- @case usage of a sequence revoked, nextval
-- @role app
-- @old
SELECT nextval('users_id_seq')
-- @change
REVOKE USAGE ON SEQUENCE users_id_seq FROM app;

-- @case serial changed to another sequence
-- @role app
-- @old
INSERT INTO users (email) VALUES ($1)
-- @args x
-- @change
CREATE SEQUENCE other_seq START 100;
ALTER TABLE users ALTER COLUMN id SET DEFAULT nextval('other_seq');

-- @cell 7 triggers
-- @case new trigger writes a table without a grant
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
-- @role app
-- @old
SELECT twice(id) FROM users
-- @change
REVOKE EXECUTE ON FUNCTION twice(int) FROM PUBLIC;

-- @case ok execute revoked from public and granted
-- @role app
-- @old
SELECT twice(id) FROM users
-- @change
REVOKE EXECUTE ON FUNCTION twice(int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION twice(int) TO app;

-- @case usage of a schema revoked, qualified table
-- @role app
-- @old
SELECT a FROM inner1.t
-- @change
REVOKE USAGE ON SCHEMA inner1 FROM app;

-- @case usage of a schema revoked, name in the path
-- @role app
-- @path inner1,public
-- @old
SELECT a FROM t
-- @change
REVOKE USAGE ON SCHEMA inner1 FROM app;

-- @case usage of a schema revoked, qualified function
-- @role app
-- @old
SELECT inner1.f()
-- @change
REVOKE USAGE ON SCHEMA inner1 FROM app;

-- @case table moved to a schema that the role may not use
-- @setup
CREATE SCHEMA private;
-- @role app
-- @path public,private
-- @old
SELECT id FROM docs
-- @change
ALTER TABLE docs SET SCHEMA private;

-- @case usage of public revoked from everybody
-- @role app
-- @old
SELECT id FROM docs
-- @change
REVOKE USAGE ON SCHEMA public FROM PUBLIC;

-- @cell 7 owner
-- @case owner changed, truncate
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
-- @setup
CREATE ROLE admin;
-- @role app
-- @old
SELECT email FROM users
-- @change
ALTER TABLE users OWNER TO admin;

-- @cell 7 security_invoker
-- @case view switched to security invoker
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
-- @role app
-- @old
SELECT name FROM names
-- @change
ALTER VIEW names SET (security_invoker = true);

-- @case view's owner loses the table
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
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;

-- @case row security without a policy, insert
-- @role app
-- @old
INSERT INTO docs (id, owner) VALUES ($1, $2)
-- @args 9|app
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;

-- @case row security without a policy, update
-- @role app
-- @old
UPDATE docs SET body = $1
-- @args x
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;

-- @case row security with a policy hides rows
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (owner = current_user);

-- @case row security with a policy refuses a new row
-- @role app
-- @old
INSERT INTO docs (id, owner) VALUES ($1, $2)
-- @args 9|someone
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (owner = current_user);

-- @case policy for another command only
-- @role app
-- @old
INSERT INTO docs (id, owner) VALUES ($1, $2)
-- @args 9|app
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY see ON docs FOR SELECT USING (true);

-- @case policy reads a setting that is not set
-- @role app
-- @old
SELECT id FROM docs
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (owner = current_setting('app.tenant'));

-- @case policy dropped, none is left
-- @setup
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (owner = current_user);
-- @role app
-- @old
SELECT id FROM docs
-- @change
DROP POLICY own ON docs;

-- @case policy made stricter
-- @setup
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (true);
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER POLICY own ON docs USING (owner = current_user);

-- @case row security disabled shows all rows
-- @setup
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON docs USING (owner = current_user);
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE docs DISABLE ROW LEVEL SECURITY;

-- @case ok row security for one who bypasses it
-- @setup
ALTER ROLE app BYPASSRLS;
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;

-- @case ok row security for the owner
-- @setup
ALTER TABLE docs OWNER TO app;
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;

-- @case row security forced on the owner
-- @setup
ALTER TABLE docs OWNER TO app;
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE docs ENABLE ROW LEVEL SECURITY;
ALTER TABLE docs FORCE ROW LEVEL SECURITY;

-- @case ok row security on a table that the code does not use
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE users ENABLE ROW LEVEL SECURITY;

-- @case ok row security below a view of a superuser
-- @role app
-- @old
SELECT name FROM names ORDER BY id
-- @change
ALTER TABLE users ENABLE ROW LEVEL SECURITY;

-- @cell 7 ALTER ROLE SET
-- @case search path of the role changed
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
-- @role app
-- @login
-- @old
SELECT id FROM docs
-- @change
ALTER ROLE app SET search_path = inner1;

-- @case transactions of the role only read
-- @role app
-- @login
-- @old
UPDATE users SET name = $1
-- @args x
-- @change
ALTER ROLE app SET default_transaction_read_only = on;

-- @case ok transactions of the role only read, select
-- @role app
-- @login
-- @old
SELECT name FROM users ORDER BY id
-- @change
ALTER ROLE app SET default_transaction_read_only = on;

-- @cell 7 INHERIT, ATTACH
-- @case child with rows shows in the parent
-- @setup
CREATE TABLE more (id int PRIMARY KEY, owner text, body text);
INSERT INTO more VALUES (7, 'x', 'y');
-- @role app
-- @old
SELECT id FROM docs ORDER BY id
-- @change
ALTER TABLE more INHERIT docs;

-- @case partition with rows is attached
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
-- @setup
CREATE TABLE parts (a int) PARTITION BY LIST (a);
GRANT SELECT ON parts TO app;
-- @role app
-- @old
SELECT a FROM parts
-- @change
CREATE TABLE part1 PARTITION OF parts FOR VALUES IN (1);

-- @case ok child with rows, only the parent is read
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
-- @setup
CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('docs_changed', NEW.id::text); RETURN NEW; END $$;
CREATE TRIGGER tell AFTER INSERT ON docs FOR EACH ROW EXECUTE FUNCTION tell();
-- @undetectable the server shows nothing to one who listens
-- @old
LISTEN docs_changed
-- @change
CREATE OR REPLACE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('docs', NEW.id::text); RETURN NEW; END $$;
