-- Queries by name.

-- name: get-user
-- One of them.
SELECT id, name FROM users
WHERE id = $1;

-- name: count-users
SELECT count(*) FROM users;
