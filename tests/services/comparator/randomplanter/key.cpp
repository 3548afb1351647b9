// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/comparator/randomplanter/key.h"

#include <limits>

namespace planting {

namespace {

struct KeyType {
    Engine engine;
    const char *type;
    int bits; // of a number
    bool quoted;
};
constexpr int AllBits = 63;
const std::vector<KeyType> NumberTypes{
    {Engine::Sqlite, "INTEGER", AllBits, false},        {Engine::Sqlite, "BIGINT", AllBits, false},
    {Engine::Sqlite, "TEXT", AllBits, true},            {Engine::Postgres, "bigint", AllBits, false},
    {Engine::Postgres, "integer", 31, false},           {Engine::Postgres, "smallint", 15, false},
    {Engine::Postgres, "numeric(20)", AllBits, false},  {Engine::Postgres, "text", AllBits, true},
    {Engine::Mariadb, "bigint", AllBits, false},        {Engine::Mariadb, "int", 31, false},
    {Engine::Mariadb, "smallint", 15, false},           {Engine::Mariadb, "decimal(20)", AllBits, false},
    {Engine::Mariadb, "varchar(40) COLLATE utf8mb4_bin", AllBits, true}};
constexpr const char *FoldingType = "varchar(90)"; // by the server's own collation
const std::vector<KeyType> TextTypes{{Engine::Sqlite, "TEXT", 0, true},
                                     {Engine::Postgres, "text", 0, true},
                                     {Engine::Postgres, "character varying(90)", 0, true},
                                     {Engine::Mariadb, "varchar(90) COLLATE utf8mb4_bin", 0, true},
                                     {Engine::Mariadb, FoldingType, 0, true}};
const std::vector<KeyType> UuidTypes{{Engine::Sqlite, "TEXT", 0, true},    {Engine::Postgres, "uuid", 0, true},
                                     {Engine::Postgres, "text", 0, true},  {Engine::Mariadb, "uuid", 0, true},
                                     {Engine::Mariadb, "char(36)", 0, true}};
const std::vector<std::string> KeyPieces{"a",  "A",   "b",      "Z",        "1",          "10",           "user", "-", "_", "|",
                                         "\\", "\"",  "'",      "\u00e9",   "e\u0301",    "\u6f22\u5b57", "~",    ",", ":", "{",
                                         "}",  "a b", "\U0001F600", "%", "?"};

const KeyType &typeOf(const std::vector<KeyType> &types, Engine engine, Random &random)
{
    std::vector<const KeyType *> fitting;
    for (const KeyType &type : types) {
        if (type.engine == engine) fitting.push_back(&type);
    }
    return *random.of(fitting);
}

} // namespace

KeyColumns::KeyColumns(const std::array<Engine, Sides> &engines, Random &random)
    : m_engines(engines)
    , m_style(random.between(0, 2))
{
    const long long shape = random.between(0, 9);
    m_whole = shape < 4;
    if (shape < 5) m_parts.push_back(numberPart(random)); // 4: numbers as texts
    else if (shape < 7) m_parts.push_back(textPart(random, false));
    else if (shape == 7) m_parts.push_back(textPart(random, true));
    if (shape >= 8) {
        m_parts.push_back(numberPart(random));
        m_parts.push_back(textPart(random, false));
        if (shape == 9) m_parts.push_back(random.oneIn(2) ? numberPart(random) : textPart(random, false));
        random.shuffle(m_parts);
    }
    for (int i = 0; i < 3; ++i)
        m_bases.push_back(random.between(0, std::numeric_limits<std::uint32_t>::max()));
}

KeyColumns::Part KeyColumns::numberPart(Random &random) const
{
    Part part;
    part.type = Type::Number;
    int bits = AllBits;
    for (std::size_t side = 0; side < Sides; ++side) {
        const KeyType *type = &typeOf(NumberTypes, m_engines[side], random);
        if (type->quoted) type = &typeOf(NumberTypes, m_engines[side], random); // not that often
        part.types[side] = type->type;
        part.quoted[side] = type->quoted;
        bits = std::min(bits, type->bits);
    }
    part.high = bits == AllBits ? std::numeric_limits<long long>::max() : (1LL << bits) - 1;
    part.low = -part.high - 1;
    return part;
}

KeyColumns::Part KeyColumns::textPart(Random &random, bool uuid)
{
    Part part;
    part.type = uuid ? Type::Uuid : Type::Text;
    for (std::size_t side = 0; side < Sides; ++side) {
        const KeyType &type = typeOf(uuid ? UuidTypes : TextTypes, m_engines[side], random);
        part.types[side] = type.type;
        part.quoted[side] = true;
        m_folded |= type.type == FoldingType;
    }
    return part;
}

std::string KeyColumns::text(const Part &part, Random &random) const
{
    if (part.type == Type::Number) {
        if (random.oneIn(60)) return std::to_string(random.oneIn(2) ? part.low : part.high);
        if (m_style == 0) return std::to_string(random.between(-20, 4'000));
        if (m_style == 1) return std::to_string(random.between(part.low, part.high));
        const long long base = random.of(m_bases) * 1'000'000LL;
        return std::to_string(std::min(base, part.high - 2'000) + random.between(0, 2'000));
    }
    std::string text;
    if (part.type == Type::Uuid) {
        for (const int digits : {8, 4, 4, 4, 12}) {
            if (!text.empty()) text += '-';
            for (int i = 0; i < digits; ++i)
                text += "0123456789abcdef"[random.below(16)];
        }
        text[14] = '4'; // MariaDB takes only what RFC 4122 allows
        text[19] = "89ab"[random.below(4)];
        return text;
    }
    if (m_folded || random.oneIn(2)) { // lower case, and otherwise no two that a collation takes for the same
        text = std::vector<std::string>{"user", "u", "a-b", "x.y"}[random.below(4)];
        return text + std::to_string(random.between(0, 5'000));
    }
    for (long long i = random.between(0, 5); i > 0; --i)
        text += random.of(KeyPieces);
    return text;
}

std::set<Key> KeyColumns::some(std::size_t count, Random &random) const
{
    std::set<Key> keys;
    for (std::size_t tries = 0; keys.size() < count && tries < 20 * count; ++tries) {
        Key key;
        for (const Part &part : m_parts)
            key.push_back(text(part, random));
        keys.insert(std::move(key));
    }
    return keys;
}

std::optional<Key> KeyColumns::otherCase(const Key &key) const
{
    if (m_parts.size() != 1 || m_parts[0].type != Type::Text) return std::nullopt;
    Key other = key;
    for (char &c : other[0]) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    if (other == key) return std::nullopt;
    return other;
}

std::string KeyColumns::definitions(std::size_t side) const
{
    std::string columns, list;
    for (std::size_t i = 0; i < m_parts.size(); ++i) {
        const std::string quoted = name(m_engines[side], column(i));
        columns += quoted + " " + m_parts[i].types[side] + " NOT NULL, ";
        list += (i == 0 ? "" : ", ") + quoted;
    }
    return columns + "PRIMARY KEY (" + list + ")";
}

std::string KeyColumns::sql(std::size_t side, const Key &key) const
{
    std::string text;
    for (std::size_t i = 0; i < m_parts.size(); ++i)
        text += (i == 0 ? "" : ", ") + (m_parts[i].quoted[side] ? literal(key[i]) : key[i]);
    return text;
}

std::string KeyColumns::mappingJson() const
{
    std::string json = "\"key\":" + jsonText(column(0));
    for (std::size_t i = 1; i < m_parts.size(); ++i)
        json += (i == 1 ? ",\"more_keys\":[" : ",") + jsonText(column(i));
    return json + (m_parts.size() > 1 ? "]" : "");
}

std::string KeyColumns::shown(const Key &key)
{
    if (key.size() == 1) return key[0];
    std::string text;
    for (std::size_t i = 0; i < key.size(); ++i) {
        if (i > 0) text += '|';
        for (const char c : key[i]) {
            if (c == '|' || c == '\\') text += '\\';
            text += c;
        }
    }
    return text;
}

} // namespace planting
