SELECT count(*)
FROM users
