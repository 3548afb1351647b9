// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/comparator/randomplanter/storage.h"

namespace planting {

const std::vector<Storage> &storages()
{
    static const std::vector<Storage> All{
        {Kind::Text, Engine::Sqlite, "TEXT", Form::Unlimited},
        {Kind::Text, Engine::Sqlite, "VARCHAR(60)", Form::Plain},
        {Kind::Text, Engine::Postgres, "text", Form::Unlimited},
        {Kind::Text, Engine::Postgres, "character varying(120)", Form::Plain},
        {Kind::Text, Engine::Postgres, "char(24)", Form::Padded},
        {Kind::Text, Engine::Mariadb, "longtext", Form::Unlimited},
        {Kind::Text, Engine::Mariadb, "varchar(120)", Form::Plain},
        {Kind::Text, Engine::Mariadb, "char(24)", Form::Padded},
        {Kind::Text, Engine::Mariadb, "varchar(80) CHARACTER SET latin1", Form::Latin},

        {Kind::Integer, Engine::Sqlite, "INTEGER", Form::Number, 63},
        {Kind::Integer, Engine::Sqlite, "TEXT", Form::Words, 63},
        {Kind::Integer, Engine::Postgres, "smallint", Form::Number, 15},
        {Kind::Integer, Engine::Postgres, "integer", Form::Number, 31},
        {Kind::Integer, Engine::Postgres, "bigint", Form::Number, 63},
        {Kind::Integer, Engine::Postgres, "numeric(20)", Form::Number, 63},
        {Kind::Integer, Engine::Postgres, "text", Form::Words, 63},
        {Kind::Integer, Engine::Mariadb, "tinyint", Form::Number, 7},
        {Kind::Integer, Engine::Mariadb, "mediumint", Form::Number, 23},
        {Kind::Integer, Engine::Mariadb, "int", Form::Number, 31},
        {Kind::Integer, Engine::Mariadb, "bigint", Form::Number, 63},
        {Kind::Integer, Engine::Mariadb, "bigint unsigned", Form::Number, -63},
        {Kind::Integer, Engine::Mariadb, "decimal(20)", Form::Number, 63},
        {Kind::Integer, Engine::Mariadb, "varchar(40)", Form::Words, 63},

        {Kind::Decimal, Engine::Sqlite, "NUMERIC", Form::Number},
        {Kind::Decimal, Engine::Sqlite, "REAL", Form::Double},
        {Kind::Decimal, Engine::Sqlite, "TEXT", Form::Words},
        {Kind::Decimal, Engine::Postgres, "numeric", Form::Number},
        {Kind::Decimal, Engine::Postgres, "numeric(16,4)", Form::Number},
        {Kind::Decimal, Engine::Postgres, "double precision", Form::Double},
        {Kind::Decimal, Engine::Postgres, "real", Form::Single},
        {Kind::Decimal, Engine::Postgres, "text", Form::Words},
        {Kind::Decimal, Engine::Mariadb, "decimal(16,4)", Form::Number},
        {Kind::Decimal, Engine::Mariadb, "double", Form::Double},
        {Kind::Decimal, Engine::Mariadb, "float", Form::Single},
        {Kind::Decimal, Engine::Mariadb, "varchar(40)", Form::Words},

        {Kind::Timestamp, Engine::Sqlite, "TEXT", Form::Words, 6},
        {Kind::Timestamp, Engine::Postgres, "timestamp with time zone", Form::Zoned, 6},
        {Kind::Timestamp, Engine::Postgres, "timestamp", Form::Wall, 6},
        {Kind::Timestamp, Engine::Postgres, "timestamp(3)", Form::Wall, 3},
        {Kind::Timestamp, Engine::Postgres, "date", Form::Day},
        {Kind::Timestamp, Engine::Postgres, "text", Form::Words, 6},
        {Kind::Timestamp, Engine::Mariadb, "datetime(6)", Form::Wall, 6},
        {Kind::Timestamp, Engine::Mariadb, "datetime(3)", Form::Wall, 3},
        {Kind::Timestamp, Engine::Mariadb, "datetime", Form::Wall, 0},
        {Kind::Timestamp, Engine::Mariadb, "timestamp(6) NULL DEFAULT NULL", Form::Wall, 6},
        {Kind::Timestamp, Engine::Mariadb, "date", Form::Day},
        {Kind::Timestamp, Engine::Mariadb, "varchar(50)", Form::Words, 6},

        {Kind::Boolean, Engine::Sqlite, "BOOLEAN", Form::Truth},
        {Kind::Boolean, Engine::Sqlite, "TEXT", Form::Words},
        {Kind::Boolean, Engine::Postgres, "boolean", Form::Truth},
        {Kind::Boolean, Engine::Postgres, "smallint", Form::Bits},
        {Kind::Boolean, Engine::Postgres, "text", Form::Words},
        {Kind::Boolean, Engine::Mariadb, "boolean", Form::Truth},
        {Kind::Boolean, Engine::Mariadb, "bit(1)", Form::Bits},
        {Kind::Boolean, Engine::Mariadb, "varchar(8)", Form::Words},

        {Kind::Binary, Engine::Sqlite, "BLOB", Form::Bytes},
        {Kind::Binary, Engine::Postgres, "bytea", Form::Bytes},
        {Kind::Binary, Engine::Mariadb, "varbinary(80)", Form::Bytes},
        {Kind::Binary, Engine::Mariadb, "blob", Form::Bytes},

        {Kind::Json, Engine::Sqlite, "TEXT", Form::Words},
        {Kind::Json, Engine::Postgres, "json", Form::Words},
        {Kind::Json, Engine::Postgres, "jsonb", Form::Words},
        {Kind::Json, Engine::Postgres, "text", Form::Words},
        {Kind::Json, Engine::Mariadb, "json", Form::Words},
        {Kind::Json, Engine::Mariadb, "longtext", Form::Words},
    };
    return All;
}

} // namespace planting
