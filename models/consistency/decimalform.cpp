// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/consistency/decimalform.h"

#include <algorithm>
#include <charconv>

namespace crossfade {

namespace {

bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

// Reads "e-12" to the end of `text`; the bound keeps sums of exponents far from overflow.
std::optional<std::int64_t> parseExponent(std::string_view text)
{
    if (text.empty()) return 0;
    if (text.front() != 'e' && text.front() != 'E') return std::nullopt;
    text.remove_prefix(1);
    if (text.starts_with('+')) text.remove_prefix(1);
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    constexpr std::int64_t Most = 1'000'000'000;
    if (error != std::errc() || end != text.data() + text.size() || value > Most || value < -Most)
        return std::nullopt;
    return value;
}

void dropZeros(DecimalForm &form)
{
    const std::size_t first = form.digits.find_first_not_of('0');
    if (first == std::string::npos) {
        form.digits.clear();
        form.exponent = 0;
        form.negative = false;
        return;
    }
    form.digits.erase(0, first);
    const std::size_t last = form.digits.find_last_not_of('0');
    form.exponent += static_cast<std::int64_t>(form.digits.size() - last - 1);
    form.digits.erase(last + 1);
}

// The digits left of 10^-places, rounded half away from zero if asked.
DecimalForm atScale(DecimalForm form, int places, bool round)
{
    const std::int64_t surplus = -form.exponent - places;
    if (surplus <= 0) return form;
    const auto size = static_cast<std::int64_t>(form.digits.size());
    const auto kept = static_cast<std::size_t>(std::max<std::int64_t>(0, size - surplus));
    const bool up = round && surplus <= size && form.digits[kept] >= '5';
    form.digits.resize(kept);
    form.exponent += surplus;
    if (up) {
        std::size_t i = kept;
        while (i > 0 && form.digits[i - 1] == '9')
            form.digits[--i] = '0';
        if (i == 0)
            form.digits.insert(form.digits.begin(), '1');
        else
            ++form.digits[i - 1];
    }
    dropZeros(form);
    return form;
}

} // namespace

std::string DecimalForm::text() const
{
    if (digits.empty()) return "0";
    return (negative ? "-" : "") + digits + "e" + std::to_string(exponent);
}

std::optional<DecimalForm> parseDecimal(std::string_view text)
{
    DecimalForm form;
    if (text.starts_with('-') || text.starts_with('+')) {
        form.negative = text.front() == '-';
        text.remove_prefix(1);
    }
    std::size_t i = 0;
    for (; i < text.size() && isDigit(text[i]); ++i)
        form.digits += text[i];
    if (i < text.size() && text[i] == '.') {
        for (++i; i < text.size() && isDigit(text[i]); ++i) {
            form.digits += text[i];
            ++form.written;
        }
    }
    const std::optional<std::int64_t> exponent = parseExponent(text.substr(i));
    if (form.digits.empty() || !exponent) return std::nullopt;
    form.exponent = *exponent - form.written;
    dropZeros(form);
    return form;
}

bool equalAtScale(const DecimalForm &a, const DecimalForm &b, int places)
{
    return atScale(a, places, true).text() == atScale(b, places, true).text() ||
           atScale(a, places, false).text() == atScale(b, places, false).text();
}

bool isCanonicalInteger(std::string_view text)
{
    if (text == "0") return true;
    if (text.starts_with('-')) text.remove_prefix(1);
    return !text.empty() && text.front() != '0' && std::ranges::all_of(text, isDigit);
}

int compareIntegers(std::string_view a, std::string_view b)
{
    const bool negative = a.starts_with('-');
    if (negative != b.starts_with('-')) return negative ? -1 : 1;
    const int sign = negative ? -1 : 1;
    if (a.size() != b.size()) return a.size() < b.size() ? -sign : sign;
    const int order = a.compare(b);
    return order == 0 ? 0 : (order < 0 ? -sign : sign);
}

} // namespace crossfade
