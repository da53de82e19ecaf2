-- Runs once, on an empty database server: the hub gets a role and a database of its own.
-- The role is not a superuser, because a superuser passes through row security.
\getenv password HUB_DATABASE_PASSWORD
-- It works as hub_app, which owns nothing and so cannot change what row security says.
CREATE ROLE hub LOGIN PASSWORD :'password';
CREATE ROLE hub_app NOLOGIN;
GRANT hub_app TO hub;
CREATE DATABASE hub OWNER hub;
REVOKE CONNECT ON DATABASE hub FROM PUBLIC;
