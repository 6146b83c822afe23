-- Parents that a table may have, and changes that must reach the children.
CREATE TABLE top (a int, b text NOT NULL, CONSTRAINT small CHECK (a < 10));
CREATE TABLE kid () INHERITS (top);
CREATE TABLE twin (a int, b text NOT NULL);
ALTER TABLE twin INHERIT top;
ALTER TABLE twin ADD CONSTRAINT small CHECK (a < 10) NO INHERIT;
ALTER TABLE twin INHERIT top;
ALTER TABLE twin DROP CONSTRAINT small;
ALTER TABLE twin ADD CONSTRAINT small CHECK (a < 10);
ALTER TABLE twin INHERIT top;
ALTER TABLE twin INHERIT top;
ALTER TABLE top INHERIT twin;
ALTER TABLE top INHERIT top;
CREATE TABLE loose (a int, b text);
ALTER TABLE loose INHERIT top;
CREATE TABLE wide (a bigint, b text NOT NULL);
ALTER TABLE wide INHERIT top;
CREATE TABLE both (a numeric(10,2)) INHERITS (top);
ALTER TABLE ONLY top ADD COLUMN c int;
ALTER TABLE ONLY top RENAME COLUMN b TO bb;
ALTER TABLE ONLY top ALTER COLUMN a TYPE bigint;
ALTER TABLE ONLY top ADD CHECK (a > 0);
ALTER TABLE kid ALTER COLUMN a TYPE bigint;
ALTER TABLE kid RENAME COLUMN b TO bb;
ALTER TABLE kid DROP COLUMN b;
ALTER TABLE top ALTER COLUMN a TYPE text USING a::text || length(b);
CREATE TEMP TABLE passing (a int);
CREATE TABLE lasting () INHERITS (passing);

-- Two ways to one column.
CREATE TABLE l (x int);
CREATE TABLE r (x int);
CREATE TABLE lr () INHERITS (l, r);
ALTER TABLE l RENAME COLUMN x TO y;
CREATE TABLE g (x text);
CREATE TABLE g1 () INHERITS (g);
CREATE TABLE g2 () INHERITS (g);
CREATE TABLE gg () INHERITS (g1, g2, g);
ALTER TABLE g ALTER COLUMN x TYPE int USING length(x);
ALTER TABLE g RENAME COLUMN x TO y;
ALTER TABLE g1 RENAME COLUMN y TO z;

-- A row cannot hold itself.
CREATE TABLE self (a int);
ALTER TABLE self ADD COLUMN s self;
ALTER TABLE self ADD COLUMN s self[];
CREATE TYPE holds AS (s self);
ALTER TABLE self ADD COLUMN s holds;
CREATE DOMAIN selves AS self[];
ALTER TABLE self ADD COLUMN s selves;

-- Tables of a type take their columns from it.
CREATE TYPE person AS (id int, name text);
CREATE TABLE people OF person (PRIMARY KEY (id));
CREATE TABLE of_row OF self;
ALTER TABLE people ADD COLUMN age int;
ALTER TABLE people DROP COLUMN name;
ALTER TABLE people RENAME COLUMN name TO title;
ALTER TABLE people ALTER COLUMN name TYPE varchar;
ALTER TABLE people INHERIT self;
ALTER TYPE person ADD ATTRIBUTE age int;
ALTER TYPE person ADD ATTRIBUTE age int CASCADE;
ALTER TYPE person RENAME ATTRIBUTE name TO title;
ALTER TYPE person RENAME ATTRIBUTE name TO title CASCADE;
ALTER TYPE person ALTER ATTRIBUTE age TYPE text CASCADE;
ALTER TYPE person DROP ATTRIBUTE age CASCADE;
CREATE TABLE folk (id int, title text);
CREATE TABLE folks (id int, title text, more int);
ALTER TABLE folk OF person;
ALTER TABLE folks OF person;
ALTER TABLE folk NOT OF;
ALTER TABLE folk NOT OF;
CREATE FUNCTION label(person) RETURNS text LANGUAGE sql AS 'SELECT $1.title';
SELECT label(people) FROM people;
SELECT people.label FROM people;
SELECT label(folk) FROM folk;
DROP TYPE person;
DROP FUNCTION label(person);
DROP TYPE person CASCADE;
