-- Section 1 of the facts: kinds of relation by change and statement.

-- @common
CREATE SCHEMA app; CREATE SCHEMA attic;
CREATE TABLE items (id int PRIMARY KEY, label text);
INSERT INTO items VALUES (1, 'x'), (2, 'y');
CREATE VIEW item_labels AS SELECT id, label FROM items;
CREATE MATERIALIZED VIEW item_counts AS SELECT label, count(*) AS n FROM items GROUP BY label;
CREATE TABLE logs (at date, msg text) PARTITION BY RANGE (at);
CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO logs VALUES ('2024-02-02', 'x');
CREATE TABLE app.jobs (id int PRIMARY KEY, state text);
INSERT INTO app.jobs VALUES (1, 'new');
CREATE SEQUENCE app.job_no;
CREATE MATERIALIZED VIEW app.job_counts AS SELECT state, count(*) AS n FROM app.jobs GROUP BY state;
CREATE SEQUENCE ticket_no;

-- @cell 1 drop or rename relation
-- @case grid: table dropped, insert select returning
-- @expect agree
-- @old
INSERT INTO items (id, label) SELECT id + 10, label FROM app.jobs j (id, label) RETURNING label
-- @change
DROP TABLE items CASCADE;

-- @case grid: table dropped, update with a subquery
-- @expect agree
-- @old
UPDATE items SET label = (SELECT max(state) FROM app.jobs) WHERE id = $1
-- @args 1
-- @change
DROP TABLE items CASCADE;

-- @case grid: table dropped, delete with limit by subquery
-- @expect agree
-- @old
DELETE FROM items WHERE id IN (SELECT id FROM items ORDER BY id LIMIT 1)
-- @change
DROP TABLE items CASCADE;

-- @case grid: table dropped, copy from csv
-- @expect agree
-- @old
COPY items FROM STDIN WITH (FORMAT csv)
-- @copy 9,z\n
-- @change
DROP TABLE items CASCADE;

-- @case grid: table dropped, lock nowait
-- @expect agree
-- @old
LOCK TABLE ONLY items IN ACCESS EXCLUSIVE MODE NOWAIT
-- @change
DROP TABLE items CASCADE;

-- @case grid: table renamed, select for share
-- @expect agree
-- @old
SELECT label FROM items WHERE id = $1 FOR SHARE
-- @args 1
-- @change
ALTER TABLE items RENAME TO goods;

-- @case grid: table renamed, update returning
-- @expect agree
-- @old
UPDATE items AS i SET label = upper(i.label) RETURNING i.label
-- @change
ALTER TABLE items RENAME TO goods;

-- @case grid: table renamed, delete returning
-- @expect agree
-- @old
DELETE FROM items WHERE id = ANY($1::int[]) RETURNING id
-- @args {1,2}
-- @change
ALTER TABLE items RENAME TO goods;

-- @case grid: table renamed, copy to csv
-- @expect agree
-- @old
COPY items TO STDOUT WITH (FORMAT csv, HEADER true)
-- @change
ALTER TABLE items RENAME TO goods;

-- @case grid: table renamed, truncate cascade
-- @expect agree
-- @old
TRUNCATE TABLE items CASCADE
-- @change
ALTER TABLE items RENAME TO goods;

-- @case grid: table renamed, positional insert
-- @expect agree
-- @old
INSERT INTO items VALUES ($1, $2) ON CONFLICT DO NOTHING
-- @args 1|q
-- @change
ALTER TABLE items RENAME TO goods;

-- @case grid: table renamed, tablesample
-- @expect agree
-- @old
SELECT count(*) FROM items TABLESAMPLE BERNOULLI (100)
-- @change
ALTER TABLE items RENAME TO goods;

-- @case grid: table renamed, create view by the application
-- @expect agree
-- @old
CREATE OR REPLACE TEMP VIEW mine AS SELECT id FROM items
-- @change
ALTER TABLE items RENAME TO goods;

-- @case grid: table renamed, create index by the application
-- @expect agree
-- @old
CREATE INDEX IF NOT EXISTS items_label ON items (label)
-- @change
ALTER TABLE items RENAME TO goods;

-- @case grid: table renamed, analyze of a column
-- @expect agree
-- @old
ANALYZE items (label)
-- @change
ALTER TABLE items RENAME TO goods;

-- @case grid: table renamed, row count estimate by name
-- @expect missed
-- @old
SELECT reltuples IS NOT NULL FROM pg_class WHERE relname = 'items' AND relkind = 'r'
-- @change
ALTER TABLE items RENAME TO goods;

-- @cell 1 drop or rename view
-- @case grid: view dropped, insert
-- @expect agree
-- @old
INSERT INTO item_labels (id, label) VALUES ($1, $2) RETURNING id
-- @args 9|z
-- @change
DROP VIEW item_labels;

-- @case grid: view dropped, delete
-- @expect agree
-- @old
DELETE FROM item_labels WHERE id = $1
-- @args 1
-- @change
DROP VIEW item_labels;

-- @case grid: view dropped, copy of a query
-- @expect agree
-- @old
COPY (SELECT * FROM item_labels) TO STDOUT
-- @change
DROP VIEW item_labels;

-- @case grid: view dropped, lock
-- @expect agree
-- @old
LOCK item_labels IN SHARE MODE
-- @change
DROP VIEW item_labels;

-- @case grid: view dropped, regclass
-- @expect agree
-- @old
SELECT pg_get_viewdef('item_labels'::regclass) <> ''
-- @change
DROP VIEW item_labels;

-- @case grid: view renamed, merge source
-- @expect agree
-- @old
MERGE INTO app.jobs j USING item_labels l ON l.id = j.id WHEN MATCHED THEN UPDATE SET state = l.label
-- @change
ALTER VIEW item_labels RENAME TO labels;

-- @case grid: view renamed, for update
-- @expect agree
-- @old
SELECT id FROM item_labels WHERE id = $1 FOR UPDATE
-- @args 1
-- @change
ALTER VIEW item_labels RENAME TO labels;

-- @case grid: view renamed, lock
-- @expect agree
-- @old
LOCK TABLE item_labels IN ACCESS SHARE MODE
-- @change
ALTER VIEW item_labels RENAME TO labels;

-- @case grid: view renamed, regclass text
-- @expect agree
-- @old
SELECT 'item_labels'::regclass::oid > 0
-- @change
ALTER VIEW item_labels RENAME TO labels;

-- @case grid: materialized view dropped, copy of a query
-- @expect agree
-- @old
COPY (SELECT label, n FROM item_counts ORDER BY 1) TO STDOUT
-- @change
DROP MATERIALIZED VIEW item_counts;

-- @case grid: materialized view dropped, regclass
-- @expect agree
-- @old
SELECT pg_total_relation_size('item_counts'::regclass) > 0
-- @change
DROP MATERIALIZED VIEW item_counts;

-- @case grid: materialized view dropped, index by the application
-- @expect agree
-- @old
CREATE UNIQUE INDEX IF NOT EXISTS item_counts_label ON item_counts (label)
-- @change
DROP MATERIALIZED VIEW item_counts;

-- @case grid: materialized view renamed, select
-- @expect agree
-- @old
SELECT i.id, c.n FROM items i JOIN item_counts c USING (label) ORDER BY i.id
-- @change
ALTER MATERIALIZED VIEW item_counts RENAME TO counts;

-- @case grid: materialized view renamed, refresh with no data
-- @expect agree
-- @old
REFRESH MATERIALIZED VIEW item_counts WITH NO DATA
-- @change
ALTER MATERIALIZED VIEW item_counts RENAME TO counts;

-- @case grid: materialized view renamed, ispopulated by name
-- @expect missed
-- @old
SELECT ispopulated FROM pg_matviews WHERE matviewname = 'item_counts'
-- @change
ALTER MATERIALIZED VIEW item_counts RENAME TO counts;

-- @cell 1 drop or rename partition
-- @case grid: partition dropped, insert
-- @expect agree
-- @old
INSERT INTO logs_24 (at, msg) VALUES ($1, 'q')
-- @args 2024-03-03
-- @change
DROP TABLE logs_24;

-- @case grid: partition dropped, update
-- @expect agree
-- @old
UPDATE logs_24 SET msg = upper(msg)
-- @change
DROP TABLE logs_24;

-- @case grid: partition dropped, copy to
-- @expect agree
-- @old
COPY logs_24 TO STDOUT
-- @change
DROP TABLE logs_24;

-- @case grid: partition dropped, lock
-- @expect agree
-- @old
LOCK TABLE logs_24 IN ROW EXCLUSIVE MODE
-- @change
DROP TABLE logs_24;

-- @case grid: partition dropped, regclass
-- @expect agree
-- @old
SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE oid = 'logs_24'::regclass
-- @change
DROP TABLE logs_24;

-- @case grid: partition dropped, list of partitions
-- @expect missed
-- @old
SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'logs'::regclass
-- @change
DROP TABLE logs_24;

-- @case grid: partition renamed, select
-- @expect agree
-- @old
SELECT count(*) FROM logs_24 WHERE at >= $1
-- @args 2024-01-01
-- @change
ALTER TABLE logs_24 RENAME TO logs_y24;

-- @case grid: partition renamed, delete
-- @expect agree
-- @old
DELETE FROM logs_24 WHERE at < $1
-- @args 2024-06-01
-- @change
ALTER TABLE logs_24 RENAME TO logs_y24;

-- @case grid: partition renamed, truncate
-- @expect agree
-- @old
TRUNCATE ONLY logs_24
-- @change
ALTER TABLE logs_24 RENAME TO logs_y24;

-- @case grid: partition renamed, regclass
-- @expect agree
-- @old
SELECT pg_relation_size('public.logs_24')
-- @change
ALTER TABLE logs_24 RENAME TO logs_y24;

-- @case grid: partition renamed, detach by the application
-- @expect agree
-- @old
ALTER TABLE logs DETACH PARTITION logs_24
-- @change
ALTER TABLE logs_24 RENAME TO logs_y24;

-- @cell 1 set schema
-- @case grid: table moved, insert
-- @expect agree
-- @old
INSERT INTO items (id, label) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET label = EXCLUDED.label
-- @args 1|q
-- @change
ALTER TABLE items SET SCHEMA attic;

-- @case grid: table moved, delete
-- @expect agree
-- @old
DELETE FROM items i USING app.jobs j WHERE j.id = i.id
-- @change
ALTER TABLE items SET SCHEMA attic;

-- @case grid: table moved, merge
-- @expect agree
-- @old
MERGE INTO items i USING app.jobs j ON j.id = i.id WHEN MATCHED THEN DELETE
-- @change
ALTER TABLE items SET SCHEMA attic;

-- @case grid: table moved, copy to
-- @expect agree
-- @old
COPY items (label) TO STDOUT
-- @change
ALTER TABLE items SET SCHEMA attic;

-- @case grid: table moved, copy from
-- @expect agree
-- @old
COPY items (id) FROM STDIN
-- @copy 9\n
-- @change
ALTER TABLE items SET SCHEMA attic;

-- @case grid: table moved, truncate
-- @expect agree
-- @old
TRUNCATE items
-- @change
ALTER TABLE items SET SCHEMA attic;

-- @case grid: table moved, lock
-- @expect agree
-- @old
LOCK TABLE items
-- @change
ALTER TABLE items SET SCHEMA attic;

-- @case grid: table moved, regclass
-- @expect agree
-- @old
SELECT 'items'::regclass::text
-- @change
ALTER TABLE items SET SCHEMA attic;

-- @case grid: table moved, to_regclass
-- @expect agree
-- @old
SELECT to_regclass('items') IS NOT NULL
-- @change
ALTER TABLE items SET SCHEMA attic;

-- @case grid: view moved, update
-- @expect agree
-- @old
UPDATE item_labels SET label = $1 WHERE id = 1
-- @args q
-- @change
ALTER VIEW item_labels SET SCHEMA attic;

-- @case grid: materialized view moved, select
-- @expect agree
-- @old
SELECT n FROM item_counts WHERE label = 'x'
-- @change
ALTER MATERIALIZED VIEW item_counts SET SCHEMA attic;

-- @case grid: sequence moved, setval
-- @expect agree
-- @old
SELECT setval('ticket_no', 5)
-- @change
ALTER SEQUENCE ticket_no SET SCHEMA attic;

-- @case grid: sequence moved, currval
-- @expect agree
-- @old
SELECT nextval('ticket_no');
SELECT currval('ticket_no') > 0
-- @change
ALTER SEQUENCE ticket_no SET SCHEMA attic;

-- @cell 1 drop or rename schema
-- @case grid: schema dropped, select
-- @expect agree
-- @old
SELECT j.state, i.label FROM app.jobs j JOIN items i ON i.id = j.id
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, update from
-- @expect agree
-- @old
UPDATE items i SET label = j.state FROM app.jobs j WHERE j.id = i.id
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, delete
-- @expect agree
-- @old
DELETE FROM app.jobs WHERE state = $1
-- @args done
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, merge
-- @expect agree
-- @old
MERGE INTO app.jobs j USING items i ON i.id = j.id WHEN MATCHED THEN DELETE
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, copy to
-- @expect agree
-- @old
COPY app.jobs (id, state) TO STDOUT
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, truncate
-- @expect agree
-- @old
TRUNCATE app.jobs
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, lock
-- @expect agree
-- @old
LOCK TABLE app.jobs
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, regclass
-- @expect agree
-- @old
SELECT pg_relation_size('app.jobs') > 0
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, to_regclass
-- @expect agree
-- @old
SELECT to_regclass('app.jobs') IS NULL
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, nextval
-- @expect agree
-- @old
SELECT nextval('app.job_no') > 0
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, analyze
-- @expect agree
-- @old
ANALYZE app.jobs
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, unqualified names
-- @expect agree
-- @path app,public
-- @old
SELECT count(*) FROM jobs
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, create table in its path
-- @expect agree
-- @path app
-- @old
CREATE TABLE import (id int)
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema dropped, table row type
-- @expect agree
-- @old
SELECT (jsonb_populate_record(NULL::app.jobs, '{"state": "x"}')).state
-- @change
DROP SCHEMA app CASCADE;

-- @case grid: schema renamed, insert
-- @expect agree
-- @old
INSERT INTO app.jobs (id, state) VALUES ($1, 'new')
-- @args 9
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema renamed, delete returning
-- @expect agree
-- @old
DELETE FROM app.jobs WHERE id = $1 RETURNING state
-- @args 1
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema renamed, copy to
-- @expect agree
-- @old
COPY app.jobs TO STDOUT
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema renamed, copy from
-- @expect agree
-- @old
COPY app.jobs FROM STDIN
-- @copy 9\tnew\n
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema renamed, refresh
-- @expect agree
-- @old
REFRESH MATERIALIZED VIEW app.job_counts
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema renamed, setval
-- @expect agree
-- @old
SELECT setval('app.job_no', 9)
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema renamed, currval
-- @expect agree
-- @old
SELECT nextval('app.job_no') > 0;
SELECT currval('app.job_no') > 0
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema renamed, unqualified nextval
-- @expect agree
-- @path app,public
-- @old
SELECT nextval('job_no') > 0
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema renamed, unqualified refresh
-- @expect agree
-- @path app,public
-- @old
REFRESH MATERIALIZED VIEW job_counts
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema renamed, set search_path by the code
-- @expect agree
-- @old
SET LOCAL search_path = app, public;
SELECT state FROM jobs
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema renamed, has_schema_privilege
-- @expect agree
-- @old
SELECT has_schema_privilege('app', 'USAGE')
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema renamed, regnamespace
-- @expect agree
-- @old
SELECT count(*) > 0 FROM pg_class WHERE relnamespace = 'app'::regnamespace
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema renamed, grant on all tables
-- @expect agree
-- @old
GRANT SELECT ON ALL TABLES IN SCHEMA app TO public
-- @change
ALTER SCHEMA app RENAME TO work;

-- @case grid: schema dropped, create schema if not exists first
-- @expect agree
-- @old
CREATE SCHEMA IF NOT EXISTS app;
SELECT count(*) FROM app.jobs
-- @change
DROP SCHEMA app CASCADE;
