// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/normalform.h"

#include "models/consistency/decimalform.h"
#include "models/consistency/jsonform.h"
#include "models/consistency/memberset.h"
#include "models/consistency/timestampform.h"
#include "models/consistency/unicode.h"

#include <algorithm>
#include <array>

namespace crossfade {

namespace {

constexpr std::string_view Blanks = " \t\r\n\f\v";
constexpr char Unreadable = '\x01'; // no readable normal form of a typed value starts with it
// Of a field with a value map: before what is no value of NEW at all, and before "~" and a value that starts like this.
constexpr std::string_view NoValueOfNew = "\x01\x02";

std::string transformed(const MappedField &field, std::string text)
{
    for (const Transform transform : field.transforms) {
        if (transform != Transform::Trim) {
            text = transform == Transform::Lower ? lowered(text) : uppered(text);
            continue;
        }
        const std::size_t first = text.find_first_not_of(Blanks);
        if (first == std::string::npos) return {};
        text = text.substr(first, text.find_last_not_of(Blanks) - first + 1);
    }
    return text;
}

std::optional<std::string> decimalText(const std::string &text)
{
    const std::optional<DecimalForm> form = parseDecimal(text);
    return form ? std::optional(form->text()) : std::nullopt;
}

std::optional<std::string> timestampText(const std::string &text)
{
    const std::optional<TimestampForm> form = parseTimestamp(text);
    return form ? std::optional(form->text()) : std::nullopt;
}

std::optional<std::string> booleanText(std::string text)
{
    static constexpr std::array<std::string_view, 6> True{"1", "t", "true", "y", "yes", "on"};
    static constexpr std::array<std::string_view, 6> False{"0", "f", "false", "n", "no", "off"};
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    if (std::ranges::find(True, text) != True.end()) return "1";
    if (std::ranges::find(False, text) != False.end()) return "0";
    return std::nullopt;
}

// "\\x00ff" with the digits in lower case: what the sources make of binary values.
std::optional<std::string> binaryText(std::string text)
{
    if (!text.starts_with("\\x") || text.size() % 2 != 0) return std::nullopt;
    for (char &c : text) {
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    }
    const bool digits = text.find_first_not_of("0123456789abcdef", 2) == std::string::npos;
    return digits ? std::optional(text) : std::nullopt;
}

} // namespace

Cell normalForm(const MappedField &field, const Cell &value)
{
    if (!value) return std::nullopt;
    std::string text = transformed(field, *value);
    std::optional<std::string> normal;
    switch (field.kind) {
    case FieldKind::Text:
        return text;
    case FieldKind::Integer:
    case FieldKind::Decimal:
        normal = decimalText(text);
        break;
    case FieldKind::Timestamp:
        normal = timestampText(text);
        break;
    case FieldKind::Boolean:
        normal = booleanText(text);
        break;
    case FieldKind::Binary:
        normal = binaryText(text);
        break;
    case FieldKind::Json:
        normal = jsonForm(text);
        break;
    }
    return normal ? *normal : Unreadable + text;
}

std::optional<TimestampForm> momentOf(const MappedField &field, Platform side, const std::string &text)
{
    std::optional<TimestampForm> form = parseTimestamp(text);
    const WallClock &clock = field.clock(side);
    if (!form || form->zoned || clock.zone.empty()) return form;
    if (!clock.table) return std::nullopt;
    const WallTime wall{std::chrono::duration_cast<Milliseconds>(Seconds(form->seconds))};
    const Instant at = clock.table->firstReaching(wall);
    if (clock.table->wallTimeAt(at) != wall) return std::nullopt; // no clock ever showed it
    const std::int64_t moment = std::chrono::floor<Seconds>(at).time_since_epoch().count();
    form->offsetSeconds = static_cast<int>(form->seconds - moment);
    form->seconds = moment;
    form->zoned = true;
    return form;
}

namespace {

// Whether a value of LEGACY without a pair has the form of a value of NEW that stands for another one. Words that are no
// BOOLEAN by themselves are spellings of one, as its own are: these stay equal to it.
bool isTaken(const MappedField &field, const Cell &form)
{
    const ValuePair *pair = field.valueMap.find(Platform::New, form);
    if (!pair) return false;
    if (field.kind != FieldKind::Boolean || !form) return true;
    const Cell other = normalForm(field, pair->legacy);
    return other == "0" || other == "1";
}

Cell mappedForm(const MappedField &field, Platform side, const Cell &value)
{
    Cell form = normalForm(field, value);
    if (field.valueMap.isEmpty()) return form;
    if (side == Platform::Legacy) {
        if (const ValuePair *pair = field.valueMap.find(side, form))
            form = normalForm(field, pair->fresh);
        else if (isTaken(field, form))
            return std::string(NoValueOfNew) + (form ? "=" + *form : "-");
    }
    return form && form->starts_with(NoValueOfNew) ? std::string(NoValueOfNew) + "~" + *form : form;
}

} // namespace

Cell normalForm(const MappedField &field, Platform side, const Cell &value)
{
    return field.set ? setForm(field, side, value) : valueForm(field, side, value);
}

Cell valueForm(const MappedField &field, Platform side, const Cell &value)
{
    if (!value || field.clock(side).zone.empty()) return mappedForm(field, side, value);
    const std::string text = transformed(field, *value);
    const std::optional<TimestampForm> moment = momentOf(field, side, text);
    return moment ? moment->text() : Unreadable + text;
}

namespace {

std::string wallText(const TimestampForm &moment, const ZoneTable *zone)
{
    const Instant at = instantFromMs(moment.seconds * 1'000);
    const Instant wall{(zone ? zone->wallTimeAt(at) : WallTime(at.time_since_epoch())).time_since_epoch()};
    std::string text = formatInstant(wall).substr(0, 19); // "2026-03-01T02:00:00"
    text[10] = ' ';
    return text + (moment.fraction.empty() ? "" : "." + moment.fraction) + (zone ? "" : "+00");
}

Cell otherSpelling(const MappedField &field, Platform from, const std::string &text)
{
    const std::optional<TimestampForm> moment = momentOf(field, from, transformed(field, text));
    const WallClock &clock = field.clock(otherPlatform(from));
    if (!moment || (!clock.zone.empty() && !clock.table)) return text;
    return wallText(*moment, clock.table.get());
}

} // namespace

std::optional<Cell> writtenFor(const MappedField &field, Platform from, const Cell &value)
{
    if (field.valueMap.isEmpty() && !field.hasClocks()) return value;
    const Platform to = otherPlatform(from);
    Cell written = value;
    if (const ValuePair *pair = field.valueMap.find(from, normalForm(field, value)))
        written = from == Platform::Legacy ? pair->fresh : pair->legacy;
    else if (value && field.kind == FieldKind::Timestamp)
        written = otherSpelling(field, from, *value);
    if (normalForm(field, to, written) != normalForm(field, from, value)) return std::nullopt;
    return written;
}

void appendEncoded(std::string &out, const Cell &cell)
{
    if (!cell) {
        out += '-';
        return;
    }
    out += std::to_string(cell->size());
    out += ':';
    out += *cell;
}

std::string encodeRow(const std::vector<MappedField> &compared, const KeyedRow &row, Platform side)
{
    std::string out;
    appendEncoded(out, row.key);
    for (std::size_t i = 0; i < compared.size(); ++i)
        appendEncoded(out, normalForm(compared[i], side, i < row.cells.size() ? row.cells[i] : Cell()));
    return out;
}

} // namespace crossfade
