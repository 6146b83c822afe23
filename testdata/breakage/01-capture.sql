-- Section 1 of the facts: an inner column disappears and its bare name binds further out.

-- @common
CREATE TABLE users (id int PRIMARY KEY, name text, active bool, tenant_id int);
CREATE TABLE sessions (id int PRIMARY KEY, user_id int, active bool, tenant_id int, token text);
INSERT INTO users VALUES (1, 'Ann', true, 1), (2, 'Bob', true, 1), (3, 'Cid', false, 2);
INSERT INTO sessions VALUES (10, 1, false, 1, 't1'), (11, 2, true, 9, 't2');

-- @cell 1 inner column dropped
-- @case capture in a delete, renamed column
-- @expect agree
-- @setup
CREATE TABLE expired (user_id int); INSERT INTO expired VALUES (10);
-- @old
DELETE FROM sessions WHERE user_id IN (SELECT user_id FROM expired)
-- @change
ALTER TABLE expired RENAME COLUMN user_id TO account_id;

-- @case capture in an update with not in
-- @expect agree
-- @old
UPDATE users SET active = false WHERE tenant_id NOT IN (SELECT tenant_id FROM sessions WHERE token <> 't2')
-- @observe SELECT id FROM users WHERE active ORDER BY id
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture of a condition in exists
-- @expect agree
-- @old
SELECT name FROM users u WHERE EXISTS (SELECT 1 FROM sessions s WHERE s.user_id = u.id AND active) ORDER BY 1
-- @change
ALTER TABLE sessions DROP COLUMN active;

-- @case capture of a join key in exists
-- @expect agree
-- @old
SELECT name FROM users u WHERE EXISTS (SELECT 1 FROM sessions WHERE tenant_id = u.tenant_id) ORDER BY 1
-- @change
ALTER TABLE sessions RENAME COLUMN tenant_id TO org_id;

-- @case captured argument makes an aggregate of the outer query
-- @expect agree
-- @old
SELECT id, (SELECT max(tenant_id) FROM sessions s WHERE s.user_id = users.id) FROM users ORDER BY id
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture in a lateral join
-- @expect agree
-- @old
SELECT u.name, l.active FROM users u CROSS JOIN LATERAL (SELECT active FROM sessions s WHERE s.user_id = u.id) l ORDER BY u.id
-- @change
ALTER TABLE sessions DROP COLUMN active;

-- @case capture two levels up
-- @expect agree
-- @old
SELECT name FROM users WHERE id IN (SELECT user_id FROM sessions s WHERE EXISTS (SELECT 1 FROM blocked WHERE name = $1 AND blocked.sid = s.id)) ORDER BY 1
-- @args spam
-- @setup
CREATE TABLE blocked (sid int, name text); INSERT INTO blocked VALUES (10, 'spam');
-- @change
ALTER TABLE blocked DROP COLUMN name;

-- @case capture by any
-- @expect agree
-- @old
SELECT count(*) FROM users WHERE tenant_id = ANY (SELECT tenant_id FROM sessions)
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture by all
-- @expect agree
-- @old
SELECT name FROM users WHERE tenant_id >= ALL (SELECT tenant_id FROM sessions WHERE active) ORDER BY 1
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture in an array subquery
-- @expect agree
-- @old
SELECT id, ARRAY(SELECT tenant_id FROM sessions ORDER BY sessions.id) FROM users ORDER BY id
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture in a row of in
-- @expect agree
-- @old
SELECT name FROM users WHERE (id, tenant_id) IN (SELECT user_id, tenant_id FROM sessions) ORDER BY 1
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture in update set from a subquery
-- @expect agree
-- @old
UPDATE users SET tenant_id = (SELECT tenant_id FROM sessions WHERE user_id = users.id) WHERE id = 2
-- @observe SELECT tenant_id FROM users WHERE id = 2
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture in an upsert, the target and excluded both have the name
-- @expect agree
-- @setup
CREATE TABLE flags (uid int, name text); INSERT INTO flags VALUES (1, 'on');
-- @old
INSERT INTO users (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET active = EXISTS (SELECT 1 FROM flags f WHERE f.uid = users.id AND name = 'on')
-- @change
ALTER TABLE flags RENAME COLUMN name TO key;

-- @case capture in a scalar subquery of the select list
-- @expect agree
-- @old
SELECT id, (SELECT tenant_id FROM sessions s WHERE s.user_id = users.id) FROM users ORDER BY id
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case captured argument of an aggregate in where
-- @expect agree
-- @old
SELECT name FROM users WHERE tenant_id < (SELECT max(tenant_id) FROM sessions) ORDER BY 1
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case captured argument of an aggregate beside an inner column
-- @expect agree
-- @old
SELECT id, (SELECT sum(tenant_id * sessions.id) FROM sessions) FROM users ORDER BY id
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture of a group by column
-- @expect agree
-- @old
SELECT name, (SELECT count(*) FROM (SELECT 1 FROM sessions GROUP BY tenant_id) g) FROM users ORDER BY id
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture of an order by column
-- @expect agree
-- @old
SELECT name, (SELECT token FROM sessions ORDER BY tenant_id DESC, token LIMIT 1) FROM users ORDER BY id
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture by a column of the outer join's using
-- @expect agree
-- @setup
CREATE TABLE tenants (tenant_id int, plan text); INSERT INTO tenants VALUES (1, 'free'), (2, 'pro');
-- @old
SELECT u.name FROM users u JOIN tenants t USING (tenant_id) WHERE tenant_id IN (SELECT tenant_id FROM sessions WHERE token = 't1') ORDER BY 1
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture in returning
-- @expect agree
-- @old
UPDATE users SET name = 'x' WHERE id = 2 RETURNING ARRAY(SELECT tenant_id FROM sessions ORDER BY sessions.id)
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture in order by
-- @expect agree
-- @old
SELECT name FROM users u ORDER BY (SELECT -tenant_id FROM sessions s WHERE s.user_id = u.id) NULLS LAST, id
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture in having
-- @expect agree
-- @old
SELECT tenant_id FROM users GROUP BY tenant_id HAVING EXISTS (SELECT 1 FROM sessions WHERE tenant_id = 9) ORDER BY 1
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture inside a CTE that deletes
-- @expect agree
-- @old
WITH gone AS (DELETE FROM users WHERE id IN (SELECT id FROM dead) RETURNING id) SELECT count(*) FROM gone
-- @setup
CREATE TABLE dead (id int, note text); INSERT INTO dead VALUES (3, 'x');
-- @change
ALTER TABLE dead RENAME COLUMN id TO user_id;

-- @case capture by delete using
-- @expect agree
-- @old
DELETE FROM users u USING sessions s WHERE s.user_id = u.id AND s.token IN (SELECT token FROM stale)
-- @setup
CREATE TABLE stale (token text, x int); INSERT INTO stale VALUES ('t1', 1);
-- @change
ALTER TABLE stale DROP COLUMN token;

-- @case capture of a view's column
-- @expect agree
-- @old
SELECT name FROM users WHERE tenant_id IN (SELECT tenant_id FROM live) ORDER BY 1
-- @setup
CREATE VIEW live AS SELECT tenant_id, user_id FROM sessions WHERE NOT active;
-- @change
DROP VIEW live;
CREATE VIEW live AS SELECT user_id FROM sessions WHERE NOT active;

-- @case capture of a star's column
-- @expect agree
-- @old
SELECT name FROM users WHERE tenant_id IN (SELECT tenant_id FROM (SELECT * FROM sessions WHERE active) s) ORDER BY 1
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture in a merge condition
-- @expect agree
-- @old
MERGE INTO users u USING (SELECT 1 AS id) v ON u.id = v.id WHEN MATCHED AND NOT EXISTS (SELECT 1 FROM sessions WHERE user_id = u.id AND NOT active) THEN UPDATE SET name = 'x'
-- @change
ALTER TABLE sessions DROP COLUMN active;

-- @case capture with two outer tables is ambiguous
-- @expect agree
-- @old
SELECT u.name FROM users u JOIN sessions s ON s.user_id = u.id WHERE EXISTS (SELECT 1 FROM grants g WHERE tenant_id = 1 AND g.uid = u.id)
-- @setup
CREATE TABLE grants (uid int, tenant_id int); INSERT INTO grants VALUES (1, 1);
-- @change
ALTER TABLE grants DROP COLUMN tenant_id;

-- @case capture by a column of another type
-- @expect agree
-- @old
SELECT name FROM users WHERE id IN (SELECT user_id FROM tags WHERE name = 7) ORDER BY 1
-- @setup
CREATE TABLE tags (user_id int, name int); INSERT INTO tags VALUES (1, 7);
-- @change
ALTER TABLE tags RENAME COLUMN name TO kind;

-- @case qualified inner column is not captured
-- @expect agree
-- @old
DELETE FROM users WHERE tenant_id IN (SELECT s.tenant_id FROM sessions s)
-- @change
ALTER TABLE sessions DROP COLUMN tenant_id;

-- @case capture by a parameter of an SQL function
-- @expect agree
-- @old
SELECT count_named($1)
-- @args t1
-- @setup
CREATE FUNCTION count_named(token text) RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM sessions WHERE token = 't1' $$;
-- @change
ALTER TABLE sessions RENAME COLUMN token TO secret;

-- @case capture by a variable of a function
-- @expect agree
-- @old
SELECT tokens(2)
-- @setup
CREATE FUNCTION tokens(n int) RETURNS text LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE token text := 'none';
BEGIN RETURN (SELECT max(token) FROM sessions); END $$;
-- @change
ALTER TABLE sessions RENAME COLUMN token TO secret;

-- @case capture inside a function body
-- @expect agree
-- @old
SELECT purge()
-- @setup
CREATE TABLE dead (id int, note text); INSERT INTO dead VALUES (3, 'x');
CREATE FUNCTION purge() RETURNS int LANGUAGE plpgsql AS $$
DECLARE n int;
BEGIN
  DELETE FROM users WHERE id IN (SELECT id FROM dead);
  GET DIAGNOSTICS n = ROW_COUNT;
  RETURN n;
END $$;
-- @change
ALTER TABLE dead RENAME COLUMN id TO user_id;
