-- Views: columns, dependencies, CASCADE, replacement.
CREATE TABLE t (id int PRIMARY KEY, a text, b numeric(10,2), c timestamptz);
CREATE TABLE u (id int, t_id int REFERENCES t, note text);
CREATE VIEW v AS SELECT id, a AS name, b * 2 AS twice FROM t WHERE c > now();
CREATE VIEW w (x, y) AS SELECT v.id, count(*) FROM v JOIN u ON u.t_id = v.id GROUP BY v.id;
CREATE MATERIALIZED VIEW m AS SELECT t.*, u.note FROM t LEFT JOIN u ON u.t_id = t.id;
CREATE UNIQUE INDEX m_id ON m (id, note);
CREATE VIEW star AS SELECT * FROM u NATURAL JOIN (SELECT id FROM t) s;
CREATE VIEW shapes AS SELECT coalesce(a, 'none') AS c1, CASE WHEN b > 1 THEN 1 ELSE 2 END AS c2, array_agg(id) OVER () AS c3,
    (SELECT max(id) FROM u) AS c4, a || 'x' AS c5, id::bigint AS c6, extract(year FROM c) AS c7, row_number() OVER (ORDER BY id) AS c8,
    ARRAY[1, 2] AS c9, a IS NULL AS c10, NULL AS c11, b + 1 AS c12, id + 1 AS c13, sum(id) OVER () AS c14, avg(id) OVER () AS c15,
    json_build_object('a', 1) AS c16, to_char(c, 'YYYY') AS c17, c - interval '1 day' AS c18, c::date AS c19, substring(a FROM 1) AS c20,
    nullif(id, 1) AS c21, greatest(id, 2) AS c22, current_date AS c23, lower(a) AS c24, length(a) AS c25, id = ANY (ARRAY[1]) AS c26 FROM t;
CREATE VIEW v AS SELECT 1;
CREATE OR REPLACE VIEW v AS SELECT id, a AS name, b * 2 AS twice, c AS extra FROM t;
CREATE OR REPLACE VIEW v AS SELECT id FROM t;
CREATE OR REPLACE VIEW v AS SELECT id AS other, a AS name, b * 2 AS twice, c AS extra FROM t;
CREATE OR REPLACE VIEW t AS SELECT 1 AS x;
CREATE VIEW bad AS SELECT nosuch FROM t;
CREATE VIEW bad AS SELECT id, id FROM t;
ALTER TABLE t ALTER COLUMN a TYPE varchar(20);
ALTER TABLE t DROP COLUMN b;
ALTER TABLE t RENAME COLUMN a TO label;
SELECT name FROM v;
ALTER TABLE t RENAME TO things;
SELECT name FROM v;
ALTER VIEW v RENAME TO v2;
ALTER VIEW v2 RENAME COLUMN name TO title;
SELECT title FROM v2;
DROP VIEW v2;
ALTER TABLE things DROP COLUMN b CASCADE;
SELECT * FROM w;
DROP MATERIALIZED VIEW m;
CREATE VIEW needs_u AS SELECT note FROM u;
DROP TABLE u;
DROP TABLE u, things CASCADE;
CREATE TABLE base (a int, b int);
CREATE VIEW onbase AS SELECT a, b FROM base;
DROP TABLE base, onbase;
DROP VIEW onbase;
DROP TABLE base;
