-- Section 2 of the facts: partitions that go, tables that become partitioned.

-- @common
CREATE TABLE events (id int, day date NOT NULL, kind text, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE events_23 PARTITION OF events FOR VALUES FROM ('2023-01-01') TO ('2024-01-01');
CREATE TABLE events_24 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
INSERT INTO events VALUES (1, '2023-05-01', 'a'), (2, '2024-05-01', 'b');

-- @cell 2 partition dropped
-- @case partition dropped, insert to the parent
-- @expect agree
-- @old
INSERT INTO events (id, day, kind) VALUES ($1, $2, $3)
-- @args 3|2023-07-01|c
-- @change
DROP TABLE events_23;

-- @case partition dropped, insert of another range
-- @expect agree, with a warning
-- @old
INSERT INTO events (id, day, kind) VALUES ($1, $2, $3)
-- @args 3|2024-07-01|c
-- @change
DROP TABLE events_23;

-- @case partition detached, insert to the parent
-- @expect agree
-- @old
INSERT INTO events (id, day) SELECT i, $1::date + i FROM generate_series(10, 12) AS i
-- @args 2023-07-01
-- @change
ALTER TABLE events DETACH PARTITION events_23;

-- @case partition detached concurrently, upsert
-- @expect agree
-- @old
INSERT INTO events (id, day, kind) VALUES (1, $1, 'z') ON CONFLICT (id, day) DO UPDATE SET kind = EXCLUDED.kind
-- @args 2023-05-01
-- @change
ALTER TABLE events DETACH PARTITION events_23 CONCURRENTLY;

-- @case partition detached, update moves a row to it
-- @expect agree
-- @old
UPDATE events SET day = $2 WHERE id = $1
-- @args 2|2023-09-01
-- @change
ALTER TABLE events DETACH PARTITION events_23;

-- @case partition detached, copy to the parent
-- @expect agree
-- @old
COPY events (id, day) FROM STDIN
-- @copy 5\t2023-02-02\n
-- @change
ALTER TABLE events DETACH PARTITION events_23;

-- @case partition detached, merge insert
-- @expect agree
-- @old
MERGE INTO events e USING (VALUES (9, date '2023-02-02')) s (id, day) ON e.id = s.id WHEN NOT MATCHED THEN INSERT (id, day) VALUES (s.id, s.day)
-- @change
ALTER TABLE events DETACH PARTITION events_23;

-- @case partition detached, insert to it by name
-- @expect agree
-- @old
INSERT INTO events_23 (id, day) VALUES ($1, $2)
-- @args 5|2023-02-02
-- @change
ALTER TABLE events DETACH PARTITION events_23;

-- @case partition detached, rows gone from the parent
-- @expect missed
-- @old
SELECT kind, count(*) FROM events WHERE day >= $1 GROUP BY kind ORDER BY kind
-- @args 2023-01-01
-- @change
ALTER TABLE events DETACH PARTITION events_23;

-- @case partition detached, delete misses its rows
-- @expect missed
-- @old
DELETE FROM events WHERE id = ANY($1::int[])
-- @args {1,2}
-- @change
ALTER TABLE events DETACH PARTITION events_23;

-- @case partition dropped, default partition takes the row
-- @expect agree, with a warning
-- @setup
CREATE TABLE events_rest PARTITION OF events DEFAULT;
-- @old
INSERT INTO events (id, day) VALUES ($1, $2)
-- @args 5|2023-02-02
-- @change
DROP TABLE events_23;

-- @case default partition dropped
-- @expect agree
-- @setup
CREATE TABLE events_rest PARTITION OF events DEFAULT;
-- @old
INSERT INTO events (id, day) VALUES ($1, $2)
-- @args 5|2031-02-02
-- @change
DROP TABLE events_rest;

-- @case list partition dropped, literal of its list
-- @expect agree
-- @setup
CREATE TABLE sales (region text, amount int) PARTITION BY LIST (region);
CREATE TABLE sales_eu PARTITION OF sales FOR VALUES IN ('de', 'fr'); CREATE TABLE sales_us PARTITION OF sales FOR VALUES IN ('us');
-- @old
INSERT INTO sales (region, amount) VALUES ('fr', $1)
-- @args 5
-- @change
DROP TABLE sales_eu;

-- @case list partition attached again with a shorter list
-- @expect agree
-- @setup
CREATE TABLE sales (region text, amount int) PARTITION BY LIST (region);
CREATE TABLE sales_eu PARTITION OF sales FOR VALUES IN ('de', 'fr');
-- @old
INSERT INTO sales (region, amount) VALUES ('fr', $1)
-- @args 5
-- @change
ALTER TABLE sales DETACH PARTITION sales_eu;
ALTER TABLE sales ATTACH PARTITION sales_eu FOR VALUES IN ('de');

-- @case hash partition detached
-- @expect agree
-- @setup
CREATE TABLE kv (k int, v text) PARTITION BY HASH (k);
CREATE TABLE kv_0 PARTITION OF kv FOR VALUES WITH (MODULUS 2, REMAINDER 0); CREATE TABLE kv_1 PARTITION OF kv FOR VALUES WITH (MODULUS 2, REMAINDER 1);
-- @old
INSERT INTO kv (k, v) SELECT i, 'x' FROM generate_series(1, 20) AS i
-- @change
ALTER TABLE kv DETACH PARTITION kv_1;

-- @case table attached as a partition, insert to it by name
-- @expect agree
-- @setup
CREATE TABLE events_25 (id int, day date NOT NULL, kind text, PRIMARY KEY (id, day));
-- @old
INSERT INTO events_25 (id, day) VALUES ($1, $2)
-- @args 5|2026-02-02
-- @change
ALTER TABLE events ATTACH PARTITION events_25 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

-- @case subpartition dropped
-- @expect agree
-- @setup
CREATE TABLE events_25 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY RANGE (day);
CREATE TABLE events_25a PARTITION OF events_25 FOR VALUES FROM ('2025-01-01') TO ('2025-07-01');
-- @old
INSERT INTO events (id, day) VALUES ($1, $2)
-- @args 5|2025-02-02
-- @change
DROP TABLE events_25a;

-- @case partition split, insert to the parent
-- @expect agree, with a warning
-- @setup
DELETE FROM events;
-- @old
INSERT INTO events (id, day) VALUES ($1, $2)
-- @args 5|2024-02-02
-- @change
DROP TABLE events_24;
CREATE TABLE events_24a PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE events_24b PARTITION OF events FOR VALUES FROM ('2024-07-01') TO ('2025-01-01');

-- @cell 2 table to partitioned
-- @common
CREATE TABLE logs (id int PRIMARY KEY, day date NOT NULL DEFAULT '2024-01-01', msg text, code int UNIQUE);
INSERT INTO logs VALUES (1, '2024-01-01', 'm', 10);

-- @case table to partitioned, on conflict on the old key
-- @expect agree
-- @old
INSERT INTO logs (id, msg) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET msg = EXCLUDED.msg
-- @args 1|n
-- @change
DROP TABLE logs;
CREATE TABLE logs (id int, day date NOT NULL DEFAULT '2024-01-01', msg text, code int, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, old table attached, on conflict on the old key
-- @expect agree
-- @old
INSERT INTO logs (id, msg) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING
-- @args 2|n
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL DEFAULT '2024-01-01', msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned by the key, on conflict on the key
-- @expect agree, with a warning
-- @old
INSERT INTO logs (id, msg) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET msg = EXCLUDED.msg RETURNING msg
-- @args 2|n
-- @change
ALTER TABLE logs RENAME TO logs_0;
CREATE TABLE logs (id int PRIMARY KEY, day date NOT NULL DEFAULT '2024-01-01', msg text, code int) PARTITION BY RANGE (id);
ALTER TABLE logs ATTACH PARTITION logs_0 FOR VALUES FROM (0) TO (1000);

-- @case table to partitioned, insert or nothing without a target
-- @expect agree, with a warning
-- @old
INSERT INTO logs (id, msg) VALUES ($1, $2) ON CONFLICT DO NOTHING
-- @args 1|n
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL DEFAULT '2024-01-01', msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, copy out
-- @expect agree
-- @old
COPY logs TO STDOUT
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL DEFAULT '2024-01-01', msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, copy out of a query
-- @expect agree, with a warning
-- @old
COPY (SELECT id, msg FROM logs) TO STDOUT WITH (FORMAT csv)
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL DEFAULT '2024-01-01', msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, copy in
-- @expect agree, with a warning
-- @old
COPY logs (id, day, msg) FROM STDIN
-- @copy 2\t2024-02-02\tn\n
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL DEFAULT '2024-01-01', msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, truncate only
-- @expect agree
-- @old
TRUNCATE ONLY logs
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL, msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, truncate
-- @expect agree
-- @old
TRUNCATE logs
-- @observe SELECT count(*) FROM logs
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL, msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, read of only the parent
-- @expect missed
-- @old
SELECT id, msg FROM ONLY logs WHERE day = $1
-- @args 2024-01-01
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL, msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, row outside of every range
-- @expect agree
-- @old
INSERT INTO logs (id, day, msg) VALUES ($1, $2, $3)
-- @args 2|2031-01-01|n
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL, msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, the default of a column is not given again
-- @expect agree
-- @old
INSERT INTO logs (id, msg) VALUES ($1, $2)
-- @args 2|n
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL, msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, upsert tells inserts by xmax
-- @expect another SQLSTATE
-- @old
INSERT INTO logs (id, msg) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET msg = EXCLUDED.msg RETURNING (xmax = 0) AS inserted
-- @args 2|n
-- @change
ALTER TABLE logs RENAME TO logs_0;
CREATE TABLE logs (id int PRIMARY KEY, day date NOT NULL DEFAULT '2024-01-01', msg text, code int) PARTITION BY RANGE (id);
ALTER TABLE logs ATTACH PARTITION logs_0 FOR VALUES FROM (0) TO (1000);

-- @case table to partitioned, on conflict on constraint
-- @expect agree
-- @old
INSERT INTO logs (id, code) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT logs_code_key DO NOTHING
-- @args 2|10
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL DEFAULT '2024-01-01', msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, group by the old key
-- @expect agree
-- @old
SELECT l.id, l.msg, count(x) FROM logs l LEFT JOIN generate_series(1, 2) AS x ON true GROUP BY l.id
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL DEFAULT '2024-01-01', msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, locking read and update
-- @expect agree, with a warning
-- @old
WITH l AS (SELECT id FROM logs WHERE msg = $1 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
UPDATE logs SET msg = 'taken' FROM l WHERE l.id = logs.id RETURNING logs.id
-- @args m
-- @change
ALTER TABLE logs RENAME TO logs_24;
CREATE TABLE logs (id int NOT NULL, day date NOT NULL DEFAULT '2024-01-01', msg text, code int) PARTITION BY RANGE (day);
ALTER TABLE logs ATTACH PARTITION logs_24 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

-- @case table to partitioned, unique of a code no longer holds
-- @expect agree
-- @old
INSERT INTO logs (id, code) VALUES ($1, $2) ON CONFLICT (code) DO NOTHING
-- @args 2|10
-- @change
DROP TABLE logs;
CREATE TABLE logs (id int, day date NOT NULL DEFAULT '2024-01-01', msg text, code int, PRIMARY KEY (id, day), UNIQUE (code, day)) PARTITION BY RANGE (day);
CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
