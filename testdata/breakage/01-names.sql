-- Section 1 of the facts: names disappear.

-- @common
CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL, name text);
INSERT INTO users VALUES (1, 'a@x', 'Ann'), (2, 'b@x', 'Bob');

-- @cell 1 drop or rename relation
-- @case drop table, select
-- @expect agree
-- @old
SELECT id FROM users
-- @change
DROP TABLE users;

-- @cell 1 drop or rename column
-- @case drop column, where
-- @expect agree
-- @old
SELECT id FROM users WHERE email = $1
-- @args a@x
-- @change
ALTER TABLE users DROP COLUMN email;

-- @cell 1 inner column dropped
-- @case unqualified inner column binds to the outer table
-- @expect agree
-- @setup
CREATE TABLE a (id int); CREATE TABLE b (id int, x int);
INSERT INTO a VALUES (1), (2); INSERT INTO b VALUES (1, 1);
-- @old
DELETE FROM a WHERE id IN (SELECT id FROM b)
-- @change
ALTER TABLE b DROP COLUMN id;
