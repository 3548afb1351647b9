// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "models/core/refusals.h"

namespace crossfade {

namespace {

// In one go: what stands in a value is not taken for the place of another.
std::string filledSentence(std::string_view sentence, const std::vector<std::string> &values)
{
    std::string text;
    for (std::size_t i = 0; i < sentence.size(); ++i) {
        const bool place = sentence[i] == '%' && i + 1 < sentence.size() && sentence[i + 1] >= '1' && sentence[i + 1] <= '9';
        const auto number = place ? static_cast<std::size_t>(sentence[i + 1] - '1') : values.size();
        if (number >= values.size()) {
            text += sentence[i];
            continue;
        }
        text += values[number];
        ++i;
    }
    return text;
}

} // namespace

Error refused(const Refusal &refusal, std::vector<std::string> values, std::vector<FieldError> fields)
{
    Error error{refusal.kind, filledSentence(refusal.sentence, values), std::move(fields), {}};
    error.code = refusal.code;
    error.values = std::move(values);
    return error;
}

} // namespace crossfade
