// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/promanswer.h"

#include "models/core/json.h"

#include <charconv>
#include <cmath>

namespace crossfade {

namespace {

constexpr std::size_t MostWords = 300;
constexpr double LatestSecond = 253'402'300'799.0; // the end of the year 9999

PromAnswer refused(std::string error) {
    PromAnswer answer;
    answer.error = std::move(error);
    return answer;
}

// The member if it is there; a null one otherwise.
const Json &member(const Json &object, const char *name) {
    static const Json Nothing;
    if (!object.is_object()) return Nothing;
    const auto found = object.find(name);
    return found == object.end() ? Nothing : *found;
}

std::string wordsOf(const Json &text) {
    return text.is_string() ? shortened(text.get_ref<const std::string &>(), MostWords) : std::string();
}

// Its numbers come as texts, so that NaN and infinity can be written.
PromAnswer numberOf(const Json &pair) {
    if (!pair.is_array() || pair.size() != 2 || !pair[0].is_number() || !pair[1].is_string())
        return refused("the answer holds no value with its time");
    const double seconds = pair[0].get<double>();
    if (!(seconds >= 0 && seconds <= LatestSecond)) return refused("the value's time is no time");
    const std::string &text = pair[1].get_ref<const std::string &>();
    if (text == "NaN" || text == "Inf" || text == "+Inf" || text == "-Inf")
        return refused("the value is " + text);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return refused("the value is no number: " + shortened(text, 40));
    PromAnswer answer;
    answer.value = value;
    answer.at = instantFromMs(std::llround(seconds * 1000));
    return answer;
}

PromAnswer sampleOf(const Json &samples) {
    if (!samples.is_array()) return refused("the answer is not one of Prometheus");
    if (samples.empty()) return {};
    if (samples.size() > 1)
        return refused("the expression answers " + std::to_string(samples.size()) +
                       " series where one number is needed");
    if (!member(samples[0], "histogram").is_null())
        return refused("the expression answers a histogram where one number is needed");
    return numberOf(member(samples[0], "value"));
}

PromAnswer resultOf(const Json &data) {
    const std::string type = wordsOf(member(data, "resultType"));
    if (type == "scalar") return numberOf(member(data, "result"));
    if (type == "vector") return sampleOf(member(data, "result"));
    if (type == "matrix" || type == "string")
        return refused("the expression answers a " + type + " where one number is needed");
    return refused("the answer is not one of Prometheus");
}

std::string refusalOf(int status, const Json &body) {
    const std::string words = wordsOf(member(body, "error"));
    return "answered " + std::to_string(status) + (words.empty() ? words : ": " + words);
}

} // namespace

std::string shortened(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    std::size_t end = most;
    const auto isInside = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U; };
    while (end > 0 && isInside(end))
        --end;
    return std::string(text.substr(0, end)) + "\u2026";
}

PromAnswer readPromAnswer(int status, std::string_view body) {
    const Result<Json> json = parseJson(body);
    if (status < 200 || status > 299) return refused(refusalOf(status, json.value_or(Json())));
    if (!json) return refused("the answer is not JSON");
    if (member(*json, "status") != Json("success"))
        return member(*json, "status") == Json("error") ? refused(refusalOf(status, *json))
                                                        : refused("the answer is not one of Prometheus");
    const Json &warnings = member(*json, "warnings");
    if (warnings.is_array() && !warnings.empty())
        return refused("the source warns: " + wordsOf(warnings[0]));
    return resultOf(member(*json, "data"));
}

} // namespace crossfade
