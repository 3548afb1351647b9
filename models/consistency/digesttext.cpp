// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The texts that are digested, as the SQL of the sources makes them too.
#include "models/consistency/decimalform.h"
#include "models/consistency/keyrange.h"
#include "models/consistency/normalform.h"
#include "models/consistency/timestampform.h"
#include "models/core/time.h"

namespace crossfade {

namespace {

constexpr std::int64_t MostZeros = 40;
constexpr std::size_t MostFraction = 6; // digits that the databases have

// "10.5", "100": no exponent, no zeros at the end of a fraction.
std::optional<std::string> plainDecimal(const std::string &text)
{
    const std::optional<DecimalForm> form = parseDecimal(text);
    if (!form || form->exponent > MostZeros || form->exponent < -MostZeros) return std::nullopt;
    if (form->digits.empty()) return "0";
    std::string digits = form->digits;
    if (form->exponent >= 0) {
        digits.append(static_cast<std::size_t>(form->exponent), '0');
    } else {
        const auto places = static_cast<std::size_t>(-form->exponent);
        if (digits.size() <= places) digits.insert(0, places - digits.size() + 1, '0');
        digits.insert(digits.size() - places, ".");
    }
    return (form->negative ? "-" : "") + digits;
}

// "2026-03-01 02:00:00.25". Among wall times of a zone of their own (`walls`) a time that names its zone is none of them: in
// UTC it could have the digits of a wall time hours apart.
std::optional<std::string> plainInstant(const std::string &text, bool walls)
{
    const std::optional<TimestampForm> form = parseTimestamp(text);
    if (!form || form->fraction.size() > MostFraction || (walls && form->zoned)) return std::nullopt;
    std::string result = formatInstant(instantFromMs(form->seconds * 1'000)); // "….000Z"
    if (result.size() != 24) return std::nullopt;
    result.resize(19);
    result[10] = ' ';
    return result + (form->fraction.empty() ? "" : "." + form->fraction);
}

std::optional<std::string> fixedText(const MappedField &field, const std::string &value)
{
    switch (field.kind) {
    case FieldKind::Integer:
    case FieldKind::Decimal:
        return plainDecimal(value);
    case FieldKind::Timestamp:
        return plainInstant(value, field.hasClocks());
    case FieldKind::Boolean: {
        const Cell normal = normalForm(field, value);
        if (normal == "1" || normal == "0") return normal;
        break;
    }
    case FieldKind::Text:
    case FieldKind::Binary:
    case FieldKind::Json:
        break;
    }
    return std::nullopt;
}

} // namespace

void appendDigestText(std::string &out, const MappedField &field, const Cell &value)
{
    if (!value) {
        out += '~';
    } else if (const std::optional<std::string> fixed = fixedText(field, *value)) {
        out += *fixed + ",";
    } else {
        appendEncoded(out, value);
    }
}

} // namespace crossfade
