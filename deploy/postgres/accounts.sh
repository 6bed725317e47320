#!/bin/sh
# Runs once, when the data folder is empty: each service has a database and an account of its own, and may enter no other.
set -eu

for service in user order notification; do
  password=$(cat "/run/secrets/${service}_service")
  psql --set=ON_ERROR_STOP=1 --set=name="${service}_service" --set=password="$password" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
