// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The quick reader of observations takes nothing that the thorough one refuses, and reads what it takes alike.
#include "app/router/observationlines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace crossfade {
namespace {

const Instant Noon = *parseInstant("2026-11-22T12:00:00Z");

std::string orNone(const std::optional<std::string_view> &text) {
    return text ? "'" + std::string(*text) + "'" : "none";
}

std::string inWords(const ToldObservation &told) {
    std::string words = formatInstant(told.at) + ' ' + std::string(platformWord(told.platform)) + ' ' +
                        orNone(told.systemId) + ' ' + orNone(told.userId) + ' ';
    if (told.decided) words += (told.decided->reason == Reason::NoKey ? "no key " : "by ") + orNone(told.decided->policyId) + ' ';
    if (told.score) return words + "score " + std::to_string(*told.score);
    return words + std::to_string(told.status) + ' ' + dumpJson(Json(told.latencyMs)) + ' ' +
           (told.ok ? (*told.ok ? "ok" : "not ok") : "unsaid");
}

std::optional<std::vector<std::string>> quickly(const std::string &lines, std::size_t most = 100) {
    std::vector<std::string> all;
    if (!readPlainLines(lines, Noon, most, [&](const ToldObservation &told) { all.push_back(inWords(told)); }))
        return std::nullopt;
    return all;
}

std::optional<std::string> thoroughly(const std::string &line) {
    const Result<Json> json = parseJson(line);
    if (!json) return std::nullopt;
    std::string words;
    JsonReader in(*json);
    readObservation(in, Noon, [&](const ToldObservation &told) { words = inWords(told); });
    return in.finish() ? std::nullopt : std::optional(words);
}

// Each with texts a client may send for it, right and wrong.
const std::vector<std::pair<std::string, std::vector<std::string>>> Fields{
    {"at", {R"("2026-11-22T12:00:00Z")", R"("2026-11-22T11:58:00.000Z")", R"("2026-11-22T11:57:59.999Z")",
            R"("2026-11-22T12:00:05Z")", R"("2026-11-22T12:00:05.001Z")", R"("2026-11-22T13:00:01+01:00")",
            R"("yesterday")", "null", "5", R"("2026-11-22T12:00:00\u005a")"}},
    {"platform", {R"("NEW")", R"("LEGACY")", R"("BOTH")", R"("new")", "null", "1"}},
    {"system_id", {R"("shop")", R"("")", R"("a b")", "null", "7", R"("caf\u00e9")", R"("sh\u006fp")"}},
    {"user_id", {R"("u1")", R"("someone@example.org")", "null", "true", R"("a\u0000b")",
                 '"' + std::string(100, 'x') + '"', '"' + std::string(101, 'x') + '"'}},
    {"status", {"200", "0", "599", "600", "-1", "200.0", "2e2", R"("200")", "null", "99999999999999999999", "-0"}},
    {"latency_ms", {"12", "12.25", "0", "600000", "600000.1", "-0.1", "1e3", "1e999", "null", R"("1")",
                    "0.30000000000000004"}},
    {"ok", {"true", "false", "null", "1"}},
    {"metric", {R"("user_satisfaction")", R"("error_rate")", "null"}},
    {"value", {"1", "5", "5.1", "0.9", "3.5", "null"}},
    {"decision", {"null", "{}", R"({"reason":"PERCENTAGE"})", R"({"reason":"NO_KEY","policy_id":"p"})",
                  R"({"reason":"PERCENTAGE","policy_id":"p","epoch":12})", R"({"reason":"WHIM"})",
                  R"({"reason":"PERCENTAGE","epoch":-1})", R"({"reason":"PERCENTAGE","epoch":null,"policy_id":null})",
                  R"({"reason":"PERCENTAGE","more":1})", R"({"reason":"PERCENTAGE","reason":"NO_KEY"})", "[]"}},
    {"more", {"1"}}};

// Mostly one that is right, but for a field or two.
std::string anyLine(std::mt19937 &random) {
    const auto chance = [&](unsigned of) { return random() % of == 0; };
    const bool isScore = chance(5);
    std::vector<std::string> parts;
    for (const auto &[name, texts] : Fields) {
        const bool isOfScores = name == "metric" || name == "value";
        const bool isOfRequests = name == "status" || name == "latency_ms" || name == "ok";
        const bool isWanted = isScore ? !isOfRequests : !isOfScores;
        if (isWanted == chance(25) || (name == "more" && !chance(30))) continue;
        const std::string &text = chance(8) ? texts[random() % texts.size()] : texts[0];
        parts.push_back('"' + name + "\":" + text);
        if (chance(60)) parts.push_back(parts.back());
    }
    std::shuffle(parts.begin(), parts.end(), random);
    std::string line = chance(20) ? " { " : "{";
    for (std::size_t i = 0; i < parts.size(); ++i)
        line += (i > 0 ? "," : "") + parts[i];
    line += chance(20) ? "} \r" : "}";
    if (chance(40)) line.insert(random() % line.size(), 1, "{}[],:\"\\ \x01\xff"[random() % 11]);
    return line;
}

TEST(ObservationLines, areReadAsTheThoroughReaderReadsThem) {
    std::mt19937 random(20261122);
    int taken = 0;
    int refused = 0;
    for (int i = 0; i < 30'000; ++i) {
        const std::string line = anyLine(random);
        const auto quick = quickly(line);
        const auto thorough = thoroughly(line);
        if (quick) {
            ASSERT_TRUE(thorough) << line;
            ASSERT_EQ(quick->size(), 1U) << line;
            ASSERT_EQ(quick->front(), *thorough) << line;
            ++taken;
        } else if (!thorough) {
            ++refused;
        }
    }
    EXPECT_GT(taken, 8'000);
    EXPECT_GT(refused, 2'000);
    EXPECT_LT(30'000 - taken - refused, 300) << "what is right is taken without the thorough reader, nearly always";
}

TEST(ObservationLines, manyAreReadInTheirOrder) {
    std::string lines;
    std::vector<std::string> expected;
    for (int i = 0; i < 100; ++i) {
        const std::string line = R"({"at":"2026-11-22T11:59:)" + std::string(i % 60 < 10 ? "0" : "") +
                                 std::to_string(i % 60) + R"(Z","platform":"NEW","user_id":"u)" + std::to_string(i) +
                                 R"(","status":200,"latency_ms":)" + std::to_string(i) + "}";
        lines += line + (i % 3 == 0 ? "\r\n\n" : "\n");
        expected.push_back(*thoroughly(line));
    }
    EXPECT_EQ(quickly(lines), expected);
    lines.pop_back(); // whether the last one has an end or not
    EXPECT_EQ(quickly(lines), expected);
    EXPECT_EQ(quickly(lines, 99), std::nullopt) << "one too many";
    EXPECT_EQ(quickly(lines + "\n{"), std::nullopt) << "all or nothing";
    EXPECT_EQ(quickly(""), std::nullopt);
    EXPECT_EQ(quickly(" \n\r\n"), std::nullopt);
}

} // namespace
} // namespace crossfade
