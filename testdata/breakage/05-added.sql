-- Section 5 of the facts: names that are added.

-- @common
CREATE TABLE users (id int PRIMARY KEY, name text, org_id int);
CREATE TABLE orgs (id int PRIMARY KEY, title text);
CREATE TABLE logs (id int, user_id int, body text);
INSERT INTO users VALUES (1, 'Ann', 1), (2, 'Bob', 2); INSERT INTO orgs VALUES (1, 'One'), (2, 'Two'); INSERT INTO logs VALUES (1, 1, 'x'), (2, 2, 'y');

-- @cell 5 ambiguous column
-- @case select list
-- @expect agree
-- @old
SELECT name, title FROM users JOIN orgs ON orgs.id = users.org_id
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case where
-- @expect agree
-- @old
SELECT users.id FROM users JOIN orgs ON orgs.id = users.org_id WHERE name = $1
-- @args Ann
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case order by of a column that is not selected
-- @expect agree
-- @old
SELECT users.id FROM users JOIN orgs ON orgs.id = users.org_id ORDER BY name
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case order by an alias is the alias
-- @expect agree
-- @old
SELECT users.id AS name FROM users JOIN orgs ON orgs.id = users.org_id ORDER BY name
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case group by
-- @expect agree
-- @old
SELECT count(*) FROM users JOIN orgs ON orgs.id = users.org_id GROUP BY name
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case having
-- @expect agree
-- @old
SELECT org_id FROM users JOIN orgs ON orgs.id = users.org_id GROUP BY org_id HAVING max(name) > 'A'
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case returning in update from
-- @expect agree
-- @old
UPDATE users SET org_id = 1 FROM orgs WHERE orgs.id = users.org_id RETURNING name
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case using of delete
-- @expect agree
-- @old
DELETE FROM logs USING users WHERE users.id = user_id AND body = 'x'
-- @change
ALTER TABLE users ADD COLUMN body text;

-- @case on condition
-- @expect agree
-- @old
SELECT u.id FROM users u JOIN orgs o ON title = 'One' AND o.id = u.org_id
-- @change
ALTER TABLE users ADD COLUMN title text;

-- @case qualified is not ambiguous
-- @expect agree
-- @old
SELECT users.name FROM users JOIN orgs ON orgs.id = users.org_id
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case subquery with one source is not ambiguous
-- @expect agree
-- @old
SELECT id FROM orgs WHERE id IN (SELECT org_id FROM users WHERE name = 'Ann')
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case third table with the name of using
-- @expect agree
-- @old
SELECT 1 FROM users JOIN logs USING (id) JOIN orgs USING (id)
-- @change
ALTER TABLE orgs ADD COLUMN user_id int; ALTER TABLE orgs ADD COLUMN body text;

-- @case using column appears twice on the left
-- @expect agree
-- @setup
ALTER TABLE orgs ADD COLUMN org_id int;
-- @old
SELECT a.id FROM users a JOIN logs b ON b.user_id = a.id JOIN orgs c USING (org_id)
-- @change
ALTER TABLE logs ADD COLUMN org_id int;

-- @cell 5 natural join
-- @case natural join gains a column, rows are lost
-- @expect agree
-- @old
SELECT count(*) FROM users NATURAL JOIN orgs
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case natural join gains a column of another type
-- @expect agree
-- @old
SELECT count(*) FROM users NATURAL JOIN orgs
-- @change
ALTER TABLE orgs ADD COLUMN name int;

-- @case natural left join gains a column
-- @expect agree
-- @old
SELECT users.name, title FROM users NATURAL LEFT JOIN orgs
-- @change
ALTER TABLE orgs ADD COLUMN org_id int;

-- @cell 5 capture
-- @case correlated subquery, inner table gains the name
-- @expect agree
-- @old
SELECT id FROM users WHERE EXISTS (SELECT 1 FROM orgs WHERE orgs.id = org_id)
-- @change
ALTER TABLE orgs ADD COLUMN org_id int;

-- @case scalar subquery captures
-- @expect agree
-- @old
SELECT (SELECT count(*) FROM logs WHERE user_id = org_id) FROM users
-- @change
ALTER TABLE logs ADD COLUMN org_id int;

-- @case lateral captures
-- @expect agree
-- @old
SELECT l.n FROM users, LATERAL (SELECT count(*) AS n FROM logs WHERE logs.user_id = org_id) l
-- @change
ALTER TABLE logs ADD COLUMN org_id int;

-- @case delete captures
-- @expect agree
-- @old
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM orgs WHERE orgs.id = org_id)
-- @change
ALTER TABLE orgs ADD COLUMN org_id int;

-- @cell 5 overload
-- @case second overload, untyped parameter
-- @expect agree
-- @setup
CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS $$ SELECT 'int' $$;
-- @old
SELECT f($1)
-- @args 1
-- @change
CREATE FUNCTION f(uuid) RETURNS text LANGUAGE sql AS $$ SELECT 'uuid' $$;

-- @case overload of text takes an untyped literal
-- @expect agree
-- @setup
CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS $$ SELECT 'int' $$;
-- @old
SELECT f('1')
-- @change
CREATE FUNCTION f(text) RETURNS text LANGUAGE sql AS $$ SELECT 'text' $$;

-- @case overload that fits better
-- @expect agree
-- @setup
CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS $$ SELECT 'int' $$;
-- @old
SELECT f(id::smallint) FROM users
-- @change
CREATE FUNCTION f(smallint) RETURNS text LANGUAGE sql AS $$ SELECT 'smallint' $$;

-- @case overload with a default is as good
-- @expect agree
-- @setup
CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS $$ SELECT 'int' $$;
-- @old
SELECT f(1)
-- @change
CREATE FUNCTION f(int, int DEFAULT 0) RETURNS text LANGUAGE sql AS $$ SELECT 'two' $$;

-- @case two defaulted overloads
-- @expect agree
-- @setup
CREATE FUNCTION g(int, int DEFAULT 0) RETURNS text LANGUAGE sql AS $$ SELECT 'b' $$;
-- @old
SELECT g(1)
-- @change
CREATE FUNCTION g(int, text DEFAULT 'x') RETURNS text LANGUAGE sql AS $$ SELECT 'c' $$;

-- @case overload in an earlier schema of the path
-- @expect agree
-- @setup
CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS $$ SELECT 'int' $$; CREATE SCHEMA app;
-- @old
SELECT f(1)
-- @path app,public
-- @change
CREATE FUNCTION app.f(int) RETURNS text LANGUAGE sql AS $$ SELECT 'app' $$;

-- @case overload of another arity does not matter
-- @expect agree
-- @setup
CREATE FUNCTION f(int) RETURNS text LANGUAGE sql AS $$ SELECT 'int' $$;
-- @old
SELECT f(1)
-- @change
CREATE FUNCTION f(int, int) RETURNS text LANGUAGE sql AS $$ SELECT 'two' $$;

-- @cell 5 search path
-- @case table in an earlier schema
-- @expect agree
-- @setup
CREATE SCHEMA app;
-- @old
SELECT name FROM users WHERE id = 1
-- @path app,public
-- @change
CREATE TABLE app.users (id int, name text);

-- @case type in an earlier schema
-- @expect agree
-- @setup
CREATE SCHEMA app; CREATE TYPE kind AS ENUM ('a');
-- @old
SELECT 'a'::kind
-- @path app,public
-- @change
CREATE TYPE app.kind AS ENUM ('b');

-- @case table in a later schema does not matter
-- @expect agree
-- @setup
CREATE SCHEMA app;
-- @old
SELECT name FROM users WHERE id = 1
-- @path public,app
-- @change
CREATE TABLE app.users (id int, name text);

-- @cell 5 star arity
-- @case in a star
-- @expect agree
-- @setup
CREATE TABLE ids (id int);
-- @old
SELECT id FROM users WHERE id IN (SELECT * FROM ids)
-- @change
ALTER TABLE ids ADD COLUMN n int;

-- @case scalar star
-- @expect agree
-- @setup
CREATE TABLE ids (id int);
-- @old
SELECT (SELECT * FROM ids LIMIT 1)
-- @change
ALTER TABLE ids ADD COLUMN n int;

-- @case exists star does not care
-- @expect agree
-- @old
SELECT EXISTS (SELECT * FROM orgs)
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case union of stars
-- @expect agree
-- @old
SELECT * FROM orgs UNION ALL SELECT 3, 'x'
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case array of a star
-- @expect agree
-- @setup
CREATE TABLE ids (id int);
-- @old
SELECT ARRAY(SELECT * FROM ids)
-- @change
ALTER TABLE ids ADD COLUMN n int;

-- @case row compared with a star
-- @expect agree
-- @old
SELECT (1, 'One') = (SELECT * FROM orgs WHERE id = 1)
-- @change
ALTER TABLE orgs ADD COLUMN name text;

-- @case insert select star
-- @expect agree
-- @setup
CREATE TABLE src (id int, title text);
-- @old
INSERT INTO orgs SELECT * FROM src
-- @change
ALTER TABLE src ADD COLUMN n int;

-- @cell 5 column alias list
-- @case alias list over a star shifts
-- @expect agree
-- @old
SELECT b FROM (SELECT * FROM orgs) q(a, b) WHERE a = 1
-- @change
ALTER TABLE orgs RENAME TO o2; CREATE VIEW orgs AS SELECT id, upper(title) AS x, title FROM o2;

-- @case alias list is too long
-- @expect agree
-- @old
SELECT b FROM orgs q(a, b)
-- @change
ALTER TABLE orgs DROP COLUMN title;

-- @cell 5 plpgsql variable
-- @case column with the name of a variable
-- @expect agree
-- @setup
CREATE FUNCTION h(p int) RETURNS int LANGUAGE plpgsql AS $$ DECLARE total int := 5; r int; BEGIN SELECT total + id INTO r FROM users WHERE id = p; RETURN r; END $$;
-- @old
SELECT h(1)
-- @change
ALTER TABLE users ADD COLUMN total int;

-- @case column with the name of a parameter of an sql function
-- @expect agree
-- @setup
CREATE FUNCTION k(p int) RETURNS text LANGUAGE sql AS $$ SELECT name FROM users WHERE id = p $$;
-- @old
SELECT k(1)
-- @change
ALTER TABLE users ADD COLUMN p int;

