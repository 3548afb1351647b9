// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Every trap on every pair of the three engines, planted by a program that knows nothing of the
// comparator: none missed, none false; by a text key and by a number.
#include "tests/services/comparator/mariadbfixture.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace crossfade {
namespace {

using Outcomes = std::map<std::string, std::string>;

struct Truth {
    Outcomes byText;
    Outcomes byNumber;
    std::int64_t equal = 0;
};

std::unique_ptr<TestDatabase> databaseOf(const std::string &engine, const std::string &file)
{
    if (engine == "sqlite") return newSqlite(file);
    return engine == "postgres" ? newPostgres() : newMariadb();
}

Truth planted(const TestDatabase &legacy, const TestDatabase &fresh)
{
    const Output done = runProgram("crossfade-trapplanter", {legacy.kind(), legacy.location(), fresh.kind(),
                                                             fresh.location()},
                                   std::chrono::seconds(120));
    EXPECT_EQ(done.exitCode, 0) << done.err;
    Truth truth;
    std::istringstream lines(done.out);
    for (std::string line; std::getline(lines, line);) {
        const std::size_t first = line.find('\t');
        const std::size_t second = line.find('\t', first + 1);
        const std::string outcome = line.substr(second + 1);
        if (outcome == "equal") {
            ++truth.equal;
            continue;
        }
        truth.byText[line.substr(0, first)] = outcome;
        truth.byNumber[line.substr(first + 1, second - first - 1)] = outcome;
    }
    EXPECT_GT(truth.byText.size(), 40u);
    EXPECT_EQ(truth.byText.size(), truth.byNumber.size());
    return truth;
}

Outcomes found(const Comparator &comparator, const std::string &check)
{
    std::map<std::string, std::set<std::string>> fields;
    for (const Json &difference : comparator.all("/api/v1/differences?resolved=false&check_id=" + check)) {
        const std::string type = textOf(difference, "difference_type");
        fields[textOf(difference, "entity_id")].insert(
            type == "MISSING" ? "missing"
            : type == "EXTRA" ? "extra"
                              : textOf(difference, "field_name") + ":" + textOf(difference, "cause"));
    }
    Outcomes result;
    for (const auto &[entity, words] : fields) {
        for (const std::string &word : words)
            result[entity] += (result[entity].empty() ? "" : " ") + word;
    }
    return result;
}

std::string apart(const Outcomes &expected, const Outcomes &seen)
{
    std::string text;
    for (const auto &[key, outcome] : expected) {
        const auto at = seen.find(key);
        if (at == seen.end()) text += "missed " + key + " (" + outcome + ")\n";
        else if (at->second != outcome) text += key + " is " + at->second + ", not " + outcome + "\n";
    }
    for (const auto &[key, outcome] : seen) {
        if (!expected.contains(key)) text += "false " + key + " (" + outcome + ")\n";
    }
    return text;
}

class AllTraps : public testing::TestWithParam<std::pair<const char *, const char *>> {
protected:
    static Json mapping(const char *keyKind, const char *key)
    {
        Json result = peopleMapping(
            keyKind, Json::array({field("t", "TEXT"), field("l", "TEXT"), field("c", "TEXT"),
                                  field("d", "DECIMAL", {{"scale", 2}}), field("i", "INTEGER"),
                                  field("u", "INTEGER"), field("f", "DECIMAL"), field("s", "DECIMAL"),
                                  field("g", "DECIMAL"), field("w", "TIMESTAMP"), field("b", "BOOLEAN"),
                                  field("x", "BINARY"), field("j", "JSON")}));
        result["legacy"]["key"] = result["new"]["key"] = key;
        return result;
    }
    TempDir m_dir;
};

TEST_P(AllTraps, AreFoundAndNothingElseIs)
{
    const auto legacy = databaseOf(GetParam().first, m_dir.file("legacy.db"));
    const auto fresh = databaseOf(GetParam().second, m_dir.file("new.db"));
    const Truth truth = planted(*legacy, *fresh);
    Comparator comparator;
    comparator.start();
    constexpr std::int64_t Fillers = 700;
    const auto holds = [&](const std::string &check, const Outcomes &expected) {
        const Json run = comparator.fullRun(check);
        EXPECT_EQ(apart(expected, found(comparator, check)), "");
        EXPECT_EQ(run.at("matched"), truth.equal + Fillers);
        EXPECT_EQ(run.at("missing"), 1);
        EXPECT_EQ(run.at("extra"), 1);
        EXPECT_EQ(run.at("different"), static_cast<std::int64_t>(expected.size()) - 2);
        EXPECT_EQ(run.at("hot"), 0);
    };
    holds(comparator.addCheck(*legacy, *fresh, mapping("TEXT", "id"), "by text"), truth.byText);
    holds(comparator.addCheck(*legacy, *fresh, mapping("INTEGER", "n"), "by number"), truth.byNumber);
}

INSTANTIATE_TEST_SUITE_P(
    Of, AllTraps,
    testing::Values(std::pair("sqlite", "sqlite"), std::pair("sqlite", "postgres"), std::pair("sqlite", "mariadb"),
                    std::pair("postgres", "sqlite"), std::pair("postgres", "postgres"),
                    std::pair("postgres", "mariadb"), std::pair("mariadb", "sqlite"),
                    std::pair("mariadb", "postgres"), std::pair("mariadb", "mariadb")),
    [](const auto &info) { return std::string(info.param.first) + "_" + info.param.second; });

} // namespace
} // namespace crossfade
