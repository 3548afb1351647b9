// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What changed since a check's last run is found on every engine and on either side, and what was mended is resolved.
#include "tests/services/comparator/changingpeople.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

struct ChangingPair {
    const char *name;
    const char *legacy;
    const char *fresh;
    const char *keyPrefix; // "": whole numbers
};

class Changes : public testing::TestWithParam<ChangingPair> {
protected:
    static ChangingTable table(const char *engine)
    {
        const std::string prefix = GetParam().keyPrefix;
        if (prefix.empty()) return {};
        return {std::string(engine) == "sqlite" ? "text" : "varchar(40)", prefix, ""};
    }
    std::string text(int i) const { return GetParam().keyPrefix + std::to_string(i); }
    std::set<std::string> texts(const std::vector<int> &numbers) const
    {
        std::set<std::string> keys;
        for (const int i : numbers)
            keys.insert(text(i));
        return keys;
    }
    TempDir m_dir;
    ChangingPeople m_legacy{GetParam().legacy, m_dir.file("legacy.db"), table(GetParam().legacy)};
    ChangingPeople m_fresh{GetParam().fresh, m_dir.file("new.db"), table(GetParam().fresh)};
};

TEST_P(Changes, AreFoundOnEitherSideAndWhatWasMendedIsResolved)
{
    m_legacy.fill(ChangingRows);
    m_fresh.fill(ChangingRows);
    m_fresh.rename(10, "other");
    Comparator comparator;
    comparator.start();
    const std::string check =
        comparator.addCheck(m_legacy.db(), m_fresh.db(), changingMapping(*GetParam().keyPrefix ? "TEXT" : "INTEGER"));
    const Json full = comparator.fullRun(check);
    EXPECT_EQ(full.at("different"), 1);
    EXPECT_FALSE(full.contains("changes"));

    // Nothing changed: the open difference is read again, and what the overlap holds.
    const Json quiet = incremental(comparator, check);
    EXPECT_EQ(quiet.at("scope"), "INCREMENTAL");
    EXPECT_LE(quiet.at("rows_done").get<int>(), 150) << dumpJson(quiet);
    EXPECT_EQ(quiet.at("different"), 1);
    EXPECT_EQ(quiet.at("matched"), ChangingRows - 1);
    EXPECT_EQ(quiet.at("consistency_percentage"), full.at("consistency_percentage"));
    EXPECT_EQ(quiet.at("status"), "SUCCESS");
    const Json &told = quiet.at("changes");
    EXPECT_EQ(told.at("population"), ChangingRows);
    EXPECT_GE(told.at("carried").get<int>(), ChangingRows - 150);
    EXPECT_EQ(told.at("looks_at_keys"), false);
    EXPECT_EQ(told.at("full_run_id"), full.at("id"));
    EXPECT_EQ(told.at("changes_of"), Json::array({"LEGACY", "NEW"}));
    EXPECT_EQ(openKeys(comparator, check), texts({10}));

    m_legacy.rename(20, "changed here", m_legacy.now());
    m_fresh.rename(30, "changed there", m_fresh.now());
    m_legacy.insert(6'001, m_legacy.now());
    m_fresh.insert(6'002, m_fresh.now());
    m_fresh.remove(40);
    // Begun before the marks were taken, committed after them.
    m_legacy.rename(50, "late", m_legacy.ago(std::chrono::seconds(40)));
    m_legacy.rename(60, "untold");
    const Json changed = incremental(comparator, check);
    EXPECT_LE(changed.at("rows_done").get<int>(), 160) << dumpJson(changed);
    EXPECT_EQ(changed.at("different"), 4);
    EXPECT_EQ(changed.at("missing"), 1);
    EXPECT_EQ(changed.at("extra"), 1);
    EXPECT_EQ(changed.at("changes").at("keys_checked_at"), told.at("keys_checked_at"));
    EXPECT_EQ(openKeys(comparator, check), texts({10, 20, 30, 50, 6'001, 6'002}));

    const Json withKeys = incremental(comparator, check, true);
    EXPECT_EQ(withKeys.at("missing"), 2) << dumpJson(withKeys);
    EXPECT_EQ(withKeys.at("changes").at("looks_at_keys"), true);
    EXPECT_EQ(withKeys.at("changes").at("population"), ChangingRows + 2);
    EXPECT_GT(textOf(withKeys.at("changes"), "keys_checked_at"), textOf(told, "keys_checked_at"));
    EXPECT_LE(withKeys.at("rows_done").get<int>(), 160) << "of all keys only those that one side lacks are read";
    EXPECT_EQ(withKeys.at("matched"), ChangingRows + 2 - 4 - 2 - 1);
    EXPECT_EQ(openKeys(comparator, check), texts({10, 20, 30, 40, 50, 6'001, 6'002}));

    // Mended without a word in the change column.
    for (const int i : {10, 20, 30, 50}) {
        m_legacy.rename(i, "mended");
        m_fresh.rename(i, "mended");
    }
    m_legacy.remove(6'001);
    m_fresh.remove(6'002);
    m_fresh.insert(40, m_fresh.ago(std::chrono::hours(48)));
    const Json mended = incremental(comparator, check);
    EXPECT_EQ(mended.at("consistency_percentage"), 100.0) << dumpJson(mended);
    EXPECT_EQ(openKeys(comparator, check), std::set<std::string>());
    // What nobody told of, only a look at all rows finds; a gate goes by nothing else.
    const Json checks = comparator.as("viewer").get("/api/v1/checks/" + check).json;
    EXPECT_EQ(checks.at("last_full_run").at("id"), full.at("id"));
    EXPECT_EQ(checks.at("last_run").at("scope"), "INCREMENTAL");
    EXPECT_EQ(comparator.fullRun(check).at("different"), 1);
    EXPECT_EQ(openKeys(comparator, check), texts({60}));
}

INSTANTIATE_TEST_SUITE_P(Engines, Changes,
                         testing::Values(ChangingPair{"postgres_postgres", "postgres", "postgres", ""},
                                         ChangingPair{"postgres_mariadb", "postgres", "mariadb", ""},
                                         ChangingPair{"sqlite_postgres", "sqlite", "postgres", ""},
                                         ChangingPair{"mariadb_sqlite", "mariadb", "sqlite", ""},
                                         ChangingPair{"texts_postgres_mariadb", "postgres", "mariadb", "person|"},
                                         ChangingPair{"texts_mariadb_sqlite", "mariadb", "sqlite", "person|"},
                                         ChangingPair{"texts_postgres_postgres", "postgres", "postgres", "p-"}),
                         [](const auto &info) { return std::string(info.param.name); });

} // namespace
} // namespace crossfade
