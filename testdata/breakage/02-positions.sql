-- Section 2 of the facts: inserts and copies that go by the order of columns.

-- @common
CREATE TABLE accounts (id int PRIMARY KEY, login text, email text, quota int, active bool);
INSERT INTO accounts VALUES (1, 'ann', 'ann@x', 10, true);

-- @cell 2 positional INSERT
-- @case column dropped, positional insert
-- @expect agree
-- @old
INSERT INTO accounts VALUES ($1, $2, $3, $4, $5)
-- @args 2|bob|bob@x|5|true
-- @change
ALTER TABLE accounts DROP COLUMN active;

-- @case first column dropped, positional merge insert
-- @expect agree
-- @old
MERGE INTO accounts a USING (VALUES (2, 'bob')) s (id, login) ON a.login = s.login WHEN NOT MATCHED THEN INSERT VALUES (s.id, s.login, 'bob@x', 5, true)
-- @change
ALTER TABLE accounts DROP COLUMN id;

-- @case column dropped, positional upsert
-- @expect agree
-- @old
INSERT INTO accounts VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email
-- @args 1|ann|a@y|5|true
-- @change
ALTER TABLE accounts DROP COLUMN login;

-- @case column dropped, untyped literal meets an int
-- @expect agree
-- @old
INSERT INTO accounts VALUES (2, 'bob', 'bob@x')
-- @change
ALTER TABLE accounts DROP COLUMN email;

-- @case column dropped, parameter meets an int
-- @expect another SQLSTATE
-- @old
INSERT INTO accounts VALUES ($1, $2, $3) RETURNING id
-- @args 2|bob|bob@x
-- @change
ALTER TABLE accounts DROP COLUMN login;

-- @case column dropped, typed expression meets an int
-- @expect agree
-- @old
INSERT INTO accounts VALUES ($1, lower($2), lower($3))
-- @args 2|Bob|Bob@x
-- @change
ALTER TABLE accounts DROP COLUMN email;

-- @case column dropped, select list meets other types
-- @expect agree
-- @setup
CREATE TABLE signups (login text, email text); INSERT INTO signups VALUES ('bob', 'bob@x');
-- @old
INSERT INTO accounts SELECT 10 + row_number() OVER (ORDER BY s.login), s.login, s.email FROM signups s
-- @change
ALTER TABLE accounts DROP COLUMN login;

-- @case names of two columns exchanged, values swapped
-- @expect missed
-- @old
INSERT INTO accounts VALUES ($1, $2, $3)
-- @observe SELECT login, email FROM accounts WHERE id = 2
-- @args 2|bob|bob@x
-- @change
ALTER TABLE accounts RENAME COLUMN login TO login_old;
ALTER TABLE accounts RENAME COLUMN email TO login;
ALTER TABLE accounts RENAME COLUMN login_old TO email;

-- @case middle column dropped, same types shift
-- @expect agree
-- @setup
CREATE TABLE points (x int, y int, z int, w int);
-- @old
INSERT INTO points VALUES ($1, $2, $3)
-- @observe SELECT x, z FROM points
-- @args 1|2|3
-- @change
ALTER TABLE points DROP COLUMN y;

-- @case column dropped and added again, values swapped
-- @expect agree
-- @setup
CREATE TABLE transfers (source text, target text);
-- @old
INSERT INTO transfers VALUES ($1, $2)
-- @observe SELECT source, target FROM transfers
-- @args from|to
-- @change
ALTER TABLE transfers DROP COLUMN source;
ALTER TABLE transfers ADD COLUMN source text;

-- @case positional merge insert, values swapped
-- @expect agree
-- @setup
CREATE TABLE transfers (source text, target text);
-- @old
MERGE INTO transfers t USING (VALUES ('from', 'to')) s (a, b) ON t.source = s.a WHEN NOT MATCHED THEN INSERT VALUES (s.a, s.b)
-- @observe SELECT source, target FROM transfers
-- @change
ALTER TABLE transfers DROP COLUMN source, ADD COLUMN source text;

-- @case table made again with another order
-- @expect agree
-- @setup
CREATE TABLE transfers (source text, target text, amount int);
-- @old
INSERT INTO transfers VALUES ($1, $2, $3)
-- @observe SELECT source, target FROM transfers
-- @args from|to|5
-- @change
CREATE TABLE transfers_new (target text, source text, amount int);
INSERT INTO transfers_new (target, source, amount) SELECT target, source, amount FROM transfers;
DROP TABLE transfers;
ALTER TABLE transfers_new RENAME TO transfers;

-- @case column dropped, insert names its columns
-- @expect agree
-- @old
INSERT INTO accounts (id, login, email) VALUES ($1, $2, $3)
-- @observe SELECT login, email FROM accounts WHERE id = 2
-- @args 2|bob|bob@x
-- @change
ALTER TABLE accounts DROP COLUMN quota;

-- @case last column dropped, shorter positional insert
-- @expect agree
-- @old
INSERT INTO accounts VALUES ($1, $2, $3)
-- @args 2|bob|bob@x
-- @change
ALTER TABLE accounts DROP COLUMN active;

-- @case nullable column added, positional insert
-- @expect agree
-- @old
INSERT INTO accounts VALUES ($1, $2, $3, $4, $5)
-- @args 2|bob|bob@x|5|true
-- @change
ALTER TABLE accounts ADD COLUMN phone text;

-- @case view behind a positional insert recreated in another order
-- @expect agree
-- @setup
CREATE VIEW logins AS SELECT id, login, email FROM accounts;
-- @old
INSERT INTO logins VALUES ($1, $2, $3)
-- @observe SELECT login, email FROM accounts WHERE id = 2
-- @args 2|bob|bob@x
-- @change
DROP VIEW logins;
CREATE VIEW logins AS SELECT id, email, login FROM accounts;

-- @case column of a view dropped, positional insert
-- @expect agree
-- @setup
CREATE VIEW logins AS SELECT id, login, email FROM accounts;
-- @old
INSERT INTO logins VALUES ($1, $2, $3)
-- @args 2|bob|bob@x
-- @change
DROP VIEW logins;
CREATE VIEW logins AS SELECT id, login FROM accounts;

-- @case column dropped, row of a function inserted by position
-- @expect agree
-- @setup
CREATE FUNCTION add_account(i int, l text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO accounts VALUES (i, l, l || '@x', 0, true); END $$;
-- @old
SELECT add_account($1, $2)
-- @args 2|bob
-- @change
ALTER TABLE accounts DROP COLUMN quota;

-- @cell 2 INSERT SELECT *
-- @common
CREATE TABLE orders (id int PRIMARY KEY, state text, total int);
CREATE TABLE archive (id int, state text, total int);
INSERT INTO orders VALUES (1, 'done', 5), (2, 'open', 6);

-- @case insert select star, source gains a column
-- @expect agree
-- @old
INSERT INTO archive SELECT * FROM orders WHERE state = $1
-- @args done
-- @change
ALTER TABLE orders ADD COLUMN currency text;

-- @case insert select star, target loses a column
-- @expect agree
-- @old
INSERT INTO archive SELECT o.* FROM orders o WHERE o.id < $1
-- @args 2
-- @change
ALTER TABLE archive DROP COLUMN total;

-- @case insert select star, target loses its first column
-- @expect agree
-- @setup
ALTER TABLE archive ADD COLUMN at date;
-- @old
INSERT INTO archive SELECT * FROM orders
-- @change
ALTER TABLE archive DROP COLUMN id;

-- @case insert select star, target gains a nullable column
-- @expect agree
-- @old
INSERT INTO archive SELECT * FROM orders
-- @observe SELECT id, state, total FROM archive ORDER BY id
-- @change
ALTER TABLE archive ADD COLUMN archived_at timestamptz DEFAULT now();

-- @case insert select star, target gains a required column
-- @expect agree
-- @old
INSERT INTO archive SELECT * FROM orders
-- @change
ALTER TABLE archive ADD COLUMN reason text NOT NULL;

-- @case insert select star, source loses its last column
-- @expect agree
-- @old
INSERT INTO archive SELECT * FROM orders
-- @observe SELECT id, state, total FROM archive ORDER BY id
-- @change
ALTER TABLE orders DROP COLUMN total;

-- @case insert select star, source loses a column in the middle
-- @expect agree
-- @old
INSERT INTO archive SELECT * FROM orders
-- @observe SELECT id, state, total FROM archive ORDER BY id
-- @change
ALTER TABLE orders DROP COLUMN state;

-- @case insert select star, source loses a column and types still fit
-- @expect agree
-- @setup
CREATE TABLE a (k int, lo int, hi int); CREATE TABLE b (k int, lo int, hi int); INSERT INTO a VALUES (1, 2, 3);
-- @old
INSERT INTO b SELECT * FROM a
-- @observe SELECT k, lo, hi FROM b
-- @change
ALTER TABLE a DROP COLUMN lo;

-- @case moved rows, source gains a column
-- @expect agree
-- @old
WITH moved AS (DELETE FROM orders WHERE state = $1 RETURNING *) INSERT INTO archive SELECT * FROM moved
-- @args done
-- @change
ALTER TABLE orders ADD COLUMN currency text DEFAULT 'EUR';

-- @case moved rows, both sides gain the column
-- @expect agree
-- @old
WITH moved AS (DELETE FROM orders WHERE state = $1 RETURNING *) INSERT INTO archive SELECT * FROM moved
-- @args done
-- @change
ALTER TABLE orders ADD COLUMN currency text DEFAULT 'EUR';
ALTER TABLE archive ADD COLUMN currency text;

-- @case both sides gain two columns in another order
-- @expect agree
-- @old
INSERT INTO archive SELECT * FROM orders
-- @change
ALTER TABLE orders ADD COLUMN paid bool, ADD COLUMN weight int;
ALTER TABLE archive ADD COLUMN weight int, ADD COLUMN paid bool;

-- @case insert table, source gains a column
-- @expect agree
-- @old
INSERT INTO archive TABLE orders
-- @change
ALTER TABLE orders ADD COLUMN currency text;

-- @case insert with a list and select star, source gains a column
-- @expect agree
-- @old
INSERT INTO archive (id, state, total) SELECT * FROM orders ORDER BY id LIMIT 1
-- @change
ALTER TABLE orders ADD COLUMN currency text;

-- @case insert with a list and select star, source loses a column
-- @expect agree
-- @old
INSERT INTO archive (id, state, total) SELECT * FROM orders
-- @change
ALTER TABLE orders DROP COLUMN total;

-- @case insert select star from a view over a table that gains a column
-- @expect agree
-- @setup
CREATE VIEW done AS SELECT * FROM orders WHERE state = 'done';
-- @old
INSERT INTO archive SELECT * FROM done
-- @observe SELECT id, total FROM archive
-- @change
ALTER TABLE orders ADD COLUMN currency text;

-- @case star and a value, source gains a column
-- @expect agree
-- @setup
ALTER TABLE archive ADD COLUMN by text;
-- @old
INSERT INTO archive SELECT *, $1 FROM orders
-- @args job
-- @change
ALTER TABLE orders ADD COLUMN currency text;

-- @case star and a value, the value shifts
-- @expect missed
-- @setup
ALTER TABLE archive ADD COLUMN by text, ADD COLUMN why text;
-- @old
INSERT INTO archive SELECT *, $1::text FROM orders
-- @observe SELECT id, by, why FROM archive ORDER BY id
-- @args job
-- @change
ALTER TABLE orders ADD COLUMN currency text;

-- @case merge insert of a starred source, source gains a column
-- @expect agree
-- @old
MERGE INTO archive a USING (SELECT * FROM orders) o ON a.id = o.id WHEN NOT MATCHED THEN INSERT VALUES (o.id, o.state, o.total)
-- @observe SELECT id, total FROM archive ORDER BY id
-- @change
ALTER TABLE orders ADD COLUMN currency text;

-- @cell 2 COPY without list
-- @common
CREATE TABLE readings (sensor int NOT NULL, at date, val numeric);
INSERT INTO readings VALUES (1, '2024-01-01', 1.5);

-- @case copy without list, nullable column added
-- @expect agree
-- @old
COPY readings FROM STDIN
-- @copy 1\t2024-02-01\t2.5\n
-- @change
ALTER TABLE readings ADD COLUMN unit text;

-- @case copy without list, column with a default added
-- @expect agree
-- @old
COPY readings FROM STDIN WITH (FORMAT csv)
-- @copy 1,2024-02-01,2.5\n
-- @change
ALTER TABLE readings ADD COLUMN unit text NOT NULL DEFAULT 'C';

-- @case copy without list, column dropped
-- @expect agree
-- @old
COPY readings FROM STDIN
-- @copy 1\t2024-02-01\t2.5\n
-- @change
ALTER TABLE readings DROP COLUMN val;

-- @case copy without list, first column dropped
-- @expect agree
-- @old
COPY readings FROM STDIN
-- @copy 1\t2024-02-01\t2.5\n
-- @change
ALTER TABLE readings DROP COLUMN sensor;

-- @case copy without list, generated column added
-- @expect agree
-- @old
COPY readings FROM STDIN
-- @copy 1\t2024-02-01\t2.5\n
-- @observe SELECT sensor, val FROM readings ORDER BY val
-- @change
ALTER TABLE readings ADD COLUMN round_val int GENERATED ALWAYS AS (round(val)::int) STORED;

-- @case copy without list, identity column added
-- @expect agree
-- @old
COPY readings FROM STDIN
-- @copy 1\t2024-02-01\t2.5\n
-- @change
ALTER TABLE readings ADD COLUMN id bigint GENERATED BY DEFAULT AS IDENTITY;

-- @case copy csv with a matched header, column renamed
-- @expect agree
-- @old
COPY readings FROM STDIN WITH (FORMAT csv, HEADER match)
-- @copy sensor,at,val\n1,2024-02-01,2.5\n
-- @change
ALTER TABLE readings RENAME COLUMN val TO value;

-- @case copy without list, column renamed
-- @expect agree
-- @old
COPY readings FROM STDIN WITH (FORMAT csv, HEADER)
-- @copy sensor,at,val\n1,2024-02-01,2.5\n
-- @change
ALTER TABLE readings RENAME COLUMN val TO value;

-- @case copy without list, columns in another order
-- @expect agree
-- @setup
CREATE TABLE pairs (a text, b text);
-- @old
COPY pairs FROM STDIN
-- @copy x\ty\n
-- @observe SELECT a, b FROM pairs
-- @change
DROP TABLE pairs;
CREATE TABLE pairs (b text, a text);

-- @case copy with a list, column added
-- @expect agree
-- @old
COPY readings (sensor, at, val) FROM STDIN
-- @copy 1\t2024-02-01\t2.5\n
-- @observe SELECT sensor, val FROM readings ORDER BY val
-- @change
ALTER TABLE readings ADD COLUMN unit text;

-- @case copy out without list, column added
-- @expect agree
-- @old
COPY readings TO STDOUT WITH (FORMAT csv, HEADER)
-- @change
ALTER TABLE readings ADD COLUMN unit text;

-- @case copy out of a query, column added
-- @expect agree
-- @old
COPY (SELECT sensor, max(val) FROM readings GROUP BY sensor) TO STDOUT
-- @change
ALTER TABLE readings ADD COLUMN unit text;
