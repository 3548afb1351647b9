// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Plants every trap row into two databases and prints the truth about each: it knows nothing of the
// comparator and is linked with nothing of it. Arguments: kind and place of LEGACY, then of NEW
// (sqlite FILE, postgres URL, mariadb mariadb://USER@HOST:PORT/NAME). A line of the answer: the text
// key, the number key, the outcome: "equal", "missing", "extra", or field:CAUSE of each difference.
#include <libpq-fe.h>
#include <mariadb/mysql.h>
#include <sqlite3.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

enum Engine { Sqlite, Postgres, Mariadb };

struct Side {
    Engine engine;
    std::string place;
};

// How a value is written in SQL; null where an engine has no such value.
struct Value {
    const char *sqlite;
    const char *postgres;
    const char *mariadb;
    const char *of(Engine engine) const
    {
        return engine == Sqlite ? sqlite : engine == Postgres ? postgres : mariadb;
    }
};

constexpr Value all(const char *text)
{
    return {text, text, text};
}

struct Trap {
    const char *name;
    const char *columns;
    Value legacy;
    Value fresh;
    const char *outcome;
};

constexpr Value Zoned{"'2026-03-01T10:00:00+08:00'", "'2026-03-01T10:00:00+08:00'", "'2026-03-01 02:00:00'"};
constexpr Value InUtc{"'2026-03-01T02:00:00Z'", "'2026-03-01T02:00:00Z'", "'2026-03-01 02:00:00'"};
constexpr Value SameWall{"'2026-03-01T10:00:00Z'", "'2026-03-01T10:00:00Z'", "'2026-03-01 10:00:00'"};
constexpr Value NoDate{nullptr, nullptr, "'0000-00-00 00:00:00'"};

// t, l (latin1 where there is such a thing) texts, c padded text, d decimal, i and u integers (u without
// sign), f double, s single precision, g single in LEGACY and double in NEW, w instant, b boolean,
// x bytes, j JSON.
const std::vector<Trap> Traps{
    {"null_empty", "t", all("NULL"), all("''"), "t:NULL_EMPTY"},
    {"empty_blank", "t", all("''"), all("' '"), "t:TRAILING_SPACE"},
    {"null_word", "t", all("NULL"), all("'NULL'"), "t:VALUE"},
    {"null_tag", "t", all("'<null>'"), all("NULL"), "t:VALUE"},
    {"null_dash", "t", all("'-'"), all("NULL"), "t:VALUE"},
    {"word_tag", "t", all("'NULL'"), all("'<null>'"), "t:VALUE"},
    {"null_null", "t", all("NULL"), all("NULL"), "equal"},
    {"null_moves", "t, l", all("NULL, 'v'"), all("'v', NULL"), "l:VALUE t:VALUE"},
    {"bars", "t, l", all("'a|b', 'c'"), all("'a', 'b|c'"), "l:VALUE t:VALUE"},
    {"hashes", "t, l", all("'a#b', 'c'"), all("'a', 'b#c'"), "l:VALUE t:VALUE"},
    {"lengths", "t, l", all("'1:a', ''"), all("'', '1:a'"), "l:VALUE t:VALUE"},
    {"quotes", "t, l", all("'a\",\"b', 'c'"), all("'a', 'b\",\"c'"), "l:VALUE t:VALUE"},
    {"case", "t", all("'Abc'"), all("'abc'"), "t:CASE"},
    {"accent", "t", all("'resume'"), all("'r\u00e9sum\u00e9'"), "t:VALUE"},
    {"sharp_s", "t", all("'stra\u00dfe'"), all("'strasse'"), "t:CASE"},
    {"trailing", "t", all("'x '"), all("'x'"), "t:TRAILING_SPACE"},
    {"trailing_tab", "t", all("'x'"), all("'x\t'"), "t:TRAILING_SPACE"},
    {"leading", "t", all("' x'"), all("'x'"), "t:VALUE"},
    {"padding", "c", all("'ab'"), {"'ab'", "'ab    '", "'ab    '"}, "equal"},
    {"padded_other", "c", all("'ab'"), all("'abc'"), "c:VALUE"},
    {"composed", "t", all("'caf\u00e9'"), all("'cafe\u0301'"), "t:UNICODE_FORM"},
    {"latin1", "l", all("'caf\u00e9 \u00fc'"), all("'caf\u00e9 \u00fc'"), "equal"},
    {"latin1_other", "l", all("'caf\u00e9'"), all("'caf\u00e8'"), "l:VALUE"},
    {"emoji", "t", all("'\U0001F600 ok'"), all("'\U0001F600 ok'"), "equal"},
    {"emoji_other", "t", all("'\U0001F600'"), all("'\U0001F601'"), "t:VALUE"},
    {"markup", "t", all("'<b>''x''</b>'"), all("'<b>''x''</b>'"), "equal"},
    {"backslash", "t", all("'100%_\\\\n'"), all("'100%_\\\\n'"), "equal"},
    {"backslash_other", "t", all("'a\\\\b'"), all("'a\\b'"), "t:VALUE"},
    {"not_utf8", "t", {"CAST(x'ff41' AS TEXT)", nullptr, nullptr}, all("'A'"), "t:VALUE"},
    {"not_utf8_other", "t", {"CAST(x'ff41' AS TEXT)", nullptr, nullptr}, {"CAST(x'fe41' AS TEXT)", nullptr, nullptr},
     "t:VALUE"},
    {"not_utf8_equal", "t", {"CAST(x'ff41' AS TEXT)", nullptr, nullptr}, {"CAST(x'ff41' AS TEXT)", nullptr, nullptr},
     "equal"},
    {"swap_one", "t", all("'Ann'"), all("'Bob'"), "t:VALUE"},
    {"swap_two", "t", all("'Bob'"), all("'Ann'"), "t:VALUE"},
    {"scale_zeros", "d", all("10.5"), all("10.50"), "equal"},
    {"scale_more", "d", all("10.504"), all("10.50"), "d:SCALE"},
    {"sign", "d", all("5"), all("-5"), "d:VALUE"},
    {"minus_zero", "d", all("0"), all("-0.00"), "equal"},
    {"tens", "d", all("100"), all("10"), "d:VALUE"},
    {"decimal_long", "d", {nullptr, "12345678901234567.89", "12345678901234567.89"},
     {nullptr, "12345678901234567.89", "12345678901234567.8900"}, "equal"}, // SQLite keeps a double of it
    {"decimal_long_other", "d", {nullptr, "12345678901234567.89", "12345678901234567.89"},
     {nullptr, "12345678901234567.88", "12345678901234567.88"}, "d:VALUE"},
    {"decimal_nan", "d", {nullptr, "'NaN'", nullptr}, all("0"), "d:VALUE"},
    {"words", "i", all("1"), all("4294967296"), "i:VALUE"},
    {"words_negative", "i", all("-1"), all("4294967295"), "i:VALUE"},
    {"odd_2_53", "i", all("9007199254740993"), all("9007199254740993"), "equal"},
    {"odd_2_53_other", "i", all("9007199254740993"), all("9007199254740992"), "i:VALUE"},
    {"least", "i", all("-9223372036854775808"), all("-9223372036854775808"), "equal"},
    {"unsigned", "u", {"'18446744073709551615'", "18446744073709551615", "18446744073709551615"},
     {"'18446744073709551615'", "18446744073709551615", "18446744073709551615"}, "equal"},
    {"unsigned_other", "u", {"'18446744073709551615'", "18446744073709551615", "18446744073709551615"},
     {"'18446744073709551614'", "18446744073709551614", "18446744073709551614"}, "u:VALUE"},
    {"huge", "f", all("1e300"), all("1e300"), "equal"},
    {"huge_other", "f", all("1e300"), all("1.0000000000000002e300"), "f:VALUE"},
    {"third_digit", "f", {"0.1 + 0.2", "0.30000000000000004", "0.30000000000000004e0"},
     {"0.30000000000000004", "0.30000000000000004", "0.30000000000000004e0"}, "equal"},
    {"last_bit", "f", all("0.30000000000000004e0"), all("0.3e0"), "f:SCALE"},
    {"float_minus_zero", "f", all("0e0"), {"-0.0", "'-0'", "-0e0"}, "equal"},
    {"float_nan", "f", {nullptr, "'NaN'", nullptr}, {nullptr, "'NaN'", nullptr}, "equal"},
    {"float_infinity", "f", {"9e999", "'Infinity'", nullptr}, {"-9e999", "'-Infinity'", nullptr}, "f:VALUE"},
    {"single", "s", all("0.1"), all("0.1"), "equal"},
    {"single_last_bit", "s", all("0.1"), all("0.10000001"), "s:SCALE"},
    {"single_seven", "s", all("16777216"), all("16777214"), "s:VALUE"},
    {"single_double", "g", all("0.1"), all("0.1"), "equal"}, // as both write it
    {"single_double_other", "g", all("0.1"), all("0.10000002"), "g:SCALE"},
    {"zone_equal", "w", Zoned, InUtc, "equal"},
    {"zone_wall", "w", Zoned, SameWall, "w:TIME_ZONE"},
    {"micros", "w", {"'2026-03-01T12:00:00.999999Z'", "'2026-03-01T12:00:00.999999Z'", "'2026-03-01 12:00:00.999999'"},
     {"'2026-03-01T12:00:01Z'", "'2026-03-01T12:00:01Z'", "'2026-03-01 12:00:01'"}, "w:VALUE"},
    {"micros_zeros", "w", {"'2026-03-01T12:00:00.250000Z'", "'2026-03-01T12:00:00.25Z'", "'2026-03-01 12:00:00.25'"},
     {"'2026-03-01 12:00:00.25+00:00'", "'2026-03-01T12:00:00.25Z'", "'2026-03-01 12:00:00.250'"}, "equal"},
    {"finer", "w", {"'2026-03-01T12:00:00.9999996Z'", nullptr, nullptr},
     {"'2026-03-01T12:00:01Z'", "'2026-03-01T12:00:01Z'", "'2026-03-01 12:00:01'"}, "w:VALUE"},
    {"no_date", "w", NoDate, all("NULL"), "w:VALUE"},
    {"no_date_both", "w", NoDate, NoDate, "equal"},
    {"no_date_other", "w", NoDate, InUtc, "w:VALUE"},
    {"infinity", "w", {nullptr, "'infinity'", nullptr}, {nullptr, "'-infinity'", nullptr}, "w:VALUE"},
    {"before_christ", "w", {nullptr, "'0044-03-15 00:00:00+00 BC'", nullptr},
     {"'0044-03-15T00:00:00Z'", "'0044-03-15 00:00:00+00'", nullptr}, "w:VALUE"},
    {"true", "b", {"'yes'", "TRUE", "TRUE"}, {"1", "TRUE", "1"}, "equal"},
    {"false", "b", {"'f'", "FALSE", "FALSE"}, {"0", "FALSE", "0"}, "equal"},
    {"true_false", "b", all("TRUE"), all("FALSE"), "b:VALUE"},
    {"bool_null", "b", all("NULL"), all("FALSE"), "b:VALUE"},
    {"two", "b", {"2", nullptr, "2"}, all("TRUE"), "b:VALUE"},
    {"bytes", "x", {"x'00ff5c'", "'\\x00ff5c'", "x'00ff5c'"}, {"x'00ff5c'", "'\\x00FF5C'", "x'00ff5c'"}, "equal"},
    {"bytes_other", "x", {"x'00ff'", "'\\x00ff'", "x'00ff'"}, {"x'00fe'", "'\\x00fe'", "x'00fe'"}, "x:VALUE"},
    {"bytes_longer", "x", {"x'00'", "'\\x00'", "x'00'"}, {"x'0000'", "'\\x0000'", "x'0000'"}, "x:VALUE"},
    {"bytes_empty", "x", all("NULL"), {"x''", "''", "x''"}, "x:VALUE"},
    {"json_order", "j", all("'{\"a\":1,\"b\":[1,2]}'"), all("'{\"b\": [1, 2], \"a\": 1}'"), "equal"},
    {"json_array", "j", all("'[1,2]'"), all("'[2,1]'"), "j:VALUE"},
    {"json_text", "j", all("'{\"a\":\"1\"}'"), all("'{\"a\":1}'"), "j:VALUE"},
    {"json_null", "j", all("'null'"), all("NULL"), "j:VALUE"},
    {"json_digits", "j", all("'12345678901234567890123'"), all("'12345678901234567890124'"), "j:VALUE"},
    {"json_zeros", "j", all("'{\"a\":1.50}'"), all("'{\"a\":1.5}'"), "equal"},
    {"json_escape", "j", all("'\"caf\\u00e9\"'"), all("'\"caf\u00e9\"'"), "equal"},
    {"json_member", "j", all("'{\"a\":null}'"), all("'{}'"), "j:VALUE"},
};

// Keys that a language's order would sort otherwise.
const std::vector<const char *> Keys{"kZz", "ka-b", "ka_b", "k\u00e9", "ke", "kab", "ka", "kA", "k~", "k a"};
// Beside 1, 2, 3, …: far apart, and where a double would see one for two.
const std::vector<const char *> Numbers{"-5", "9007199254740993", "9007199254740992", "1000000000000",
                                        "1000000000010", "-9223372036854775808", "9223372036854775807"};
constexpr int Fillers = 700;

class Database {
public:
    explicit Database(const Side &side) : m_engine(side.engine)
    {
        if (m_engine == Sqlite) openSqlite(side.place);
        else if (m_engine == Postgres) openPostgres(side.place);
        else openMariadb(side.place);
    }
    ~Database()
    {
        sqlite3_close(m_sqlite);
        PQfinish(m_postgres);
        if (m_mariadb) mysql_close(m_mariadb);
    }
    Database(const Database &) = delete;
    Database &operator=(const Database &) = delete;
    Engine engine() const { return m_engine; }

    void run(const std::string &sql)
    {
        std::string problem;
        if (m_engine == Sqlite) {
            char *message = nullptr;
            if (sqlite3_exec(m_sqlite, sql.c_str(), nullptr, nullptr, &message) != SQLITE_OK) problem = message;
        } else if (m_engine == Postgres) {
            PGresult *result = PQexec(m_postgres, sql.c_str());
            if (PQresultStatus(result) != PGRES_COMMAND_OK) problem = PQresultErrorMessage(result);
            PQclear(result);
        } else if (mysql_real_query(m_mariadb, sql.data(), sql.size()) != 0) {
            problem = mysql_error(m_mariadb);
        }
        if (!problem.empty()) throw std::runtime_error(problem + " in " + sql);
    }

private:
    void openSqlite(const std::string &file)
    {
        if (sqlite3_open(file.c_str(), &m_sqlite) != SQLITE_OK) throw std::runtime_error("cannot open " + file);
    }
    void openPostgres(const std::string &url)
    {
        m_postgres = PQconnectdb(url.c_str());
        if (PQstatus(m_postgres) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(m_postgres));
    }
    void openMariadb(const std::string &url)
    {
        char user[64], host[64], name[64];
        unsigned port = 0;
        if (std::sscanf(url.c_str(), "mariadb://%63[^@]@%63[^:]:%u/%63s", user, host, &port, name) != 4)
            throw std::runtime_error("no place: " + url);
        m_mariadb = mysql_init(nullptr);
        mysql_options(m_mariadb, MYSQL_SET_CHARSET_NAME, "utf8mb4");
        if (!mysql_real_connect(m_mariadb, host, user, "", name, port, nullptr, 0))
            throw std::runtime_error(mysql_error(m_mariadb));
        run("SET time_zone = '+00:00', sql_mode = 'NO_BACKSLASH_ESCAPES'");
    }

    Engine m_engine;
    sqlite3 *m_sqlite = nullptr;
    PGconn *m_postgres = nullptr;
    MYSQL *m_mariadb = nullptr;
};

void create(Database &db, bool legacy)
{
    if (db.engine() == Sqlite)
        db.run("CREATE TABLE people (id TEXT PRIMARY KEY, n INTEGER UNIQUE, t TEXT, l TEXT, c TEXT, d NUMERIC, "
               "i INTEGER, u TEXT, f REAL, s REAL, g REAL, w TEXT, b BOOLEAN, x BLOB, j TEXT)");
    else if (db.engine() == Postgres)
        db.run(std::string("CREATE TABLE people (id text PRIMARY KEY, n bigint UNIQUE, t text, l text, c char(8), "
                           "d numeric, i bigint, u numeric(20), f double precision, s real, g ") +
               (legacy ? "real" : "double precision") + ", w timestamptz, b boolean, x bytea, j jsonb)");
    else
        db.run(std::string("CREATE TABLE people (id varchar(60) COLLATE utf8mb4_bin PRIMARY KEY, n bigint UNIQUE, "
                           "t varchar(200), l varchar(50) CHARACTER SET latin1, c char(8), d decimal(38, 10), "
                           "i bigint, u bigint unsigned, f double, s float, g ") +
               (legacy ? "float" : "double") + ", w datetime(6), b tinyint(1), x varbinary(99), j json)");
}

void insert(Database &db, const std::string &id, const std::string &number, const std::string &columns,
            const std::string &values)
{
    db.run("INSERT INTO people (id, n, " + columns + ") VALUES ('" + id + "', " + number + ", " + values + ")");
}

// Rows that are equal, each in the way of its engine, so that most segments are.
void fill(Database &db, int number)
{
    const std::string i = std::to_string(number);
    const bool sqlite = db.engine() == Sqlite;
    const std::string instant = db.engine() == Mariadb ? "'2026-03-01 02:00:00.5'"
                                : sqlite               ? "'2026-03-01T10:00:00.50+08:00'"
                                                       : "'2026-03-01T02:00:00.500Z'";
    insert(db, "filler " + i, i, "t, l, c, d, i, u, f, s, w, b",
           "'text " + i + "', 'l\u00e9', 'pad', " + i + ".50, -" + i + ", " + (sqlite ? "'" + i + "'" : i) + ", " + i +
               ".25, 0.1, " + instant + ", TRUE");
}

void plant(const Side &legacySide, const Side &newSide)
{
    Database legacy(legacySide);
    Database fresh(newSide);
    for (Database *side : {&legacy, &fresh}) {
        create(*side, side == &legacy);
        if (side->engine() != Mariadb) side->run("BEGIN");
    }
    int number = 0;
    const auto tell = [](const std::string &id, const std::string &key, const char *outcome) {
        std::printf("%s\t%s\t%s\n", id.c_str(), key.c_str(), outcome);
    };
    for (const Trap &trap : Traps) {
        const std::string n = std::to_string(++number);
        const char *one = trap.legacy.of(legacy.engine());
        const char *other = trap.fresh.of(fresh.engine());
        if (!one || !other) continue;
        insert(legacy, trap.name, n, trap.columns, one);
        insert(fresh, trap.name, n, trap.columns, other);
        tell(trap.name, n, trap.outcome);
    }
    for (const char *id : Keys) {
        const std::string n = std::to_string(++number);
        for (Database *side : {&legacy, &fresh})
            insert(*side, id, n, "t", "'same'");
        tell(id, n, "equal");
    }
    for (const char *n : Numbers) {
        for (Database *side : {&legacy, &fresh})
            insert(*side, std::string("n") + n, n, "t", side == &legacy || n[0] == '9' ? "'one'" : "'other'");
        tell(std::string("n") + n, n, n[0] == '9' ? "equal" : "t:VALUE");
    }
    insert(legacy, "only legacy", "501", "t", "'x'");
    tell("only legacy", "501", "missing");
    insert(fresh, "only new", "502", "t", "'x'");
    tell("only new", "502", "extra");
    for (int i = 0; i < Fillers; ++i) {
        fill(legacy, 1'000 + i);
        fill(fresh, 1'000 + i);
    }
    for (Database *side : {&legacy, &fresh}) {
        if (side->engine() != Mariadb) side->run("COMMIT");
    }
}

Side sideOf(const char *kind, const char *place)
{
    const std::string word = kind;
    return {word == "SQLITE" ? Sqlite : word == "POSTGRESQL" ? Postgres : Mariadb, place};
}

} // namespace

int main(int count, char **arguments)
{
    if (count != 5) return 2;
    try {
        plant(sideOf(arguments[1], arguments[2]), sideOf(arguments[3], arguments[4]));
    } catch (const std::exception &problem) {
        std::fprintf(stderr, "%s\n", problem.what());
        return 1;
    }
    return 0;
}
