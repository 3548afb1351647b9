// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/services/comparator/randomplanter/field.h"

#include <cstdlib>
#include <limits>

namespace planting {

namespace {

const std::vector<Kind> Kinds{Kind::Text,    Kind::Text,      Kind::Text,      Kind::Integer, Kind::Integer, Kind::Decimal,
                              Kind::Decimal, Kind::Timestamp, Kind::Timestamp, Kind::Boolean, Kind::Binary,  Kind::Json};
const std::vector<std::string> ColumnNames{"select", "Mixed Case", "k\u00e4se", "order", "a.b", "x-y", "1st", "what?", "$1",
                                           "quo\"te", "back`tick", "it's", "100%", "\u5217", "name"};
const std::vector<std::string> Pieces{"a",  "b",  "Ab", "abc",    "X",      "1", "10", "1:a", "'", "\"", "\\",    "|",    "#",
                                      ":",  ",",  "~",  "-",      "NULL",   " ", "  ", "\t",  "%", "_",  "{}",    "\r\n", "\x01",
                                      "=",  "\u00e9", "\u00fc", "\u00df"};
const std::vector<std::string> WidePieces{"e\u0301", "\u6f22\u5b57", "\U0001F600", "<null>", "\u200d", "\u2028"};
constexpr const char *Blanks = " \t\r\n\f\v";
constexpr long long Second = 1'000'000;
constexpr long long Day = 86'400 * Second;

const Storage *storageOf(Kind kind, Engine engine, Random &random)
{
    std::vector<const Storage *> fitting;
    for (const Storage &storage : storages()) {
        if (storage.kind == kind && storage.engine == engine) fitting.push_back(&storage);
    }
    return random.of(fitting);
}

bool flipsCase(char &c)
{
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    else if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    else return false;
    return true;
}

void flipBit(char &c)
{
    c = static_cast<char>(static_cast<unsigned char>(c) ^ 1U);
}

void dropTrailingBlanks(std::string &text)
{
    text.erase(text.find_last_not_of(' ') + 1);
}

void replaceFirst(std::string &text, const std::string &what, const std::string &with)
{
    const std::size_t at = text.find(what);
    if (at != std::string::npos) text.replace(at, what.size(), with);
}

} // namespace

Field::Field(int number, const std::array<Engine, Sides> &engines, Random &random)
    : m_kind(random.of(Kinds))
    , m_name("f" + std::to_string(number))
{
    for (std::size_t side = 0; side < Sides; ++side) {
        m_columns[side] = random.of(ColumnNames) + " " + std::to_string(number);
        m_storage[side] = storageOf(m_kind, engines[side], random);
        m_latin |= m_storage[side]->form == Form::Latin;
        m_padded |= m_storage[side]->form == Form::Padded;
    }
    m_long = m_storage[0]->form == Form::Unlimited && m_storage[1]->form == Form::Unlimited && random.oneIn(3);
    if (m_padded) m_pieces = 3;
    m_nullable = !random.oneIn(4);
    m_sensitive = random.oneIn(6);
    m_ignored = random.oneIn(8);
    limitNumbers();
    setRules(random);
}

void Field::limitNumbers()
{
    m_low = 0;
    m_high = 1;
    const auto of = [this](std::size_t side) { return *m_storage[side]; };
    if (m_kind == Kind::Integer) {
        const int bits = std::min(std::abs(of(0).digits), std::abs(of(1).digits));
        m_high = bits == 63 ? std::numeric_limits<long long>::max() : (1LL << bits) - 1;
        m_low = of(0).digits < 0 || of(1).digits < 0 ? 0 : -m_high - 1;
    } else if (m_kind == Kind::Decimal) {
        // So many digits that every type of both sides holds and shows them all.
        const bool single = of(0).form == Form::Single || of(1).form == Form::Single;
        m_high = single ? 999'999 : 999'999'999'999;
        m_low = -m_high;
    } else if (m_kind == Kind::Timestamp) {
        m_low = 9'131 * Day; // 1995
        m_high = 23'741 * Day; // 2035
        for (const Storage *storage : m_storage) {
            const long long unit = storage->form == Form::Day ? Day : storage->digits == 0 ? Second : storage->digits == 3 ? 1'000 : 1;
            m_unit = std::max(m_unit, unit);
        }
    }
}

void Field::setRules(Random &random)
{
    if (m_kind == Kind::Text && random.oneIn(4)) {
        m_transforms.push_back(random.of(std::vector<std::string>{"TRIM", "LOWER", "UPPER"}));
        if (random.oneIn(3) && m_transforms[0] != "TRIM") m_transforms.emplace_back("TRIM");
    }
    const bool mapped = (m_kind == Kind::Text && m_transforms.empty() && !m_latin && !m_padded) ||
                        (m_kind == Kind::Integer && m_high >= 32'767);
    if (mapped && random.oneIn(5)) return setValueMap(random);
    if (m_kind == Kind::Decimal && random.oneIn(3)) m_scale = static_cast<int>(random.between(0, 6));
    if (m_kind == Kind::Decimal && random.oneIn(5))
        m_tolerance = random.of(std::vector<long long>{1, 50, 10'000});
    if (m_kind == Kind::Integer && random.oneIn(6)) {
        m_tolerance = random.of(std::vector<long long>{1, 5});
        m_low = std::max(m_low, -1'000'000LL);
        m_high = std::min(m_high, 1'000'000LL);
    }
    if (m_kind != Kind::Timestamp) return;
    if (random.oneIn(5)) m_tolerance = random.of(std::vector<long long>{Second / 2, Second, Day});
    for (std::size_t side = 0; side < Sides; ++side) {
        const Form form = m_storage[side]->form;
        if ((form == Form::Wall || form == Form::Words) && random.oneIn(4))
            m_zones[side] = random.oneIn(2) ? "Asia/Shanghai" : "Asia/Kolkata"; // whose clocks were never set since 1995
    }
}

void Field::setValueMap(Random &random)
{
    if (m_kind == Kind::Integer) {
        m_pairs = {Pair{"1", "10"}, Pair{"2", "20"}, Pair{"3", "30"}};
        return;
    }
    m_pairs = {Pair{"A", "active"}, Pair{"B", "blocked"}, Pair{"", "gone"}};
    if (!random.oneIn(3)) return;
    m_pairs.push_back(Pair{"-", std::nullopt});
    m_nullable = false;
}

Value Field::random(Random &random) const
{
    Value value;
    if (m_nullable && random.oneIn(7)) return value;
    value.null = false;
    if (!m_pairs.empty()) {
        const auto pairs = static_cast<long long>(m_pairs.size());
        value.number = random.oneIn(5) ? Unmapped + random.between(0, 9) : random.between(0, pairs - 1);
        if (random.oneIn(20)) value.number = -random.between(1, pairs);
        return value;
    }
    value.number = random.between(m_low, m_high);
    if (random.oneIn(2) && m_kind != Kind::Timestamp) value.number = random.between(std::max(m_low, -20LL), std::min(m_high, 20LL));
    if (random.oneIn(30)) value.number = random.oneIn(2) ? m_low : m_high;
    if (m_kind == Kind::Text) value.text = randomText(random);
    if (m_kind == Kind::Json) value.json = randomNode(random);
    if (m_kind == Kind::Binary) {
        for (long long i = random.between(0, 40); i > 0; --i)
            value.text += static_cast<char>(random.oneIn(4) ? 0 : random.between(-128, 127));
    }
    return fitting(value);
}

std::string Field::randomText(Random &random) const
{
    std::string text;
    for (long long i = random.between(0, static_cast<long long>(m_pieces)); i > 0; --i)
        text += !m_latin && random.oneIn(5) ? random.of(WidePieces) : random.of(Pieces);
    if (!m_long || !random.oneIn(15)) return text;
    std::string more = text.empty() ? "long" : text;
    while (more.size() < 3'000)
        more += more;
    return more;
}

Value Field::changed(const Value &from, Random &random) const
{
    if (from.null || random.oneIn(5)) return this->random(random);
    if (m_nullable && random.oneIn(8)) return {};
    if (!m_pairs.empty()) return this->random(random);
    return fitting(near(from, random));
}

Value Field::near(Value value, Random &random) const
{
    const long long step = random.of(std::vector<long long>{m_unit, m_tolerance.value_or(m_unit), m_tolerance.value_or(0) + m_unit});
    switch (m_kind) {
    case Kind::Integer:
    case Kind::Decimal:
        if (random.oneIn(4) && value.number > m_low) value.number = -value.number;
        else if (random.oneIn(2) && value.number <= m_high - step) value.number += step;
        else if (value.number >= m_low + step) value.number -= step;
        return value;
    case Kind::Timestamp:
        value.number += random.oneIn(3) ? 8 * 3'600 * Second : random.oneIn(2) ? step : -step;
        return value;
    case Kind::Boolean:
        value.number = 1 - value.number;
        return value;
    case Kind::Binary:
        if (random.oneIn(3) || value.text.empty()) value.text += '\0';
        else flipBit(value.text[random.below(value.text.size())]);
        value.text.resize(std::min<std::size_t>(value.text.size(), 64));
        return value;
    case Kind::Json:
        value.json = changedNode(value.json, random);
        return value;
    case Kind::Text:
        break;
    }
    const long long how = random.between(0, 4);
    if (how == 0) {
        for (char &c : value.text) {
            if (flipsCase(c)) break;
        }
    } else if (how == 1 && !m_padded && value.text.size() < 60) {
        value.text += random.of(std::vector<std::string>{" ", "\t", "a", "\n"});
    } else if (how == 2 && !m_latin && !m_padded) {
        replaceFirst(value.text, "\u00e9", "e\u0301");
    } else if (how == 3) {
        value.text.clear();
    } else if (!value.text.empty() && !m_padded && value.text.size() < 60) {
        value.text.insert(0, " ");
    }
    return value;
}

// What both sides' types can hold and give back.
Value Field::fitting(Value value) const
{
    if (m_padded) dropTrailingBlanks(value.text);
    if (m_kind == Kind::Integer || m_kind == Kind::Decimal || m_kind == Kind::Timestamp)
        value.number = std::clamp(value.number, m_low, m_high);
    if (m_kind == Kind::Timestamp) value.number -= value.number % m_unit;
    return value;
}

std::string Field::transformed(std::string text) const
{
    for (const std::string &transform : m_transforms) {
        if (transform == "TRIM") {
            text.erase(text.find_last_not_of(Blanks) + 1);
            text.erase(0, text.find_first_not_of(Blanks));
            continue;
        }
        // Letters beyond ASCII occur in one case alone.
        for (char &c : text) {
            const bool isLower = c >= 'a' && c <= 'z', isUpper = c >= 'A' && c <= 'Z';
            if ((transform == "UPPER" && isLower) || (transform == "LOWER" && isUpper)) flipsCase(c);
        }
    }
    return text;
}

bool Field::same(const Value &legacy, const Value &fresh) const
{
    if (legacy.null || fresh.null) return legacy.null && fresh.null;
    if (!m_pairs.empty()) return legacy.number == fresh.number && legacy.number >= 0;
    if (m_kind == Kind::Text) return transformed(legacy.text) == transformed(fresh.text);
    if (m_kind == Kind::Binary) return legacy.text == fresh.text;
    if (m_kind == Kind::Json) return legacy.json == fresh.json;
    if (!m_tolerance) return legacy.number == fresh.number;
    return std::llabs(legacy.number - fresh.number) <= *m_tolerance;
}

} // namespace planting
