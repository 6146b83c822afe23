-- A FROM item as a whole is a row, but for a scalar function.
CREATE TABLE t (a int, b text);
SELECT row_to_json(q) FROM (SELECT 1.5::float8 AS x) q;
SELECT to_jsonb(q), q.* FROM (SELECT a FROM t) q;
SELECT json_agg(w) FROM (WITH w AS (SELECT a FROM t) SELECT w FROM w) x(w);
WITH w AS (SELECT a FROM t) SELECT row_to_json(w) FROM w;
SELECT g + 1 FROM generate_series(1, 2) g;
SELECT u || 'x' FROM unnest(ARRAY['a']) u;
SELECT row_to_json(g) FROM generate_series(1, 2) WITH ORDINALITY g;
SELECT row_to_json(g) FROM generate_series(1, 2) g;
SELECT v + 1 FROM (VALUES (1)) v(x);
SELECT row_to_json(v) FROM (VALUES (1)) v(x);
SELECT row_to_json(j) FROM t JOIN t t2 USING (a) AS j;
SELECT 1 FROM t x JOIN t y USING (a) AS x;

-- A field and a function can each be written as the other.
CREATE TYPE pair AS (x int, name text);
CREATE TABLE p (id int, pr pair);
CREATE FUNCTION doubled(pair) RETURNS int LANGUAGE sql AS 'SELECT $1.x * 2';
CREATE FUNCTION b(t) RETURNS int LANGUAGE sql AS 'SELECT 7';
CREATE FUNCTION whole(t) RETURNS pair LANGUAGE sql AS 'SELECT 7, ''seven''';
SELECT x(pr), name(pr), (pr).doubled, doubled(pr) FROM p;
SELECT nosuch(pr) FROM p;
SELECT (pr).nosuch FROM p;
SELECT t.b || 'text', b(t) + 1 FROM t;
SELECT a(t) FROM t;
SELECT t.row_to_json, t.whole, (t.whole).name, name(t.whole) FROM t;
SELECT t.length FROM t;
SELECT p.pr.x FROM p;

-- CYCLE and SEARCH add columns that the query itself may name.
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE NOT again AND n < 3) CYCLE n SET again USING path SELECT n, again, path FROM r;
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT r.* FROM r WHERE NOT again) CYCLE n SET again USING path SELECT * FROM r;
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SEARCH DEPTH FIRST BY n SET ord SELECT n FROM r ORDER BY ord;
WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) CYCLE n SET again TO point '(1,1)' DEFAULT point '(0,0)' USING path SELECT n FROM r;

-- Views that are written by rules below them.
CREATE VIEW v1 AS SELECT a, b FROM t OFFSET 0;
CREATE VIEW v2 AS SELECT a, b FROM v1 WHERE a > 0;
INSERT INTO v2 VALUES (1, 'x');
CREATE RULE v1_i AS ON INSERT TO v1 DO INSTEAD INSERT INTO t VALUES (NEW.a, NEW.b) RETURNING t.a, t.b;
INSERT INTO v2 VALUES (1, 'x') RETURNING a;
DELETE FROM v2;
DROP RULE "_RETURN" ON v1;

-- The predicate of an arbiter may be implied.
CREATE TABLE u (a int, b int);
CREATE UNIQUE INDEX ON u (b) WHERE coalesce(a, 1) > 0;
INSERT INTO u VALUES (1, 2) ON CONFLICT (b) WHERE coalesce(a, 1) > 1 DO NOTHING;
INSERT INTO u VALUES (1, 2) ON CONFLICT (b) WHERE coalesce(a, 1) >= 1 DO NOTHING;
INSERT INTO u VALUES (1, 2) ON CONFLICT (b) WHERE coalesce(a, 1) > -1 DO NOTHING;
INSERT INTO u VALUES (1, 2) ON CONFLICT (b) WHERE coalesce(a, 1) < 5 DO NOTHING;
