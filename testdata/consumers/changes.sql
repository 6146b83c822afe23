-- add
ALTER TABLE t ADD COLUMN c int
-- add not null
ALTER TABLE t ADD COLUMN c int NOT NULL DEFAULT 1
-- drop
ALTER TABLE t DROP COLUMN b
-- rename
ALTER TABLE t RENAME COLUMN b TO b2
-- int to text
ALTER TABLE t ALTER COLUMN a TYPE text
--! UPDATE t SET a = 'x'
-- int to numeric
ALTER TABLE t ALTER COLUMN a TYPE numeric
--! UPDATE t SET a = 1.5
-- int to bigint
ALTER TABLE t ALTER COLUMN a TYPE bigint
--! UPDATE t SET a = 5000000000
-- int to smallint
ALTER TABLE t ALTER COLUMN a TYPE smallint
--= 70000 7
-- int to float
ALTER TABLE t ALTER COLUMN a TYPE float8
--! UPDATE t SET a = 1.5
-- text to int
ALTER TABLE t ALTER COLUMN b TYPE int USING b::int
--= 1 seven
-- text to json
ALTER TABLE t ALTER COLUMN b TYPE jsonb USING b::jsonb
--= 1 seven
--! UPDATE t SET b = '[]'
-- null
ALTER TABLE t ALTER COLUMN b DROP NOT NULL
--! UPDATE t SET b = NULL
-- null in a number
ALTER TABLE t ALTER COLUMN a DROP NOT NULL
--! UPDATE t SET a = NULL
-- reorder
ALTER TABLE t DROP COLUMN a; ALTER TABLE t ADD COLUMN a int NOT NULL DEFAULT 1
--! UPDATE t SET b = 'x'
-- wider
ALTER TABLE t ALTER COLUMN b TYPE varchar(70)
-- unlimited
ALTER TABLE t ALTER COLUMN b TYPE text
-- index
CREATE INDEX ON t (a)
-- default
ALTER TABLE t ALTER COLUMN a SET DEFAULT 5
-- int to real
ALTER TABLE t ALTER COLUMN a TYPE real
--! UPDATE t SET a = 1.5
-- shorter
ALTER TABLE t ALTER COLUMN b TYPE varchar(3)
--= 1 seven
