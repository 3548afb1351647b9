// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How a field's values are written in SQL, and its rules in a mapping.
#include "tests/services/comparator/randomplanter/field.h"

#include <cstdlib>
#include <cstring>
#include <ctime>

namespace planting {

namespace {

constexpr long long Micros = 1'000'000; // in a second
const std::vector<std::string> TrueWords{"1", "t", "true", "y", "yes", "on", "TRUE", "Yes"};
const std::vector<std::string> FalseWords{"0", "f", "false", "n", "no", "off", "FALSE", "No"};

// `number` has so many digits after the point; `random` may leave out the zeros at their end.
std::string decimalText(long long number, int digits, Random *random)
{
    std::string text = std::to_string(std::llabs(number));
    const auto places = static_cast<std::size_t>(digits);
    if (text.size() <= places) text.insert(0, places - text.size() + 1, '0');
    text.insert(text.size() - places, ".");
    if (!random || random->oneIn(2)) {
        text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
    }
    return (number < 0 ? "-" : "") + text;
}

// A number in other words: with a sign, with zeros before it.
std::string inOtherWords(std::string text, Random &random)
{
    const std::size_t digits = text[0] == '-' ? 1 : 0;
    if (random.oneIn(4)) text.insert(digits, "00");
    if (digits == 0 && random.oneIn(4)) text.insert(0, "+");
    return text;
}

struct Zone {
    const char *text;
    int minutes;
};
constexpr std::array Zones{Zone{"+08:00", 480}, Zone{"-05:00", -300}, Zone{"+05:30", 330}, Zone{"+00:00", 0}, Zone{"-03:30", -210},
                           Zone{"+14", 840}};

std::string wallText(long long micros, bool withT, Random &random)
{
    const std::time_t seconds = micros / Micros;
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 80> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02d-%02d%c%02d:%02d:%02d", parts.tm_year + 1900, parts.tm_mon + 1,
                  parts.tm_mday, withT ? 'T' : ' ', parts.tm_hour, parts.tm_min, parts.tm_sec);
    const long long fraction = micros % Micros;
    if (fraction == 0 && !random.oneIn(4)) return text.data();
    const std::string digits = decimalText(fraction, 6, random.oneIn(2) ? &random : nullptr);
    return text.data() + (digits == "0" ? ".000" : digits.substr(1));
}

std::string zonedText(long long micros, bool withT, Random &random)
{
    const Zone &zone = Zones[random.below(Zones.size())];
    return wallText(micros + zone.minutes * 60 * Micros, withT, random) + zone.text;
}

long long offsetOf(const char *zone)
{
    if (!zone) return 0;
    return (std::strcmp(zone, "Asia/Shanghai") == 0 ? 480 : 330) * 60 * Micros;
}

std::string bytesSql(Engine engine, const std::string &bytes)
{
    return engine == Engine::Postgres ? "'\\x" + hexOf(bytes) + "'" : "x'" + hexOf(bytes) + "'";
}

} // namespace

std::optional<std::string> Field::mappedText(std::size_t side, long long number) const
{
    if (number >= Unmapped)
        return m_kind == Kind::Integer ? std::to_string(1'000 + number) : "other " + std::to_string(number);
    return number < 0 ? m_pairs[static_cast<std::size_t>(-1 - number)][1 - side]
                      : m_pairs[static_cast<std::size_t>(number)][side];
}

std::string Field::momentSql(std::size_t side, long long micros, Random &random) const
{
    const Form form = m_storage[side]->form;
    const long long wall = micros + offsetOf(m_zones[side]);
    if (form == Form::Day) return literal(wallText(micros, false, random).substr(0, 10));
    if (form == Form::Wall) return literal(wallText(wall, false, random));
    if (form == Form::Zoned) return literal(zonedText(micros, random.oneIn(2), random));
    const bool withT = random.oneIn(2);
    if (random.oneIn(3)) return literal(zonedText(micros, withT, random));
    if (random.oneIn(3)) return literal(wallText(micros, withT, random) + "Z");
    return literal(wallText(wall, withT, random));
}

std::string Field::sql(std::size_t side, const Value &value, Random &random) const
{
    if (value.null) return "NULL";
    const Storage &storage = *m_storage[side];
    const bool words = storage.form == Form::Words;
    if (!m_pairs.empty()) {
        const std::optional<std::string> text = mappedText(side, value.number);
        if (!text) return "NULL";
        return storage.form == Form::Number ? *text : literal(*text);
    }
    switch (m_kind) {
    case Kind::Text:
        return literal(value.text);
    case Kind::Integer:
        return words ? literal(inOtherWords(std::to_string(value.number), random)) : std::to_string(value.number);
    case Kind::Decimal:
        if (words && random.oneIn(4)) return literal(std::to_string(value.number) + "e-4");
        if (words) return literal(inOtherWords(decimalText(value.number, 4, &random), random));
        // Else MariaDB would make a double of a decimal, by ways of its own.
        return decimalText(value.number, 4, &random) +
               (storage.engine == Engine::Mariadb && storage.form != Form::Number ? "e0" : "");
    case Kind::Timestamp:
        return momentSql(side, value.number, random);
    case Kind::Boolean:
        if (words) return literal(random.of(value.number != 0 ? TrueWords : FalseWords));
        if (storage.form == Form::Bits) return value.number != 0 ? "1" : "0";
        return value.number != 0 ? "TRUE" : "FALSE";
    case Kind::Binary:
        return bytesSql(storage.engine, value.text);
    case Kind::Json:
        break;
    }
    return literal(spelt(value.json, random));
}

std::string Field::mappingJson() const
{
    constexpr std::array Words{"TEXT", "INTEGER", "DECIMAL", "TIMESTAMP", "BOOLEAN", "BINARY", "JSON"};
    std::string json = "{\"name\":" + jsonText(m_name) + ",\"legacy_column\":" + jsonText(m_columns[0]) +
                       ",\"new_column\":" + jsonText(m_columns[1]) + ",\"kind\":\"" +
                       Words[static_cast<std::size_t>(m_kind)] + "\"";
    if (m_sensitive) json += ",\"sensitive\":true";
    if (m_ignored) json += ",\"ignored\":true";
    if (m_scale >= 0) json += ",\"scale\":" + std::to_string(m_scale);
    for (std::size_t i = 0; i < m_transforms.size(); ++i)
        json += (i == 0 ? ",\"transforms\":[\"" : ",\"") + m_transforms[i] + "\"";
    if (!m_transforms.empty()) json += "]";
    if (m_tolerance) {
        const int digits = m_kind == Kind::Decimal ? 4 : m_kind == Kind::Timestamp ? 6 : 0;
        json += ",\"tolerance\":" + (digits == 0 ? std::to_string(*m_tolerance) : decimalText(*m_tolerance, digits, nullptr));
    }
    if (m_zones[0]) json += ",\"legacy_time_zone\":\"" + std::string(m_zones[0]) + "\"";
    if (m_zones[1]) json += ",\"new_time_zone\":\"" + std::string(m_zones[1]) + "\"";
    for (std::size_t i = 0; i < m_pairs.size(); ++i) {
        const auto side = [&](std::size_t of) { return m_pairs[i][of] ? jsonText(*m_pairs[i][of]) : std::string("null"); };
        json += (i == 0 ? ",\"value_map\":[{\"legacy\":" : ",{\"legacy\":") + side(0) + ",\"new\":" + side(1) + "}";
    }
    if (!m_pairs.empty()) json += "]";
    return json + "}";
}

} // namespace planting
