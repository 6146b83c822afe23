-- Section 2 of the facts: views in the place of tables, views that cease to take writes, rules.

-- @common
CREATE TABLE users (id serial PRIMARY KEY, email text NOT NULL UNIQUE, name text, state text NOT NULL DEFAULT 'new', team int);
INSERT INTO users (email, name, team) VALUES ('ann@x', 'Ann', 1), ('bob@x', 'Bob', 1);

-- @cell 2 compat view
-- @case renamed with a compat view, select
-- @expect agree
-- @old
SELECT u.id, u.email, v.n FROM users u JOIN LATERAL (SELECT count(*) AS n FROM users w WHERE w.team = u.team) v ON true WHERE u.email = $1
-- @args ann@x
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, insert with defaults
-- @expect agree
-- @old
INSERT INTO users (email) VALUES ($1) RETURNING email, state
-- @args eve@x
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, on conflict
-- @expect agree
-- @old
INSERT INTO users AS u (email, name) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name WHERE u.name <> EXCLUDED.name RETURNING u.name
-- @args ann@x|Anna
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, on conflict on constraint
-- @expect agree
-- @old
INSERT INTO users (email, name) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT users_email_key DO UPDATE SET name = EXCLUDED.name
-- @args ann@x|Anna
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, on conflict on an expression
-- @expect agree
-- @setup
CREATE UNIQUE INDEX ON users (lower(email));
-- @old
INSERT INTO users (email) VALUES ($1) ON CONFLICT (lower(email)) DO NOTHING
-- @args ANN@x
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, for update skip locked
-- @expect agree
-- @old
SELECT id, email FROM users WHERE state = 'new' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, update from
-- @expect agree
-- @old
UPDATE users u SET name = v.n FROM (VALUES (1, 'A'), (2, 'B')) v (id, n) WHERE u.id = v.id RETURNING u.id, u.name
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, delete in a common table expression
-- @expect agree
-- @old
WITH d AS (DELETE FROM users WHERE id = $1 RETURNING *) SELECT email, state FROM d
-- @args 1
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, update to default
-- @expect agree
-- @setup
UPDATE users SET state = 'old';
-- @old
UPDATE users SET state = DEFAULT WHERE id = $1 RETURNING state
-- @args 1
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, update of a nullable column to default
-- @expect agree
-- @setup
ALTER TABLE users ALTER COLUMN team SET DEFAULT 7;
-- @old
UPDATE users SET team = DEFAULT WHERE id = $1 RETURNING team
-- @args 1
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view that has the default, update to default
-- @expect agree
-- @setup
UPDATE users SET state = 'old';
-- @old
UPDATE users SET state = DEFAULT WHERE id = $1 RETURNING state
-- @args 1
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;
ALTER VIEW users ALTER COLUMN state SET DEFAULT 'new';

-- @case renamed with a compat view, insert default in many rows
-- @expect agree
-- @old
INSERT INTO users (email, state) VALUES ('c@x', DEFAULT), ('d@x', 'old') RETURNING email, state
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, sequence by name
-- @expect agree
-- @old
SELECT pg_get_serial_sequence('users', 'id'), setval('users_id_seq', 50)
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, truncate
-- @expect agree
-- @old
TRUNCATE users
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, copy in
-- @expect agree
-- @old
COPY users (email, name) FROM STDIN
-- @copy eve@x\tEve\n
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view and a trigger, copy in
-- @expect agree
-- @old
COPY users (email, name) FROM STDIN
-- @copy eve@x\tEve\n
-- @observe SELECT email, name FROM users ORDER BY email
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;
CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO members (email, name) VALUES (NEW.email, NEW.name); RETURN NEW; END $$;
CREATE TRIGGER put INSTEAD OF INSERT ON users FOR EACH ROW EXECUTE FUNCTION put();

-- @case renamed with a compat view, copy out
-- @expect agree
-- @old
COPY users (email) TO STDOUT
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, copy out of a query
-- @expect agree
-- @old
COPY (SELECT email FROM users ORDER BY id) TO STDOUT
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, ctid
-- @expect agree
-- @old
DELETE FROM users a USING users b WHERE a.name = b.name AND a.ctid < b.ctid
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, xmax
-- @expect agree
-- @old
INSERT INTO users (email) VALUES ($1) ON CONFLICT (email) DO UPDATE SET name = 'again' RETURNING (xmax = 0) AS inserted
-- @args eve@x
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, xmin as a version
-- @expect agree
-- @old
UPDATE users SET name = $2 WHERE id = $1 AND xmin::text <> '0'
-- @args 1|A
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, tableoid
-- @expect agree
-- @old
SELECT tableoid::regclass::text, id FROM users WHERE id = 1
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, merge
-- @expect agree
-- @old
MERGE INTO users u USING (VALUES (1, 'A')) s (id, n) ON u.id = s.id WHEN MATCHED THEN UPDATE SET name = s.n
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, lock table
-- @expect agree
-- @old
LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, tablesample
-- @expect agree
-- @old
SELECT count(*) FROM users TABLESAMPLE BERNOULLI (100)
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, group by the key
-- @expect agree
-- @old
SELECT u.id, u.email, count(*) FROM users u JOIN users v ON v.team = u.team GROUP BY u.id ORDER BY u.id
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, whole row and record
-- @expect agree
-- @old
SELECT to_jsonb(u) ->> 'email', u.* FROM users u WHERE u.id = $1
-- @args 1
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, index made by the code
-- @expect agree
-- @old
CREATE INDEX IF NOT EXISTS users_team ON users (team)
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view, cursor
-- @expect agree
-- @old
DECLARE c CURSOR FOR SELECT id FROM users ORDER BY id FOR UPDATE;
FETCH c;
UPDATE users SET name = 'x' WHERE CURRENT OF c;
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members;

-- @case renamed with a compat view that leaves out a column, insert
-- @expect agree
-- @old
INSERT INTO users (email, team) VALUES ($1, $2)
-- @args eve@x|3
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT id, email, name, state FROM members;

-- @case column renamed behind a compat view, upsert by the old name
-- @expect agree
-- @old
INSERT INTO users (email, name) VALUES ($1, $2) ON CONFLICT (email) DO UPDATE SET name = EXCLUDED.name RETURNING name
-- @args ann@x|Anna
-- @change
ALTER TABLE users RENAME TO members;
ALTER TABLE members RENAME COLUMN email TO mail;
CREATE VIEW users AS SELECT id, mail AS email, name, state, team FROM members;

-- @case compat view computes a column, insert to it
-- @expect agree
-- @old
INSERT INTO users (email, name) VALUES ($1, $2)
-- @args eve@x|Eve
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT id, email, initcap(name) AS name, state, team FROM members;

-- @case compat view computes a column, insert of the others
-- @expect agree
-- @old
INSERT INTO users (email) VALUES ($1) RETURNING email
-- @args eve@x
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT id, email, initcap(name) AS name, state, team FROM members;

-- @case compat view with group by, for update
-- @expect agree
-- @old
SELECT id, email FROM users WHERE id = $1 FOR UPDATE
-- @args 1
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT id, email, name, state, team FROM members GROUP BY id, email, name, state, team;

-- @case compat view with group by, update
-- @expect agree
-- @old
UPDATE users SET name = $2 WHERE id = $1
-- @args 1|A
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT id, max(email) AS email, max(name) AS name FROM members GROUP BY id;

-- @case compat view over a split table, insert
-- @expect agree
-- @old
INSERT INTO users (email, name) VALUES ($1, $2)
-- @args eve@x|Eve
-- @change
CREATE TABLE profiles (user_id int PRIMARY KEY, name text);
ALTER TABLE users RENAME TO members;
ALTER TABLE members DROP COLUMN name;
CREATE VIEW users AS SELECT m.id, m.email, p.name, m.state, m.team FROM members m LEFT JOIN profiles p ON p.user_id = m.id;

-- @case compat view over an outer join, for update
-- @expect agree
-- @old
SELECT id, email FROM users WHERE id = $1 FOR UPDATE
-- @args 1
-- @change
CREATE TABLE profiles (user_id int PRIMARY KEY, name text);
INSERT INTO profiles SELECT id, name FROM users;
ALTER TABLE users RENAME TO members;
ALTER TABLE members DROP COLUMN name;
CREATE VIEW users AS SELECT m.id, m.email, p.name, m.state, m.team FROM members m LEFT JOIN profiles p ON p.user_id = m.id;

-- @case compat view over a split table, for update
-- @expect agree, with a warning
-- @old
SELECT id, email FROM users WHERE id = $1 FOR UPDATE
-- @args 1
-- @change
CREATE TABLE profiles (user_id int PRIMARY KEY, name text);
INSERT INTO profiles SELECT id, name FROM users;
ALTER TABLE users RENAME TO members;
ALTER TABLE members DROP COLUMN name;
CREATE VIEW users AS SELECT m.id, m.email, p.name, m.state, m.team FROM members m JOIN profiles p ON p.user_id = m.id;

-- @case compat view with a condition, read
-- @expect missed
-- @setup
UPDATE users SET state = 'gone' WHERE id = 2;
-- @old
SELECT count(*) FROM users WHERE team = $1
-- @args 1
-- @change
ALTER TABLE users RENAME TO members;
CREATE VIEW users AS SELECT * FROM members WHERE state <> 'gone';

-- @case compat view behind another schema, insert and select
-- @expect agree
-- @old
INSERT INTO users (email) SELECT name || '@y' FROM users RETURNING email
-- @change
CREATE SCHEMA app;
ALTER TABLE users SET SCHEMA app;
CREATE VIEW users AS SELECT * FROM app.users;

-- @case compat materialized view, insert
-- @expect agree
-- @old
INSERT INTO users (email) VALUES ($1)
-- @args eve@x
-- @change
ALTER TABLE users RENAME TO members;
CREATE MATERIALIZED VIEW users AS SELECT * FROM members;

-- @cell 2 view not updatable
-- @common
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE, name text, active bool NOT NULL DEFAULT true, team int DEFAULT 1);
INSERT INTO users VALUES (1, 'ann@x', 'Ann', true, 1), (2, 'bob@x', 'Bob', false, 1);
CREATE VIEW people AS SELECT id, email, name, active FROM users;

-- @case view gets distinct, insert
-- @expect agree
-- @old
INSERT INTO people (id, email) VALUES ($1, $2)
-- @args 3|eve@x
-- @change
CREATE OR REPLACE VIEW people AS SELECT DISTINCT id, email, name, active FROM users;

-- @case view gets a limit, delete
-- @expect agree
-- @old
DELETE FROM people WHERE id = $1
-- @args 1
-- @change
CREATE OR REPLACE VIEW people AS SELECT id, email, name, active FROM users ORDER BY id LIMIT 1000;

-- @case view gets a join, update
-- @expect agree
-- @old
UPDATE people SET name = $2 WHERE id = $1 RETURNING name
-- @args 1|A
-- @change
CREATE TABLE teams (id int);
CREATE OR REPLACE VIEW people AS SELECT u.id, u.email, u.name, u.active FROM users u LEFT JOIN teams t ON t.id = u.team;

-- @case view becomes a union, insert
-- @expect agree
-- @old
INSERT INTO people (id, email) SELECT id + 10, 'n' || email FROM people
-- @change
CREATE TABLE guests (id int, email text, name text);
CREATE OR REPLACE VIEW people AS SELECT id, email, name, active FROM users UNION ALL SELECT id, email, name, true FROM guests;

-- @case view gets a window function, update
-- @expect agree
-- @old
UPDATE people SET active = false WHERE id = $1
-- @args 1
-- @change
CREATE OR REPLACE VIEW people AS SELECT id, email, name, active, row_number() OVER (ORDER BY id) AS pos FROM users;

-- @case view gets a common table expression, upsert
-- @expect agree
-- @old
INSERT INTO people (id, email, name) VALUES (1, 'ann@x', $1) ON CONFLICT (id) DO UPDATE SET name = EXCLUDED.name
-- @args A
-- @change
CREATE OR REPLACE VIEW people AS WITH u AS (SELECT * FROM users) SELECT id, email, name, active FROM u;

-- @case view gets an aggregate, read only
-- @expect agree
-- @old
SELECT id, name FROM people WHERE id = $1
-- @args 1
-- @change
CREATE OR REPLACE VIEW people AS SELECT id, email, name, active, count(*) AS n FROM users GROUP BY id;

-- @case view under a view gets distinct, update
-- @expect agree
-- @setup
CREATE VIEW active_people AS SELECT id, name FROM people WHERE active;
-- @old
UPDATE active_people SET name = upper(name)
-- @change
CREATE OR REPLACE VIEW people AS SELECT DISTINCT id, email, name, active FROM users;

-- @case column of a view becomes an expression, update of it
-- @expect agree
-- @old
UPDATE people SET name = $1 WHERE id = 1
-- @args A
-- @change
CREATE OR REPLACE VIEW people AS SELECT id, email, coalesce(name, email) AS name, active FROM users;

-- @case column of a view becomes an expression, update of another
-- @expect agree
-- @old
UPDATE people SET email = $1 WHERE id = 1
-- @args a@y
-- @change
CREATE OR REPLACE VIEW people AS SELECT id, email, coalesce(name, email) AS name, active FROM users;

-- @case required column left out of a view, insert
-- @expect agree
-- @old
INSERT INTO people (id, email) VALUES ($1, $2)
-- @args 3|eve@x
-- @change
ALTER TABLE users ALTER COLUMN team DROP DEFAULT, ALTER COLUMN team SET NOT NULL;

-- @case view gets a condition, update misses a row
-- @expect missed
-- @old
UPDATE people SET name = $2 WHERE id = $1
-- @args 2|B
-- @change
CREATE OR REPLACE VIEW people AS SELECT id, email, name, active FROM users WHERE active;

-- @case view with check option, insert of a hidden row
-- @expect agree
-- @old
INSERT INTO people (id, email, active) VALUES ($1, $2, false)
-- @args 3|eve@x
-- @change
CREATE OR REPLACE VIEW people AS SELECT id, email, name, active FROM users WHERE active WITH CHECK OPTION;

-- @case view with check option, update hides a row
-- @expect agree
-- @old
UPDATE people SET active = $2 WHERE id = $1
-- @args 1|false
-- @change
CREATE OR REPLACE VIEW people AS SELECT id, email, name, active FROM users WHERE active WITH LOCAL CHECK OPTION;

-- @case view with check option, insert of a shown row
-- @expect agree, with a warning
-- @old
INSERT INTO people (id, email, active) VALUES ($1, $2, true)
-- @args 3|eve@x
-- @change
CREATE OR REPLACE VIEW people AS SELECT id, email, name, active FROM users WHERE active WITH CHECK OPTION;

-- @case cascaded check option over a view with a condition
-- @expect agree
-- @setup
CREATE VIEW acme AS SELECT * FROM people WHERE email LIKE '%@x';
-- @old
INSERT INTO acme (id, email) VALUES ($1, $2)
-- @args 3|eve@y
-- @change
ALTER VIEW acme SET (check_option = cascaded);

-- @case check option without a condition
-- @expect agree, with a warning
-- @old
INSERT INTO people (id, email) VALUES ($1, $2)
-- @args 3|eve@y
-- @change
ALTER VIEW people SET (check_option = local);

-- @case instead of trigger dropped from a joined view
-- @expect agree
-- @setup
CREATE VIEW pairs AS SELECT a.id AS a, b.id AS b FROM users a JOIN users b ON a.team = b.team;
CREATE FUNCTION no_pair() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$;
CREATE TRIGGER no_pair INSTEAD OF DELETE ON pairs FOR EACH ROW EXECUTE FUNCTION no_pair();
-- @old
DELETE FROM pairs WHERE a = $1
-- @args 1
-- @change
DROP TRIGGER no_pair ON pairs;

-- @case view replaced by a table
-- @expect agree
-- @old
INSERT INTO people (id, email) VALUES ($1, $2) RETURNING active
-- @args 3|eve@y
-- @change
DROP VIEW people;
CREATE TABLE people (id int PRIMARY KEY, email text, name text, active bool DEFAULT true);

-- @case view replaced by a materialized view
-- @expect agree
-- @old
UPDATE people SET name = $1
-- @args A
-- @change
DROP VIEW people;
CREATE MATERIALIZED VIEW people AS SELECT id, email, name, active FROM users;

-- @case view gets distinct and an instead of trigger
-- @expect agree
-- @old
INSERT INTO people (id, email) VALUES ($1, $2)
-- @args 3|eve@x
-- @change
CREATE OR REPLACE VIEW people AS SELECT DISTINCT id, email, name, active FROM users;
CREATE FUNCTION put() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO users (id, email) VALUES (NEW.id, NEW.email); RETURN NEW; END $$;
CREATE TRIGGER put INSTEAD OF INSERT ON people FOR EACH ROW EXECUTE FUNCTION put();

-- @cell 2 RULE INSTEAD
-- @case rule instead nothing, insert returning
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) RETURNING id
-- @args 3|eve@x
-- @change
CREATE RULE frozen AS ON INSERT TO users DO INSTEAD NOTHING;

-- @case rule instead nothing, insert
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2)
-- @args 3|eve@x
-- @change
CREATE RULE frozen AS ON INSERT TO users DO INSTEAD NOTHING;

-- @case rule instead nothing, delete
-- @expect agree
-- @old
DELETE FROM users WHERE id = $1
-- @args 1
-- @change
CREATE RULE keep AS ON DELETE TO users DO INSTEAD NOTHING;

-- @case rule instead update, delete returning
-- @expect agree
-- @old
DELETE FROM users WHERE id = $1 RETURNING email
-- @args 1
-- @change
CREATE RULE soft AS ON DELETE TO users DO INSTEAD UPDATE users SET active = false WHERE id = OLD.id;

-- @case rule instead insert elsewhere, update returning
-- @expect agree
-- @old
UPDATE users SET name = $2 WHERE id = $1 RETURNING id, name
-- @args 1|A
-- @change
CREATE TABLE proposals (id int, name text);
CREATE RULE propose AS ON UPDATE TO users DO INSTEAD INSERT INTO proposals VALUES (NEW.id, NEW.name);

-- @case rule instead insert elsewhere with returning
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) RETURNING id, email
-- @observe SELECT count(*) FROM users
-- @args 3|eve@x
-- @change
CREATE TABLE members (id int, email text, name text, active bool, team int);
CREATE RULE redirect AS ON INSERT TO users DO INSTEAD INSERT INTO members VALUES (NEW.id, NEW.email, NEW.name, NEW.active, NEW.team) RETURNING members.*;

-- @case rule also, insert returning
-- @expect agree, with a warning
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) RETURNING id
-- @args 3|eve@x
-- @change
CREATE TABLE log (email text);
CREATE RULE note AS ON INSERT TO users DO ALSO INSERT INTO log VALUES (NEW.email);

-- @case rule also, upsert
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING
-- @args 3|eve@x
-- @change
CREATE TABLE log (email text);
CREATE RULE note AS ON INSERT TO users DO ALSO INSERT INTO log VALUES (NEW.email);

-- @case rule for updates, upsert
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email
-- @args 3|eve@x
-- @change
CREATE RULE frozen AS ON UPDATE TO users WHERE OLD.active IS FALSE DO INSTEAD NOTHING;

-- @case rule instead nothing, insert in a common table expression
-- @expect agree
-- @old
WITH n AS (INSERT INTO users (id, email) VALUES ($1, $2)) SELECT count(*) FROM users
-- @args 3|eve@x
-- @change
CREATE RULE frozen AS ON INSERT TO users DO INSTEAD NOTHING;

-- @case conditional rule, delete in a common table expression
-- @expect agree
-- @old
WITH d AS (DELETE FROM users WHERE id = $1 RETURNING id) SELECT id FROM d
-- @args 1
-- @change
CREATE RULE keep AS ON DELETE TO users WHERE OLD.active DO INSTEAD NOTHING;

-- @case conditional rule, update returning
-- @expect agree
-- @old
UPDATE users SET name = 'x' WHERE id = $1 RETURNING id
-- @args 1
-- @change
CREATE RULE keep AS ON UPDATE TO users WHERE NOT OLD.active DO INSTEAD NOTHING;

-- @case rule instead nothing, copy goes past it
-- @expect agree
-- @old
COPY users (id, email) FROM STDIN
-- @copy 3\teve@x\n
-- @observe SELECT count(*) FROM users
-- @change
CREATE RULE frozen AS ON INSERT TO users DO INSTEAD NOTHING;

-- @case rule on a table, merge
-- @expect agree
-- @old
MERGE INTO users u USING (VALUES (1, 'A')) s (id, n) ON u.id = s.id WHEN MATCHED THEN UPDATE SET name = s.n
-- @change
CREATE TABLE log (email text);
CREATE RULE note AS ON UPDATE TO users DO ALSO INSERT INTO log VALUES (NEW.email);

-- @case rule disabled at once
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) RETURNING id
-- @args 3|eve@x
-- @change
CREATE RULE frozen AS ON INSERT TO users DO INSTEAD NOTHING;
ALTER TABLE users DISABLE RULE frozen;

-- @case rule for inserts, reads and updates
-- @expect agree
-- @old
UPDATE users SET name = $2 WHERE id = $1 RETURNING name
-- @args 1|A
-- @change
CREATE RULE frozen AS ON INSERT TO users DO INSTEAD NOTHING;

-- @case rule instead nothing on a view
-- @expect agree
-- @old
INSERT INTO people (id, email) VALUES ($1, $2) RETURNING id
-- @args 3|eve@x
-- @change
CREATE RULE frozen AS ON INSERT TO people DO INSTEAD NOTHING;
