-- Section 2 of the facts: constraints that refuse what was written before.

-- @common
CREATE TABLE tickets (id int PRIMARY KEY, state text NOT NULL, priority int, assignee text, opened date, closed date);
INSERT INTO tickets VALUES (1, 'open', 3, 'ann', '2024-01-02', NULL), (2, 'legacy', 5, 'bob', '2024-01-03', '2024-01-04');

-- @cell 2 CHECK
-- @case check added, insert of a literal outside the list
-- @expect agree
-- @setup
DELETE FROM tickets WHERE id = 2;
-- @old
INSERT INTO tickets (id, state) VALUES ($1, 'parked')
-- @args 3
-- @change
ALTER TABLE tickets ADD CONSTRAINT state_known CHECK (state IN ('open', 'closed'));

-- @case check added, insert of a literal in the list
-- @expect agree, with a warning
-- @setup
DELETE FROM tickets WHERE id = 2;
-- @old
INSERT INTO tickets (id, state) VALUES ($1, 'open')
-- @args 3
-- @change
ALTER TABLE tickets ADD CONSTRAINT state_known CHECK (state IN ('open', 'closed'));

-- @case check added, update to a parameter outside the list
-- @expect agree
-- @setup
DELETE FROM tickets WHERE id = 2;
-- @old
UPDATE tickets SET state = $2 WHERE id = $1
-- @args 1|parked
-- @change
ALTER TABLE tickets ADD CONSTRAINT state_known CHECK (state = ANY (ARRAY['open', 'closed']));

-- @case check added where rows break it
-- @expect beyond analysis
-- @undetectable the rows decide whether the migration fails
-- @old
SELECT count(*) FROM tickets WHERE state = $1
-- @args legacy
-- @change
ALTER TABLE tickets ADD CONSTRAINT state_known CHECK (state IN ('open', 'closed'));

-- @case check not valid, unrelated update of an old bad row
-- @expect agree
-- @old
UPDATE tickets SET assignee = $2 WHERE id = $1
-- @args 2|eve
-- @change
ALTER TABLE tickets ADD CONSTRAINT state_known CHECK (state IN ('open', 'closed')) NOT VALID;

-- @case check not valid, unrelated update of a good row
-- @expect agree, with a warning
-- @old
UPDATE tickets SET assignee = $2 WHERE id = $1
-- @args 1|eve
-- @change
ALTER TABLE tickets ADD CONSTRAINT state_known CHECK (state IN ('open', 'closed')) NOT VALID;

-- @case check not valid, insert of a bad row
-- @expect agree
-- @old
INSERT INTO tickets (id, state, priority) VALUES ($1, $2, $3) RETURNING id
-- @args 3|legacy|1
-- @change
ALTER TABLE tickets ADD CONSTRAINT state_known CHECK (state IN ('open', 'closed')) NOT VALID;

-- @case check not valid, old bad rows are deleted
-- @expect agree
-- @old
DELETE FROM tickets WHERE closed < $1 RETURNING id
-- @args 2025-01-01
-- @change
ALTER TABLE tickets ADD CONSTRAINT state_known CHECK (state IN ('open', 'closed')) NOT VALID;

-- @case check not valid, on conflict update of an old bad row
-- @expect agree
-- @old
INSERT INTO tickets (id, state) VALUES (2, 'open') ON CONFLICT (id) DO UPDATE SET assignee = $1
-- @args eve
-- @change
ALTER TABLE tickets ADD CONSTRAINT state_known CHECK (state IN ('open', 'closed')) NOT VALID;

-- @case check not valid, row locked only
-- @expect agree
-- @old
SELECT id, state FROM tickets WHERE id = $1 FOR UPDATE
-- @args 2
-- @change
ALTER TABLE tickets ADD CONSTRAINT state_known CHECK (state IN ('open', 'closed')) NOT VALID;

-- @case check added, insert or nothing does not swallow it
-- @expect agree
-- @old
INSERT INTO tickets (id, state, priority) VALUES ($1, 'open', -1) ON CONFLICT DO NOTHING
-- @args 7
-- @change
ALTER TABLE tickets ADD CHECK (priority > 0);

-- @case check added, null passes it
-- @expect agree, with a warning
-- @old
INSERT INTO tickets (id, state, priority) VALUES ($1, 'open', $2)
-- @args 7|\N
-- @change
ALTER TABLE tickets ADD CHECK (priority > 0);

-- @case check that asks for a value, insert omits the column
-- @expect agree
-- @old
INSERT INTO tickets (id, state) VALUES ($1, 'open')
-- @args 7
-- @change
ALTER TABLE tickets ADD CONSTRAINT assigned CHECK (assignee IS NOT NULL);

-- @case check over two columns, update of one of them
-- @expect agree
-- @old
UPDATE tickets SET opened = $2 WHERE id = $1
-- @args 2|2024-06-01
-- @change
ALTER TABLE tickets ADD CHECK (closed >= opened);

-- @case check added, arithmetic goes below zero
-- @expect agree
-- @old
UPDATE tickets SET priority = priority - $2 WHERE id = $1 RETURNING priority
-- @args 1|5
-- @change
ALTER TABLE tickets ADD CONSTRAINT positive CHECK (priority >= 0);

-- @case check added, copy of a bad row
-- @expect agree
-- @old
COPY tickets (id, state, priority) FROM STDIN
-- @copy 8\topen\t0\n
-- @change
ALTER TABLE tickets ADD CHECK (priority BETWEEN 1 AND 5);

-- @case check added, merge insert of a bad row
-- @expect agree
-- @old
MERGE INTO tickets t USING (VALUES (9, 'new')) s (id, state) ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id, state) VALUES (s.id, s.state)
-- @change
ALTER TABLE tickets ADD CHECK (state <> 'new');

-- @case check replaced by a narrower one
-- @expect agree
-- @setup
CREATE TABLE jobs (id int, kind text CONSTRAINT kind_known CHECK (kind IN ('mail', 'push', 'sms')));
-- @old
INSERT INTO jobs (id, kind) VALUES (1, 'sms'), (2, 'mail')
-- @change
ALTER TABLE jobs DROP CONSTRAINT kind_known, ADD CONSTRAINT kind_known CHECK (kind IN ('mail', 'push'));

-- @case check replaced by a wider one
-- @expect agree, with a warning
-- @setup
CREATE TABLE jobs (id int, kind text CONSTRAINT kind_known CHECK (kind IN ('mail', 'push')));
-- @old
INSERT INTO jobs (id, kind) VALUES (1, 'push'), (2, 'mail')
-- @change
ALTER TABLE jobs DROP CONSTRAINT kind_known, ADD CONSTRAINT kind_known CHECK (kind IN ('mail', 'push', 'sms'));

-- @case check with the new column's value missing
-- @expect agree
-- @old
INSERT INTO tickets (id, state) VALUES ($1, 'open')
-- @args 4
-- @change
ALTER TABLE tickets ADD COLUMN team int, ADD CONSTRAINT owner CHECK (num_nonnulls(team, assignee) = 1) NOT VALID;

-- @case check on a partition, insert to the parent
-- @expect agree
-- @setup
CREATE TABLE logs (day date, level int) PARTITION BY RANGE (day); CREATE TABLE logs_24 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
-- @old
INSERT INTO logs (day, level) VALUES ($1, $2)
-- @args 2024-03-03|9
-- @change
ALTER TABLE logs_24 ADD CHECK (level < 5);

-- @case check added, written by a cascaded key update
-- @expect agree
-- @setup
CREATE TABLE codes (code text PRIMARY KEY); INSERT INTO codes VALUES ('ab');
CREATE TABLE uses (code text REFERENCES codes ON UPDATE CASCADE); INSERT INTO uses VALUES ('ab');
-- @old
UPDATE codes SET code = $1
-- @args abc
-- @change
ALTER TABLE uses ADD CHECK (length(code) = 2);

-- @case domain check added, insert
-- @expect agree
-- @setup
CREATE DOMAIN email AS text; CREATE TABLE users (id int, mail email);
-- @old
INSERT INTO users (id, mail) VALUES ($1, $2)
-- @args 1|nobody
-- @change
ALTER DOMAIN email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%');

-- @case domain check added, cast
-- @expect missed
-- @setup
CREATE DOMAIN pct AS int;
-- @old
SELECT $1::int::pct * 2
-- @args 150
-- @change
ALTER DOMAIN pct ADD CHECK (VALUE BETWEEN 0 AND 100);

-- @case domain check added, function argument
-- @expect missed
-- @setup
CREATE DOMAIN pct AS int; CREATE FUNCTION half(p pct) RETURNS int LANGUAGE sql AS 'SELECT p / 2';
-- @old
SELECT half($1)
-- @args 150
-- @change
ALTER DOMAIN pct ADD CHECK (VALUE <= 100);

-- @case domain check not valid, unrelated update of a bad row
-- @expect agree
-- @setup
CREATE DOMAIN email AS text; CREATE TABLE users (id int, mail email, name text); INSERT INTO users VALUES (1, 'nobody', 'x');
-- @old
UPDATE users SET name = $1 WHERE id = 1
-- @args y
-- @change
ALTER DOMAIN email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%') NOT VALID;

-- @case domain check not valid, bad value copied to another row
-- @expect agree
-- @setup
CREATE DOMAIN email AS text; CREATE TABLE users (id int, mail email); INSERT INTO users VALUES (1, 'nobody');
CREATE TABLE invites (mail email);
-- @old
INSERT INTO invites (mail) SELECT lower(mail) FROM users
-- @change
ALTER DOMAIN email ADD CONSTRAINT has_at CHECK (VALUE LIKE '%@%') NOT VALID;

-- @case column becomes a domain with a check
-- @expect agree
-- @setup
CREATE DOMAIN sku AS text CHECK (VALUE ~ '^[A-Z]+$'); CREATE TABLE parts (id int, code text);
-- @old
INSERT INTO parts (id, code) VALUES (1, $1)
-- @args abc
-- @change
ALTER TABLE parts ALTER COLUMN code TYPE sku;

-- @cell 2 UNIQUE or EXCLUDE
-- @common
CREATE EXTENSION btree_gist;
CREATE TABLE users (id int PRIMARY KEY, email text, tenant int, handle text);
INSERT INTO users VALUES (1, 'ann@x', 1, 'ann'), (2, 'bob@x', 1, NULL);

-- @case unique added, insert of a second row
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2)
-- @args 3|ann@x
-- @change
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);

-- @case unique added, insert of a new value
-- @expect agree, with a warning
-- @old
INSERT INTO users (id, email) VALUES ($1, $2)
-- @args 3|eve@x
-- @change
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);

-- @case unique added, update
-- @expect agree
-- @old
UPDATE users SET email = $2 WHERE id = $1
-- @args 2|ann@x
-- @change
CREATE UNIQUE INDEX CONCURRENTLY users_email ON users (email);

-- @case unique added, on conflict on another column
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email
-- @args 3|ann@x
-- @change
ALTER TABLE users ADD UNIQUE (email);

-- @case unique added, on conflict on another column does nothing
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING
-- @args 3|ann@x
-- @change
ALTER TABLE users ADD UNIQUE (email);

-- @case unique added, insert or nothing without a target
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id
-- @args 3|ann@x
-- @change
ALTER TABLE users ADD UNIQUE (email);

-- @case unique added, two rows in one insert
-- @expect agree
-- @old
INSERT INTO users (id, email) SELECT i, 'same@x' FROM unnest($1::int[]) AS i
-- @args {5,6}
-- @change
ALTER TABLE users ADD UNIQUE (email);

-- @case unique added where rows repeat
-- @expect beyond analysis
-- @undetectable the rows decide whether the migration fails
-- @old
SELECT count(DISTINCT tenant) FROM users
-- @change
ALTER TABLE users ADD UNIQUE (tenant);

-- @case unique expression index, insert in another case
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2)
-- @args 3|ANN@x
-- @change
CREATE UNIQUE INDEX users_email_ci ON users (lower(email));

-- @case partial unique index, insert of a second active row
-- @expect agree
-- @setup
CREATE TABLE subs (id int PRIMARY KEY, user_id int, active bool DEFAULT true); INSERT INTO subs VALUES (1, 1, true), (2, 1, false);
-- @old
INSERT INTO subs (id, user_id) VALUES ($1, $2)
-- @args 3|1
-- @change
CREATE UNIQUE INDEX one_active ON subs (user_id) WHERE active;

-- @case partial unique index, rows outside of it
-- @expect agree, with a warning
-- @setup
CREATE TABLE subs (id int PRIMARY KEY, user_id int, active bool DEFAULT true); INSERT INTO subs VALUES (1, 1, true), (2, 1, false);
-- @old
INSERT INTO subs (id, user_id, active) VALUES ($1, $2, false)
-- @args 3|1
-- @change
CREATE UNIQUE INDEX one_active ON subs (user_id) WHERE active;

-- @case unique nulls not distinct, insert omits the column
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2)
-- @args 3|eve@x
-- @change
ALTER TABLE users ADD UNIQUE NULLS NOT DISTINCT (handle);

-- @case unique, nulls are distinct
-- @expect agree
-- @old
INSERT INTO users (id, email) VALUES ($1, $2)
-- @args 3|eve@x
-- @change
ALTER TABLE users ADD UNIQUE (handle);

-- @case unique becomes nulls not distinct
-- @expect agree
-- @setup
CREATE TABLE slots (room int, label text, CONSTRAINT one_label UNIQUE (room, label)); INSERT INTO slots VALUES (1, NULL);
-- @old
INSERT INTO slots (room, label) VALUES ($1, $2)
-- @args 1|\N
-- @change
ALTER TABLE slots DROP CONSTRAINT one_label, ADD CONSTRAINT one_label UNIQUE NULLS NOT DISTINCT (room, label);

-- @case unique becomes nulls not distinct, upsert adds a row
-- @expect missed
-- @setup
CREATE TABLE slots (room int, label text, n int DEFAULT 1, CONSTRAINT one_label UNIQUE (room, label)); INSERT INTO slots VALUES (1, NULL);
-- @old
INSERT INTO slots (room, label) VALUES ($1, $2) ON CONFLICT (room, label) DO UPDATE SET n = slots.n + 1 RETURNING n
-- @args 1|\N
-- @change
ALTER TABLE slots DROP CONSTRAINT one_label, ADD CONSTRAINT one_label UNIQUE NULLS NOT DISTINCT (room, label);

-- @case composite unique narrowed, insert
-- @expect agree
-- @setup
CREATE TABLE slugs (tenant int, slug text, CONSTRAINT slug_key UNIQUE (tenant, slug)); INSERT INTO slugs VALUES (1, 'home');
-- @old
INSERT INTO slugs (tenant, slug) VALUES ($1, $2)
-- @args 2|home
-- @change
ALTER TABLE slugs DROP CONSTRAINT slug_key, ADD CONSTRAINT slug_key UNIQUE (slug);

-- @case primary key added, renumbering update
-- @expect agree
-- @setup
CREATE TABLE ranks (pos int, who text); INSERT INTO ranks VALUES (1, 'a'), (2, 'b'), (3, 'c');
-- @old
UPDATE ranks SET pos = pos + 1
-- @change
ALTER TABLE ranks ADD PRIMARY KEY (pos);

-- @case deferrable key added, renumbering update
-- @expect agree, with a warning
-- @setup
CREATE TABLE ranks (pos int, who text); INSERT INTO ranks VALUES (1, 'a'), (2, 'b'), (3, 'c');
-- @old
UPDATE ranks SET pos = pos + 1
-- @change
ALTER TABLE ranks ADD UNIQUE (pos) DEFERRABLE;

-- @case unique deferrable becomes immediate, two updates exchange
-- @expect agree
-- @setup
CREATE TABLE ranks (pos int CONSTRAINT pos_key UNIQUE DEFERRABLE INITIALLY DEFERRED, who text); INSERT INTO ranks VALUES (1, 'a'), (2, 'b');
-- @old
UPDATE ranks SET pos = 2 WHERE who = 'a';
UPDATE ranks SET pos = 1 WHERE who = 'b';
-- @change
ALTER TABLE ranks DROP CONSTRAINT pos_key, ADD CONSTRAINT pos_key UNIQUE (pos);

-- @case unique added, merge insert
-- @expect agree
-- @old
MERGE INTO users u USING (VALUES (3, 'ann@x')) s (id, email) ON u.id = s.id
WHEN MATCHED THEN UPDATE SET email = s.email WHEN NOT MATCHED THEN INSERT (id, email) VALUES (s.id, s.email)
-- @change
ALTER TABLE users ADD UNIQUE (email);

-- @case unique added, copy
-- @expect agree
-- @old
COPY users (id, email) FROM STDIN
-- @copy 3\tann@x\n
-- @change
ALTER TABLE users ADD UNIQUE (email);

-- @case unique added, guarded by not exists
-- @expect agree, with a warning
-- @old
INSERT INTO users (id, email) SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM users WHERE email = $2)
-- @args 3|ann@x
-- @change
ALTER TABLE users ADD UNIQUE (email);

-- @case exclude added, overlapping booking
-- @expect agree
-- @setup
CREATE TABLE bookings (id int PRIMARY KEY, room int, during daterange); INSERT INTO bookings VALUES (1, 7, '[2024-01-01,2024-01-05)');
-- @old
INSERT INTO bookings (id, room, during) VALUES ($1, 7, daterange($2, $3))
-- @args 2|2024-01-03|2024-01-09
-- @change
ALTER TABLE bookings ADD EXCLUDE USING gist (room WITH =, during WITH &&);

-- @case exclude added, on conflict on the key
-- @expect agree
-- @setup
CREATE TABLE bookings (id int PRIMARY KEY, room int, during daterange); INSERT INTO bookings VALUES (1, 7, '[2024-01-01,2024-01-05)');
-- @old
INSERT INTO bookings (id, room, during) VALUES ($1, 7, daterange($2, $3)) ON CONFLICT (id) DO UPDATE SET during = EXCLUDED.during
-- @args 2|2024-01-03|2024-01-09
-- @change
ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&);

-- @case exclude added, insert or nothing without a target
-- @expect agree
-- @setup
CREATE TABLE bookings (id int PRIMARY KEY, room int, during daterange); INSERT INTO bookings VALUES (1, 7, '[2024-01-01,2024-01-05)');
-- @old
INSERT INTO bookings (id, room, during) VALUES ($1, 7, daterange($2, $3)) ON CONFLICT DO NOTHING
-- @args 2|2024-01-03|2024-01-09
-- @change
ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&);

-- @case exclude added, update grows a booking
-- @expect agree
-- @setup
CREATE TABLE bookings (id int PRIMARY KEY, room int, during daterange); INSERT INTO bookings VALUES (1, 7, '[2024-01-01,2024-01-05)'), (2, 7, '[2024-01-05,2024-01-08)');
-- @old
UPDATE bookings SET during = daterange(lower(during), $2) WHERE id = $1
-- @args 1|2024-01-07
-- @change
ALTER TABLE bookings ADD EXCLUDE USING gist (room WITH =, during WITH &&);

-- @case exclude added where rows overlap
-- @expect beyond analysis
-- @undetectable the rows decide whether the migration fails
-- @setup
CREATE TABLE bookings (room int, during daterange); INSERT INTO bookings VALUES (7, '[2024-01-01,2024-01-05)'), (7, '[2024-01-04,2024-01-08)');
-- @old
SELECT max(upper(during)) FROM bookings
-- @change
ALTER TABLE bookings ADD EXCLUDE USING gist (room WITH =, during WITH &&);

-- @case exclude deferred, checked when asked
-- @expect agree
-- @setup
CREATE TABLE bookings (id int PRIMARY KEY, room int, during daterange); INSERT INTO bookings VALUES (1, 7, '[2024-01-01,2024-01-05)');
-- @old
INSERT INTO bookings (id, room, during) VALUES (2, 7, '[2024-01-02,2024-01-03)');
SET CONSTRAINTS ALL IMMEDIATE;
-- @change
ALTER TABLE bookings ADD EXCLUDE USING gist (room WITH =, during WITH &&) DEFERRABLE INITIALLY DEFERRED;

-- @cell 2 FOREIGN KEY
-- @common
CREATE TABLE teams (id int PRIMARY KEY, code text UNIQUE, name text);
CREATE TABLE players (id int PRIMARY KEY, team_id int, team_code text, nick text);
INSERT INTO teams VALUES (1, 'red', 'Reds'), (2, 'blue', 'Blues'), (3, 'grey', 'Greys');
INSERT INTO players VALUES (1, 1, 'red', 'a'), (2, 2, 'blue', 'b');

-- @case foreign key added, child insert
-- @expect agree
-- @old
INSERT INTO players (id, team_id, nick) VALUES ($1, $2, $3)
-- @args 3|9|c
-- @change
ALTER TABLE players ADD CONSTRAINT players_team FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added, child insert without a parent
-- @expect agree, with a warning
-- @old
INSERT INTO players (id, team_id, nick) VALUES ($1, $2, $3)
-- @args 3|\N|c
-- @change
ALTER TABLE players ADD CONSTRAINT players_team FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key not valid, child update
-- @expect agree
-- @old
UPDATE players SET team_id = $2 WHERE id = $1
-- @args 1|9
-- @change
ALTER TABLE players ADD CONSTRAINT players_team FOREIGN KEY (team_id) REFERENCES teams NOT VALID;

-- @case foreign key not valid, unrelated update of an orphan
-- @expect agree
-- @setup
INSERT INTO players VALUES (5, 99, NULL, 'o');
-- @old
UPDATE players SET nick = $2 WHERE id = $1
-- @args 5|p
-- @change
ALTER TABLE players ADD CONSTRAINT players_team FOREIGN KEY (team_id) REFERENCES teams NOT VALID;

-- @case foreign key added where a parent is missing
-- @expect beyond analysis
-- @undetectable the rows decide whether the migration fails
-- @setup
INSERT INTO players VALUES (5, 99, NULL, 'o');
-- @old
SELECT p.id FROM players p LEFT JOIN teams t ON t.id = p.team_id WHERE t.id IS NULL
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added, child copy
-- @expect agree
-- @old
COPY players (id, team_id) FROM STDIN
-- @copy 3\t9\n
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added, child insert or nothing
-- @expect agree
-- @old
INSERT INTO players (id, team_id) VALUES ($1, $2) ON CONFLICT DO NOTHING
-- @args 3|9
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added, child upsert
-- @expect agree
-- @old
INSERT INTO players (id, team_code) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET team_code = EXCLUDED.team_code
-- @args 1|pink
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_code) REFERENCES teams (code);

-- @case foreign key added, child and parent in one statement
-- @expect agree, with a warning
-- @old
WITH t AS (INSERT INTO teams (id, code) VALUES ($1, $2) RETURNING id) INSERT INTO players (id, team_id) SELECT 7, id FROM t
-- @args 8|teal
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added, child before its parent
-- @expect agree
-- @old
INSERT INTO players (id, team_id) VALUES (7, 8);
INSERT INTO teams (id, code) VALUES (8, 'teal');
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added deferred, child before its parent
-- @expect agree, with a warning
-- @old
INSERT INTO players (id, team_id) VALUES (7, 8);
INSERT INTO teams (id, code) VALUES (8, 'teal');
SET CONSTRAINTS ALL IMMEDIATE;
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams DEFERRABLE INITIALLY DEFERRED;

-- @case foreign key no longer deferred, child before its parent
-- @expect agree
-- @setup
ALTER TABLE players ADD CONSTRAINT pt FOREIGN KEY (team_id) REFERENCES teams DEFERRABLE INITIALLY DEFERRED;
-- @old
INSERT INTO players (id, team_id) VALUES (7, 8);
INSERT INTO teams (id, code) VALUES (8, 'teal');
-- @change
ALTER TABLE players ALTER CONSTRAINT pt NOT DEFERRABLE;

-- @case foreign key added, parent delete
-- @expect agree
-- @old
DELETE FROM teams WHERE id = $1
-- @args 1
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added, delete of a parent without children
-- @expect agree, with a warning
-- @old
DELETE FROM teams WHERE id = $1
-- @args 3
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added, parent key update
-- @expect agree
-- @old
UPDATE teams SET code = $2 WHERE id = $1
-- @args 1|crimson
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_code) REFERENCES teams (code);

-- @case foreign key added, parent update of other columns
-- @expect agree
-- @old
UPDATE teams SET name = $2 WHERE id = $1
-- @args 1|crimson
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_code) REFERENCES teams (code);

-- @case foreign key added, parent update follows
-- @expect agree
-- @old
UPDATE teams SET code = $2 WHERE id = $1
-- @observe SELECT team_code FROM players ORDER BY id
-- @args 1|crimson
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_code) REFERENCES teams (code) ON UPDATE CASCADE;

-- @case foreign key added, parent deleted by join
-- @expect agree
-- @old
DELETE FROM teams t USING players p WHERE p.team_id = t.id AND p.nick = $1 RETURNING t.code
-- @args b
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams ON DELETE RESTRICT;

-- @case foreign key added, merge deletes a parent
-- @expect agree
-- @old
MERGE INTO teams t USING (VALUES (1)) s (id) ON t.id = s.id WHEN MATCHED THEN DELETE
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added, parent and children deleted in one statement
-- @expect agree, with a warning
-- @old
WITH p AS (DELETE FROM players WHERE team_id = $1) DELETE FROM teams WHERE id = $1
-- @args 1
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added, parent deleted before its children
-- @expect agree
-- @old
DELETE FROM teams WHERE id = 1;
DELETE FROM players WHERE team_id = 1;
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added, truncate of the parent
-- @expect agree
-- @old
TRUNCATE teams
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key from a new empty table, truncate of the parent
-- @expect agree
-- @old
TRUNCATE TABLE teams RESTART IDENTITY
-- @change
CREATE TABLE coaches (id int PRIMARY KEY, team_id int REFERENCES teams ON DELETE CASCADE);

-- @case foreign key added, truncate of both
-- @expect agree
-- @old
TRUNCATE players, teams
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added, truncate cascade empties the child
-- @expect missed
-- @old
TRUNCATE teams CASCADE
-- @observe SELECT count(*) FROM players
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case foreign key added, truncate of the child
-- @expect agree
-- @old
TRUNCATE players
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;

-- @case truncate of two tables, a third refers to one
-- @expect agree
-- @setup
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams;
-- @old
TRUNCATE teams, players
-- @change
CREATE TABLE scores (player_id int REFERENCES players, pts int);

-- @case on delete cascade becomes no action
-- @expect agree
-- @setup
ALTER TABLE players ADD CONSTRAINT pt FOREIGN KEY (team_id) REFERENCES teams ON DELETE CASCADE;
-- @old
DELETE FROM teams WHERE id = $1
-- @args 2
-- @change
ALTER TABLE players DROP CONSTRAINT pt;
ALTER TABLE players ADD CONSTRAINT pt FOREIGN KEY (team_id) REFERENCES teams;

-- @case on delete cascade becomes set null
-- @expect agree
-- @setup
ALTER TABLE players ADD CONSTRAINT pt FOREIGN KEY (team_id) REFERENCES teams ON DELETE CASCADE;
-- @old
DELETE FROM teams WHERE id = $1
-- @observe SELECT id, team_id FROM players ORDER BY id
-- @args 2
-- @change
ALTER TABLE players DROP CONSTRAINT pt, ADD CONSTRAINT pt FOREIGN KEY (team_id) REFERENCES teams ON DELETE SET NULL;

-- @case on delete set null becomes restrict
-- @expect agree
-- @setup
ALTER TABLE players ADD CONSTRAINT pt FOREIGN KEY (team_id) REFERENCES teams ON DELETE SET NULL;
-- @old
DELETE FROM teams WHERE code = $1 RETURNING id
-- @args red
-- @change
ALTER TABLE players DROP CONSTRAINT pt, ADD CONSTRAINT pt FOREIGN KEY (team_id) REFERENCES teams ON DELETE RESTRICT;

-- @case on delete cascade added, children go too
-- @expect agree
-- @old
DELETE FROM teams WHERE id = $1
-- @observe SELECT id FROM players ORDER BY id
-- @args 1
-- @change
ALTER TABLE players ADD FOREIGN KEY (team_id) REFERENCES teams ON DELETE CASCADE;

-- @case no action becomes cascade, only parents without children go
-- @expect agree, with a warning
-- @setup
ALTER TABLE players ADD CONSTRAINT pt FOREIGN KEY (team_id) REFERENCES teams;
-- @old
DELETE FROM teams t WHERE NOT EXISTS (SELECT FROM players p WHERE p.team_id = t.id)
-- @observe SELECT count(*) FROM players
-- @change
ALTER TABLE players DROP CONSTRAINT pt, ADD CONSTRAINT pt FOREIGN KEY (team_id) REFERENCES teams ON DELETE CASCADE;

-- @case on update cascade becomes no action
-- @expect agree
-- @setup
ALTER TABLE players ADD CONSTRAINT pt FOREIGN KEY (team_code) REFERENCES teams (code) ON UPDATE CASCADE;
-- @old
UPDATE teams SET code = upper(code)
-- @change
ALTER TABLE players DROP CONSTRAINT pt, ADD CONSTRAINT pt FOREIGN KEY (team_code) REFERENCES teams (code);

-- @case foreign key with match full, half of the key
-- @expect agree
-- @setup
CREATE TABLE cells (x int, y int, PRIMARY KEY (x, y)); CREATE TABLE marks (x int, y int);
-- @old
INSERT INTO marks (x) VALUES ($1)
-- @args 1
-- @change
ALTER TABLE marks ADD FOREIGN KEY (x, y) REFERENCES cells MATCH FULL;

-- @case foreign key dropped
-- @expect agree
-- @setup
ALTER TABLE players ADD CONSTRAINT pt FOREIGN KEY (team_id) REFERENCES teams;
-- @old
DELETE FROM teams WHERE id = $1
-- @args 3
-- @change
ALTER TABLE players DROP CONSTRAINT pt;

-- @case foreign key with cascade dropped, children stay
-- @expect missed
-- @setup
ALTER TABLE players ADD CONSTRAINT pt FOREIGN KEY (team_id) REFERENCES teams ON DELETE CASCADE;
-- @old
DELETE FROM teams WHERE id = $1
-- @observe SELECT id FROM players ORDER BY id
-- @args 1
-- @change
ALTER TABLE players DROP CONSTRAINT pt;
