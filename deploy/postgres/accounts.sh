#!/bin/sh
# Runs once, when the data folder is empty: creates a database and an account for each service, without access to the others.
set -eu

for service in user order notification; do
  password=$(cat "/run/secrets/${service}_service")
  psql --set=ON_ERROR_STOP=1 --set=name="${service}_service" --set=password="$password" --username "$POSTGRES_USER" <<'SQL'
CREATE ROLE :"name" LOGIN PASSWORD :'password';
CREATE DATABASE :"name" OWNER :"name";
REVOKE ALL ON DATABASE :"name" FROM PUBLIC;
SQL
done
