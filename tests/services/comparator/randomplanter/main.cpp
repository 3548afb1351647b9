// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Plants rounds of two tables each, of random columns, rows and mutations, and prints the truth about them: it knows
// nothing of the comparator and is linked with nothing of it. What a row means is kept apart from how either side writes
// it, so the truth is a comparison of meanings.
//
// Arguments: SEED FIRST COUNT, then of LEGACY and of NEW the places of SQLite, PostgreSQL and MariaDB. A line of JSON a
// round: {"round", "legacy" and "new" (engines), "equal" (rows), "truth": {entity: ["MISSING"], ["EXTRA"] or the fields
// that differ}, "mapping" without sources, "tables" as they were created}.
#include "tests/services/comparator/randomplanter/field.h"
#include "tests/services/comparator/randomplanter/key.h"
#include "tests/services/comparator/reference/database.h"

#include <iterator>
#include <map>
#include <memory>
#include <stdexcept>

namespace planting {
namespace {

constexpr std::array Engines{Engine::Sqlite, Engine::Postgres, Engine::Mariadb};
constexpr std::array EngineWords{"SQLITE", "POSTGRESQL", "MARIADB"};
constexpr std::size_t RowsAtOnce = 100;
constexpr std::size_t MostMutations = 250;

using Row = std::vector<Value>;
using Rows = std::map<Key, Row>;

class Round {
public:
    Round(std::uint64_t seed, std::uint64_t number)
        : m_random(seed, number)
        , m_number(number)
        , m_engines{Engines[m_random.below(3)], Engines[m_random.below(3)]}
        , m_key(m_engines, m_random)
    {
        const long long fields = m_random.oneIn(15) ? m_random.between(10, 40) : m_random.between(1, 9);
        for (int i = 0; i < fields; ++i)
            m_fields.emplace_back(i, m_engines, m_random);
        m_fields[m_random.below(m_fields.size())].compare();
        for (std::size_t side = 0; side < Sides; ++side)
            m_tables[side] = std::string(m_random.oneIn(3) ? "Round no " : "round_") + std::to_string(number) +
                             (side == 0 ? "_legacy" : "_new");
        for (std::size_t side = 0; side < Sides; ++side)
            m_definitions[side] = definition(side);
        setRows();
        mutate();
    }

    Engine engine(std::size_t side) const { return m_engines[side]; }
    void plant(std::size_t side, ReferenceDatabase &database);
    void tell();

private:
    static std::size_t rowCount(Random &random);
    Row randomRow();
    void setRows();
    void mutate();
    void mutateOne();
    void changeRow(std::size_t side);
    void swapRows(std::size_t side);
    const Key *anyKey(std::size_t side);
    std::string definition(std::size_t side); // in another order of columns each time
    std::vector<std::string> differing(const Row &legacy, const Row &fresh) const;

    Random m_random;
    std::uint64_t m_number;
    std::array<Engine, Sides> m_engines;
    KeyColumns m_key;
    std::vector<Field> m_fields;
    std::array<std::string, Sides> m_tables;
    std::array<std::string, Sides> m_definitions;
    std::array<Rows, Sides> m_rows;
    std::vector<Key> m_strangers; // that one side alone may get
};

std::size_t Round::rowCount(Random &random)
{
    switch (random.between(0, 9)) {
    case 0:
        return random.below(3);
    case 1:
    case 2:
        return random.below(30);
    case 9:
        return 400 + random.below(1'200);
    default:
        return 30 + random.below(270);
    }
}

Row Round::randomRow()
{
    Row row;
    for (const Field &field : m_fields)
        row.push_back(field.random(m_random));
    return row;
}

void Round::setRows()
{
    const std::size_t count = rowCount(m_random);
    const std::set<Key> keys = m_key.some(count + 40, m_random);
    std::vector<Key> mixed(keys.begin(), keys.end());
    m_random.shuffle(mixed);
    const std::size_t shared = std::min(count, mixed.size());
    m_strangers.assign(mixed.begin() + static_cast<std::ptrdiff_t>(shared), mixed.end());
    for (std::size_t i = 0; i < shared; ++i)
        m_rows[0][mixed[i]] = m_rows[1][mixed[i]] = randomRow();
}

void Round::mutate()
{
    const std::size_t rows = m_rows[0].size() + 1;
    std::size_t count = 0;
    switch (m_random.between(0, 5)) {
    case 0:
        break;
    case 1:
        count = 1;
        break;
    case 2:
        count = 1 + m_random.below(5);
        break;
    case 3:
        count = rows / 10;
        break;
    case 4:
        count = rows / 2;
        break;
    default:
        count = 2 * rows;
    }
    for (count = std::min(count, MostMutations); count > 0; --count)
        mutateOne();
}

void Round::mutateOne()
{
    const std::size_t side = m_random.oneIn(3) ? 0 : 1;
    const long long how = m_random.between(0, 9);
    if (how == 0 && !m_strangers.empty()) {
        m_rows[side][m_strangers.back()] = randomRow();
        m_strangers.pop_back();
        return;
    }
    const Key *key = anyKey(side);
    if (!key) return;
    if (how == 1) {
        m_rows[side].erase(*key);
    } else if (how == 2) {
        const std::optional<Key> other = m_key.otherCase(*key);
        if (!other || m_rows[side].contains(*other)) return;
        Row row = m_rows[side].at(*key);
        m_rows[side].erase(*key);
        m_rows[side][*other] = std::move(row);
    } else if (how == 3) {
        swapRows(side);
    } else {
        changeRow(side);
    }
}

const Key *Round::anyKey(std::size_t side)
{
    if (m_rows[side].empty()) return nullptr;
    return &std::next(m_rows[side].begin(), static_cast<std::ptrdiff_t>(m_random.below(m_rows[side].size())))->first;
}

void Round::changeRow(std::size_t side)
{
    Row &row = m_rows[side].at(*anyKey(side));
    for (long long i = m_random.between(1, 2); i > 0; --i) {
        const std::size_t place = m_random.below(m_fields.size());
        row[place] = m_fields[place].changed(row[place], m_random);
    }
}

// What cancels out in a sum or an exclusive or of the values.
void Round::swapRows(std::size_t side)
{
    Row &one = m_rows[side].at(*anyKey(side)), &other = m_rows[side].at(*anyKey(side));
    if (&one == &other) return;
    if (m_random.oneIn(2)) return std::swap(one, other);
    const std::size_t place = m_random.below(m_fields.size());
    std::swap(one[place], other[place]);
}

std::string Round::definition(std::size_t side)
{
    std::vector<std::string> columns;
    for (const Field &field : m_fields)
        columns.push_back(name(m_engines[side], field.column(side)) + " " + field.type(side) + ", ");
    columns.push_back(name(m_engines[side], "of no field") + " integer, ");
    m_random.shuffle(columns);
    std::string text = "CREATE TABLE " + name(m_engines[side], m_tables[side]) + " (";
    for (const std::string &column : columns)
        text += column;
    return text + m_key.definitions(side) + ")";
}

void Round::plant(std::size_t side, ReferenceDatabase &database)
{
    database.run(m_definitions[side]);
    std::vector<const Rows::value_type *> rows;
    for (const auto &row : m_rows[side])
        rows.push_back(&row);
    m_random.shuffle(rows);
    std::string head = "INSERT INTO " + name(m_engines[side], m_tables[side]) + " (";
    for (std::size_t i = 0; i < m_key.size(); ++i)
        head += name(m_engines[side], m_key.column(i)) + ", ";
    for (const Field &field : m_fields)
        head += name(m_engines[side], field.column(side)) + ", ";
    head += name(m_engines[side], "of no field") + ") VALUES ";
    database.run("BEGIN");
    for (std::size_t begin = 0; begin < rows.size(); begin += RowsAtOnce) {
        std::string sql = head;
        for (std::size_t i = begin; i < std::min(begin + RowsAtOnce, rows.size()); ++i) {
            sql += (i == begin ? "(" : ", (") + m_key.sql(side, rows[i]->first);
            for (std::size_t place = 0; place < m_fields.size(); ++place)
                sql += ", " + m_fields[place].sql(side, rows[i]->second[place], m_random);
            sql += ", " + std::to_string(m_random.between(0, 1'000)) + ")";
        }
        database.run(sql);
    }
    database.run("COMMIT");
}

std::vector<std::string> Round::differing(const Row &legacy, const Row &fresh) const
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < m_fields.size(); ++i) {
        if (!m_fields[i].ignored() && !m_fields[i].same(legacy[i], fresh[i])) names.push_back(m_fields[i].name());
    }
    return names;
}

void Round::tell()
{
    std::string truth;
    std::size_t equal = 0;
    const auto note = [&](const Key &key, const std::vector<std::string> &words) {
        truth += (truth.empty() ? "" : ",") + jsonText(KeyColumns::shown(key)) + ":[";
        for (std::size_t i = 0; i < words.size(); ++i)
            truth += (i == 0 ? "\"" : ",\"") + words[i] + "\"";
        truth += "]";
    };
    for (const auto &[key, row] : m_rows[0]) {
        const auto other = m_rows[1].find(key);
        if (other == m_rows[1].end()) {
            note(key, {"MISSING"});
            continue;
        }
        const std::vector<std::string> names = differing(row, other->second);
        if (names.empty()) ++equal;
        else note(key, names);
    }
    for (const auto &[key, row] : m_rows[1]) {
        if (!m_rows[0].contains(key)) note(key, {"EXTRA"});
    }
    std::string fields;
    for (const Field &field : m_fields)
        fields += (fields.empty() ? "" : ",") + field.mappingJson();
    const auto table = [&](std::size_t side) {
        return "{\"table\":" + jsonText(m_tables[side]) + "," + m_key.mappingJson() + "}";
    };
    std::printf("{\"round\":%llu,\"legacy\":\"%s\",\"new\":\"%s\",\"equal\":%zu,\"truth\":{%s},\"mapping\":{\"data_type\":"
                "\"RANDOM\",\"legacy\":%s,\"new\":%s,\"key_kind\":\"%s\",\"fields\":[%s]},\"tables\":[%s,%s]}\n",
                static_cast<unsigned long long>(m_number), EngineWords[static_cast<std::size_t>(m_engines[0])],
                EngineWords[static_cast<std::size_t>(m_engines[1])], equal, truth.c_str(), table(0).c_str(),
                table(1).c_str(), m_key.kind(), fields.c_str(), jsonText(m_definitions[0]).c_str(),
                jsonText(m_definitions[1]).c_str());
}

int run(const std::vector<std::string> &words)
{
    if (words.size() != 9) throw std::runtime_error("SEED FIRST COUNT and six places");
    std::array<std::array<std::unique_ptr<ReferenceDatabase>, Engines.size()>, Sides> databases;
    for (std::size_t side = 0; side < Sides; ++side) {
        for (std::size_t i = 0; i < Engines.size(); ++i)
            databases[side][i] = openReferenceDatabase(EngineWords[i], words[3 + side * Engines.size() + i]);
        databases[side][2]->run("SET sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'");
    }
    const std::uint64_t seed = std::stoull(words[0]), first = std::stoull(words[1]), count = std::stoull(words[2]);
    for (std::uint64_t number = first; number < first + count; ++number) {
        Round round(seed, number);
        for (std::size_t side = 0; side < Sides; ++side)
            round.plant(side, *databases[side][static_cast<std::size_t>(round.engine(side))]);
        round.tell();
    }
    return 0;
}

} // namespace
} // namespace planting

int main(int argc, char **argv)
try {
    return planting::run({argv + 1, argv + argc});
} catch (const std::exception &problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 2;
}
