-- Temporary tables go with their transaction when they were made so.
BEGIN;
CREATE TEMP TABLE work (a int) ON COMMIT DROP;
INSERT INTO work VALUES (1);
COMMIT;
SELECT * FROM work;
BEGIN;
CREATE TEMP TABLE work ON COMMIT DROP AS SELECT 1 AS b;
SELECT b FROM work;
COMMIT;
CREATE TEMP TABLE work (c int);
SELECT c FROM work;
CREATE TEMP TABLE gone (c int) ON COMMIT DROP;
SELECT c FROM gone;
EXPLAIN (ANALYZE) CREATE TABLE made AS SELECT 1 AS d;
SELECT d FROM made;

-- Elements of CREATE SCHEMA stand in that schema.
CREATE SCHEMA one CREATE TABLE two.t (id int);
CREATE SCHEMA one CREATE VIEW v AS SELECT id FROM t CREATE TABLE t (id int);
SELECT id FROM one.v;

-- Indexes that LIKE copies are there for a reference to the table itself.
CREATE TABLE src (id text PRIMARY KEY);
CREATE TABLE tree (up text REFERENCES tree, LIKE src INCLUDING INDEXES);

-- A procedure is found by its inputs or by all its arguments.
CREATE PROCEDURE p(a int, OUT b int) LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE p(a int, b int) LANGUAGE sql AS 'SELECT 1';
DROP PROCEDURE p(int, int);
DROP PROCEDURE p(IN int, int);
DROP PROCEDURE p(int, int);

-- One output can have another name, a row of several cannot.
CREATE FUNCTION f(i int, OUT j int) LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION f(INOUT i int) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION g(OUT a int, OUT b int) LANGUAGE sql AS 'SELECT 1, 2';
CREATE OR REPLACE FUNCTION g(OUT a int, OUT c int) LANGUAGE sql AS 'SELECT 1, 2';
