// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/difference.h"

#include "models/consistency/decimalform.h"
#include "models/consistency/memberset.h"
#include "models/consistency/normalform.h"
#include "models/consistency/timestampform.h"
#include "models/consistency/tolerance.h"
#include "models/consistency/unicode.h"

#include <algorithm>

namespace crossfade {

namespace {

std::string withoutTrailingBlanks(const std::string &text)
{
    const std::size_t last = text.find_last_not_of(" \t\r\n\f\v");
    return last == std::string::npos ? std::string() : text.substr(0, last + 1);
}

Cause causeOfTexts(const std::string &a, const std::string &b)
{
    if (withoutTrailingBlanks(a) == withoutTrailingBlanks(b)) return Cause::TrailingSpace;
    if (composed(a) == composed(b)) return Cause::UnicodeForm;
    if (caseFolded(a) == caseFolded(b)) return Cause::Case;
    return Cause::Value;
}

// Without a mapped scale the coarser side's own digits tell whether it was only cut or rounded.
std::optional<Cause> causeOfDecimals(const MappedField &field, const std::string &a,
                                     const std::string &b)
{
    const auto first = parseDecimal(a);
    const auto second = parseDecimal(b);
    if (!first || !second) return std::nullopt;
    const int written = std::min(first->written, second->written);
    const int places = field.scale.value_or(written);
    return equalAtScale(*first, *second, places) ? Cause::Scale : Cause::Value;
}

std::optional<Cause> causeOfTimestamps(const MappedField &field, const std::string &a, const std::string &b)
{
    const auto first = momentOf(field, Platform::Legacy, a);
    const auto second = momentOf(field, Platform::New, b);
    if (!first || !second) return std::nullopt;
    return differByZone(*first, *second) ? Cause::TimeZone : Cause::Value;
}

} // namespace

std::string_view differenceTypeWord(DifferenceType type)
{
    switch (type) {
    case DifferenceType::Missing:
        return "MISSING";
    case DifferenceType::Extra:
        return "EXTRA";
    case DifferenceType::Different:
        return "DIFFERENT";
    }
    return "DIFFERENT";
}

std::optional<DifferenceType> differenceTypeFromWord(std::string_view word)
{
    if (word == "MISSING") return DifferenceType::Missing;
    if (word == "EXTRA") return DifferenceType::Extra;
    if (word == "DIFFERENT") return DifferenceType::Different;
    return std::nullopt;
}

std::string_view causeWord(Cause cause)
{
    switch (cause) {
    case Cause::NullEmpty:
        return "NULL_EMPTY";
    case Cause::TrailingSpace:
        return "TRAILING_SPACE";
    case Cause::UnicodeForm:
        return "UNICODE_FORM";
    case Cause::Case:
        return "CASE";
    case Cause::Scale:
        return "SCALE";
    case Cause::TimeZone:
        return "TIME_ZONE";
    case Cause::Value:
        return "VALUE";
    case Cause::Row:
        return "ROW";
    }
    return "VALUE";
}

std::optional<Cause> causeFromWord(std::string_view word)
{
    for (int i = 0; i <= static_cast<int>(Cause::Row); ++i) {
        if (causeWord(static_cast<Cause>(i)) == word) return static_cast<Cause>(i);
    }
    return std::nullopt;
}

std::string_view differenceStateWord(DifferenceState state)
{
    switch (state) {
    case DifferenceState::Confirmed:
        return "CONFIRMED";
    case DifferenceState::InFlight:
        return "IN_FLIGHT";
    case DifferenceState::Hot:
        return "HOT";
    }
    return "CONFIRMED";
}

Cause causeOf(const MappedField &field, const Cell &held, const Cell &fresh)
{
    if (field.set) return Cause::Value;
    // Of a mapped value, the one it stands for is what differs.
    const ValuePair *pair = field.valueMap.find(Platform::Legacy, normalForm(field, held));
    const Cell &legacy = pair ? pair->fresh : held;
    // Spelt alike and yet different: one of them stands for another value.
    if (!field.valueMap.isEmpty() && normalForm(field, legacy) == normalForm(field, fresh)) return Cause::Value;
    if (!legacy || !fresh) {
        const Cell &other = legacy ? legacy : fresh;
        return other && other->empty() ? Cause::NullEmpty : Cause::Value;
    }
    std::optional<Cause> cause;
    if (field.kind == FieldKind::Decimal || field.kind == FieldKind::Integer)
        cause = causeOfDecimals(field, *legacy, *fresh);
    else if (field.kind == FieldKind::Timestamp)
        cause = causeOfTimestamps(field, *legacy, *fresh);
    return cause ? *cause : causeOfTexts(*legacy, *fresh);
}

namespace {

// `legacy` and `fresh` are normal forms.
bool areNear(const MappedField &field, const Cell &legacy, const Cell &fresh)
{
    if (!legacy || !fresh) return false;
    const DecimalForm most = toleranceForm(*field.tolerance);
    if (field.kind == FieldKind::Timestamp) {
        const auto first = momentForm(*legacy);
        const auto second = momentForm(*fresh);
        return first && second && isWithin(*first, *second, most);
    }
    const auto first = parseDecimal(*legacy);
    const auto second = parseDecimal(*fresh);
    return first && second && isWithin(*first, *second, most);
}

} // namespace

bool areEqual(const MappedField &field, const Cell &legacy, const Cell &fresh)
{
    // Equal bytes mostly have equal normal forms: most cells of most rows end here.
    if (legacy == fresh && !field.isOneSided()) return true;
    const Cell first = normalForm(field, Platform::Legacy, legacy);
    const Cell second = normalForm(field, Platform::New, fresh);
    return first == second || (field.tolerance && areNear(field, first, second));
}

std::vector<FieldDifference> compareRows(const std::vector<MappedField> &compared,
                                         const KeyedRow &legacy, const KeyedRow &fresh)
{
    std::vector<FieldDifference> result;
    for (std::size_t i = 0; i < compared.size(); ++i) {
        const MappedField &field = compared[i];
        if (areEqual(field, legacy.cells[i], fresh.cells[i])) continue;
        result.push_back({i, causeOf(field, legacy.cells[i], fresh.cells[i])});
    }
    return result;
}

std::optional<DifferenceType> differenceType(const std::vector<MappedField> &compared,
                                             const KeyedRow *legacy, const KeyedRow *fresh)
{
    if (!legacy && !fresh) return std::nullopt;
    if (isSet(compared)) {
        const Cell none = std::string();
        const bool equal = areEqual(compared.front(), legacy ? legacy->cells.front() : none, fresh ? fresh->cells.front() : none);
        return equal ? std::nullopt : std::optional(DifferenceType::Different);
    }
    if (!fresh) return DifferenceType::Missing;
    if (!legacy) return DifferenceType::Extra;
    if (compareRows(compared, *legacy, *fresh).empty()) return std::nullopt;
    return DifferenceType::Different;
}

} // namespace crossfade
