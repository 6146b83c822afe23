-- Kinds that are known through something else: a key that another implies, a row that a view or a value gives, the
-- variables of a body.

-- @common
CREATE TABLE users (id int PRIMARY KEY, email text, name text, team int);
CREATE UNIQUE INDEX users_email ON users (email);
CREATE VIEW people AS SELECT id, email, name, team FROM users;
INSERT INTO users VALUES (1, 'a@x', 'Ann', 1), (2, 'b@x', 'Bob', 2);
CREATE TABLE log (who text, what text, old text);
CREATE TYPE person AS (first text, last text);

-- @cell 6 unique keys
-- @case weaker unique index is new
-- @expect agree
-- @old
INSERT INTO users (id, email, team) VALUES (3, $1, 1)
-- @args c@x
-- @change
CREATE UNIQUE INDEX users_email_team ON users (email, team);

-- @case stronger unique index is new
-- @expect agree, with a warning
-- @old
INSERT INTO users (id, email, team) VALUES (3, $1, 3)
-- @args c@x
-- @change
CREATE UNIQUE INDEX users_team ON users (team);

-- @case key behind a view that groups
-- @expect agree
-- @old
SELECT (SELECT name FROM people WHERE id = $1)
-- @args 1
-- @change
CREATE OR REPLACE VIEW people AS SELECT id, email, name, team FROM users GROUP BY id;

-- @case key behind a view that joins no more
-- @expect agree, with a warning
-- @old
SELECT (SELECT name FROM people WHERE email = $1)
-- @args a@x
-- @change
DROP INDEX users_email;

-- @cell 6 views that show a column twice
-- @case compat view shows a column under two names, both written
-- @expect agree
-- @old
UPDATE users SET name = $1, title = $1 WHERE id = 1
-- @args x
-- @setup
ALTER TABLE users ADD COLUMN title text;
-- @change
ALTER TABLE users RENAME TO users_t;
ALTER TABLE users_t DROP COLUMN title;
DROP VIEW people;
CREATE VIEW users AS SELECT id, email, name, name AS title, team FROM users_t;

-- @case compat view shows a column under two names, one written
-- @expect agree
-- @old
UPDATE users SET name = $1 WHERE id = 1
-- @args x
-- @change
ALTER TABLE users RENAME TO users_t;
CREATE VIEW users AS SELECT id, email, name, name AS title, team FROM users_t;

-- @cell 6 partitions and constants
-- @case value of a constant has a partition
-- @expect agree
-- @setup
CREATE TABLE ev (id int, kind text) PARTITION BY LIST (kind);
CREATE TABLE ev_a PARTITION OF ev FOR VALUES IN ('a');
CREATE TABLE ev_b PARTITION OF ev FOR VALUES IN ('b');
-- @old
INSERT INTO ev (id, kind) VALUES ($1, 'a')
-- @args 1
-- @change
DROP TABLE ev_b;

-- @case value of a constant loses its partition
-- @expect agree
-- @setup
CREATE TABLE ev (id int, kind text) PARTITION BY LIST (kind);
CREATE TABLE ev_a PARTITION OF ev FOR VALUES IN ('a');
CREATE TABLE ev_b PARTITION OF ev FOR VALUES IN ('b');
-- @old
INSERT INTO ev (id, kind) VALUES ($1, 'b')
-- @args 1
-- @change
DROP TABLE ev_b;

-- @cell 6 columns that are computed
-- @case generated column that is never NULL becomes NOT NULL
-- @expect agree
-- @setup
ALTER TABLE users ADD COLUMN known boolean GENERATED ALWAYS AS (email IS NOT NULL) STORED;
-- @old
INSERT INTO users (id, email) VALUES (3, $1)
-- @args c@x
-- @change
ALTER TABLE users ALTER COLUMN known SET NOT NULL;

-- @cell 6 operators of clauses
-- @case EXCEPT ALL of a column that becomes json
-- @expect agree
-- @old
SELECT name FROM users EXCEPT ALL SELECT email FROM users
-- @change
DROP VIEW people;
DROP INDEX users_email;
ALTER TABLE users ALTER COLUMN name TYPE json USING to_json(name), ALTER COLUMN email TYPE json USING to_json(email);

-- @case percentile_disc over a column that becomes json
-- @expect agree
-- @old
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY name) FROM users
-- @change
DROP VIEW people;
ALTER TABLE users ALTER COLUMN name TYPE json USING to_json(name);

-- @cell 6 domains over enums
-- @case label goes that is written to a column of a domain
-- @expect agree
-- @setup
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN my_mood AS mood;
CREATE TABLE feelings (id int, m my_mood);
-- @old
INSERT INTO feelings (id, m) VALUES (1, 'sad')
-- @change
CREATE TYPE mood2 AS ENUM ('ok');
DROP DOMAIN my_mood CASCADE;
CREATE DOMAIN my_mood AS mood2;
ALTER TABLE feelings ADD COLUMN m my_mood;

-- @cell 6 composites
-- @case field of a column of a composite type is renamed
-- @expect agree
-- @setup
CREATE TABLE staff (id int, p person);
-- @old
SELECT (p).last FROM staff
-- @change
ALTER TYPE person RENAME ATTRIBUTE last TO last_name;

-- @case field of a numbered argument of a SQL function is renamed
-- @expect agree
-- @setup
CREATE FUNCTION shown(person) RETURNS text LANGUAGE sql AS 'SELECT $1.first || ($1).last';
-- @old
SELECT shown(ROW($1, 'x'))
-- @args a
-- @change
ALTER TYPE person RENAME ATTRIBUTE last TO last_name;

-- @case field of a named argument of a SQL function is renamed
-- @expect agree
-- @setup
CREATE FUNCTION shown(p person) RETURNS text LANGUAGE sql AS 'SELECT p.first || p.last';
-- @old
SELECT shown(ROW($1, 'x'))
-- @args a
-- @change
ALTER TYPE person RENAME ATTRIBUTE last TO last_name;

-- @cell 6 bodies
-- @case insert in a branch of a trigger leaves out a required column
-- @expect agree
-- @setup
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.name IS DISTINCT FROM OLD.name THEN
    INSERT INTO log (who, what) VALUES (NEW.email, 'renamed');
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER audit BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION audit();
-- @old
UPDATE users SET name = $1 WHERE id = 1
-- @args Zoe
-- @change
ALTER TABLE log ALTER COLUMN old SET NOT NULL;

-- @case insert in a loop of a function leaves out a required column
-- @expect agree
-- @setup
CREATE FUNCTION note() RETURNS int LANGUAGE plpgsql AS $$
DECLARE i int;
BEGIN
  FOR i IN 1..2 LOOP
    INSERT INTO log (who) VALUES ('x');
  END LOOP;
  RETURN 1;
END $$;
-- @old
SELECT note()
-- @change
ALTER TABLE log ALTER COLUMN old SET NOT NULL;

-- @case trigger writes through a copy of NEW
-- @expect agree
-- @setup
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE _new record;
BEGIN
  _new := NEW;
  _new."name" = upper(_new.name);
  RETURN _new;
END $$;
CREATE TRIGGER stamp BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp();
-- @old
UPDATE users SET team = $1 WHERE id = 1
-- @args 4
-- @change
DROP VIEW people;
ALTER TABLE users RENAME COLUMN name TO full_name;

-- @case trigger writes through a copy of NEW, nothing that it names changes
-- @expect agree
-- @setup
CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE _new record;
BEGIN
  _new := NEW;
  _new.name = upper(_new.name);
  RETURN _new;
END $$;
CREATE TRIGGER stamp BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION stamp();
-- @old
UPDATE users SET team = $1 WHERE id = 1
-- @args 4
-- @change
ALTER TABLE users ADD COLUMN more text;

-- @case function writes fields of a variable of a row type
-- @expect agree
-- @setup
CREATE FUNCTION add_user(mail text) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
  u users;
  r record;
BEGIN
  u.email := mail;
  SELECT name INTO r FROM users WHERE id = 1;
  r.name := u.email;
  RETURN 1;
END $$;
-- @old
SELECT add_user($1)
-- @args c@x
-- @change
ALTER TABLE users RENAME COLUMN email TO mail;
DROP VIEW people;

-- @case function writes fields of an argument of a row type
-- @expect agree
-- @setup
CREATE FUNCTION renamed(u users) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  u.name := 'x';
  RETURN (SELECT team FROM users WHERE id = u.id);
END $$;
-- @old
SELECT renamed(u) FROM users u WHERE id = $1
-- @args 1
-- @change
DROP VIEW people;
ALTER TABLE users DROP COLUMN team;

-- @cell 6 branches
-- @case trigger leaves early for another event
-- @expect agree
-- @setup
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  INSERT INTO log (who) VALUES (NEW.email);
  RETURN NEW;
END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION audit();
-- @old
DELETE FROM users WHERE id = $1
-- @args 1
-- @change
ALTER TABLE log RENAME COLUMN who TO what_for;

-- @case trigger goes on for this event
-- @expect agree
-- @setup
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  INSERT INTO log (who) VALUES (NEW.email);
  RETURN NEW;
END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION audit();
-- @old
UPDATE users SET name = 'x' WHERE id = $1
-- @args 1
-- @change
ALTER TABLE log RENAME COLUMN who TO what_for;

-- @case trigger has a branch for each event
-- @expect agree
-- @setup
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP IN ('INSERT', 'UPDATE') AND TG_OP <> 'DELETE' THEN
    INSERT INTO log (who) VALUES (NEW.email);
  ELSIF TG_OP = 'DELETE' THEN
    INSERT INTO log (what) VALUES (OLD.email);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON users FOR EACH ROW EXECUTE FUNCTION audit();
-- @old
INSERT INTO users (id) VALUES ($1)
-- @args 3
-- @change
ALTER TABLE log DROP COLUMN what;

-- @case trigger whose WHEN may not hold
-- @expect agree, with a warning
-- @setup
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log (who) VALUES (NEW.email); RETURN NEW; END $$;
CREATE TRIGGER audit AFTER UPDATE ON users FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name) EXECUTE FUNCTION audit();
-- @old
UPDATE users SET team = 5 WHERE id = $1
-- @args 1
-- @change
DROP TABLE log;

-- @case trigger handles its errors
-- @expect agree, with a warning
-- @setup
CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  BEGIN INSERT INTO log (who) VALUES (NEW.email); EXCEPTION WHEN OTHERS THEN RAISE WARNING 'x'; END;
  RETURN NEW;
END $$;
CREATE TRIGGER audit AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION audit();
-- @old
UPDATE users SET team = 5 WHERE id = $1
-- @args 1
-- @change
DROP TABLE log;

-- @case fields of a composite column as columns
-- @expect agree
-- @setup
CREATE TABLE staff (id int, p person);
-- @old
SELECT (p).* FROM staff
-- @change
CREATE TABLE other (id int);

-- @cell 6 conditional inserts
-- @case merge that finds its row leaves out a required column
-- @expect agree, with a warning
-- @old
MERGE INTO users USING (VALUES (1)) s(id) ON users.id = s.id WHEN MATCHED THEN UPDATE SET name = $1 WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)
-- @args x
-- @change
ALTER TABLE users ADD COLUMN z int NOT NULL DEFAULT 1;
ALTER TABLE users ALTER COLUMN z DROP DEFAULT;

-- @case insert of what is not there leaves out a required column
-- @expect agree, with a warning
-- @old
INSERT INTO users (id, name) SELECT 1, $1 WHERE NOT EXISTS (SELECT 1 FROM users WHERE id = 1)
-- @args x
-- @change
ALTER TABLE users ADD COLUMN z int NOT NULL DEFAULT 1;
ALTER TABLE users ALTER COLUMN z DROP DEFAULT;

-- @cell 6 unique keys
-- @case new column that is unique is left out
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (3, $1)
-- @args c@x
-- @change
ALTER TABLE users ADD COLUMN slug text;
CREATE UNIQUE INDEX users_slug ON users (slug);

-- @case new column that is unique is numbered
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES (3, $1)
-- @args c@x
-- @change
ALTER TABLE users ADD COLUMN number bigserial UNIQUE;

-- @case column that is unique has one default
-- @expect agree
-- @setup
DELETE FROM users WHERE id = 2;
-- @old
INSERT INTO users (id, email) VALUES (3, $1)
-- @args c@x
-- @change
ALTER TABLE users ADD COLUMN slug text DEFAULT 'x';
CREATE UNIQUE INDEX users_slug ON users (slug);

-- @cell 6 functions that may not be called
-- @case function in a case that does not hold
-- @expect agree, with a warning
-- @setup
CREATE FUNCTION whose(t text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT who FROM log LIMIT 1); END $$;
-- @old
SELECT CASE WHEN team > 100 THEN whose(name) ELSE name END FROM users
-- @change
ALTER TABLE log RENAME COLUMN who TO whom;

-- @case function behind OR and in coalesce
-- @expect agree, with a warning
-- @setup
CREATE FUNCTION whose(t text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT who FROM log LIMIT 1); END $$;
-- @old
SELECT coalesce(name, whose('x')) FROM users WHERE $1::text IS NULL OR whose($1) = name
-- @args \N
-- @change
ALTER TABLE log RENAME COLUMN who TO whom;

-- @case function that decides first
-- @expect agree
-- @setup
CREATE FUNCTION whose(t text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN (SELECT who FROM log LIMIT 1); END $$;
-- @old
SELECT coalesce(whose('x'), name) FROM users
-- @change
ALTER TABLE log RENAME COLUMN who TO whom;
