-- Bodies of functions that a statement names and does not run, and what has a name in them.

-- @common
CREATE TABLE users (id int PRIMARY KEY, email text, name text, spare text);
INSERT INTO users VALUES (1, 'a@x', 'Ann', 's'), (2, 'b@x', 'Bob', 's');
CREATE FUNCTION reads(i int) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT spare FROM users WHERE id = i); END';
CREATE VIEW people AS SELECT id, name, reads(id) AS spare FROM users;
CREATE VIEW wrapped AS SELECT id, spare FROM people;
CREATE FUNCTION gives(IN i int, OUT email text) LANGUAGE sql AS 'SELECT email FROM users WHERE id = i';
CREATE FUNCTION rows(i int) RETURNS TABLE (name text) LANGUAGE sql AS 'SELECT name FROM users WHERE id = i';

-- @cell 7 names in bodies
-- @case column of the name of an OUT argument
-- @expect agree
-- @old
SELECT gives($1)
-- @args 1
-- @change
ALTER TABLE users RENAME email TO mail;

-- @case column of the name of a column of TABLE
-- @expect agree
-- @old
SELECT name FROM rows($1)
-- @args 1
-- @change
ALTER TABLE users RENAME name TO full_name;

-- @cell 7 what is not run
-- @case list of EXISTS
-- @expect agree
-- @old
SELECT id FROM users u WHERE EXISTS (SELECT reads(u.id))
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case column of a view that is not read
-- @expect agree
-- @old
SELECT id, name FROM people
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case column of a view that is read
-- @expect agree
-- @old
SELECT id, spare FROM people
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case column of a view that a view reads
-- @expect agree
-- @old
SELECT id FROM wrapped
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case column of a subquery that is not read
-- @expect agree
-- @old
SELECT q.id FROM (SELECT id, reads(id) AS r FROM users) q
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case column of a query of WITH that is not read
-- @expect agree
-- @old
WITH q AS (SELECT id, reads(id) AS r FROM users) SELECT q.id FROM q
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case column of a query of WITH that is kept
-- @expect agree
-- @old
WITH q AS MATERIALIZED (SELECT id, reads(id) AS r FROM users) SELECT q.id FROM q
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case count of a view
-- @expect agree
-- @old
SELECT count(*) FROM people
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case count of a column of a view
-- @expect agree
-- @old
SELECT count(spare) FROM people
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case EXISTS of a view
-- @expect agree
-- @old
SELECT id FROM users u WHERE EXISTS (SELECT * FROM people p WHERE p.id = u.id)
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case column of a view that is not read, its function is stable
-- @expect agree, with a warning
-- @setup
CREATE FUNCTION looks(i int) RETURNS text STABLE LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT spare FROM users WHERE id = i); END';
CREATE VIEW stable AS SELECT id, name, looks(id) AS spare FROM users;
-- @old
SELECT id, name FROM stable
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case column of a view that is read, its function is stable
-- @expect agree
-- @setup
CREATE FUNCTION looks(i int) RETURNS text STABLE LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT spare FROM users WHERE id = i); END';
CREATE VIEW stable AS SELECT id, name, looks(id) AS spare FROM users;
-- @old
SELECT id, spare FROM stable
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case column of a view that a condition reads, its function is stable
-- @expect agree
-- @setup
CREATE FUNCTION looks(i int) RETURNS text STABLE LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT spare FROM users WHERE id = i); END';
CREATE VIEW stable AS SELECT id, name, looks(id) AS spare FROM users;
-- @old
SELECT id FROM stable WHERE spare IS NULL
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case column of a subquery that is not read, its function is stable
-- @expect agree, with a warning
-- @setup
CREATE FUNCTION looks(i int) RETURNS text STABLE LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT spare FROM users WHERE id = i); END';
-- @old
SELECT q.id FROM (SELECT id, looks(id) AS r FROM users) q
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case star of a view, its function is stable
-- @expect agree
-- @setup
CREATE FUNCTION looks(i int) RETURNS text STABLE LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT spare FROM users WHERE id = i); END';
CREATE VIEW stable AS SELECT id, name, looks(id) AS spare FROM users;
-- @old
SELECT * FROM stable
-- @change
ALTER TABLE users DROP COLUMN spare;

-- @case condition of a view, its function is stable
-- @expect agree
-- @setup
CREATE FUNCTION looks(i int) RETURNS text STABLE LANGUAGE plpgsql AS 'BEGIN RETURN (SELECT spare FROM users WHERE id = i); END';
CREATE VIEW stable AS SELECT id, name FROM users WHERE looks(id) IS NOT NULL;
-- @old
SELECT id FROM stable
-- @change
ALTER TABLE users DROP COLUMN spare;
