// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Many writes in one transaction, as repairs and syncs make them: each on its own condition, all of them or none.
#include "app/comparator/statement.h"
#include "tests/services/comparator/mariadbfixture.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

constexpr int People = 1'000; // more than are sent ahead of their answers

SourceKind kindOf(const TestDatabase &db)
{
    return sourceKindFromWord(db.kind()).value_or(SourceKind::Sqlite);
}

class Writes : public testing::TestWithParam<const char *> {
protected:
    void SetUp() override
    {
        const std::string engine = GetParam();
        m_db = engine == "sqlite" ? newSqlite(m_dir.file("people.db")) : engine == "postgres" ? newPostgres() : newMariadb();
        const std::string text = engine == "mariadb" ? "varchar(300)" : "text";
        m_db->run("CREATE TABLE people (id bigint, name " + text + " CHECK (name <> 'refused'), email " + text + ")");
        std::string rows;
        for (int i = 0; i < People; ++i)
            rows += (i == 0 ? "(" : ", (") + std::to_string(i) + ", 'old', 'old')";
        m_db->run("INSERT INTO people VALUES " + rows);
        SourceSettings settings;
        settings.kind = kindOf(*m_db);
        settings.location = m_db->location();
        auto source = connectSource(settings, Access::Write);
        ASSERT_TRUE(source) << source.error().message;
        m_source = std::move(*source);
    }
    // One that holds only where `column` is as it was.
    RowWrite write(int id, const std::string &column, const std::string &value) const
    {
        return {std::to_string(id), updateStatement(kindOf(*m_db), m_view, std::to_string(id), {{column, {value}, nullptr}},
                                                    {{column, {"old"}, nullptr}})
                                        .statement};
    }
    Result<std::vector<WrittenRow>> send(const std::vector<RowWrite> &writes)
    {
        return m_source->write(m_view, writes, [] { return Result<void>(); });
    }
    std::string count(const std::string &where) { return m_db->one("SELECT count(*) FROM people WHERE " + where); }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_db;
    std::unique_ptr<Source> m_source;
    TableView m_view{"people", "id", KeyKind::Integer, {"name", "email"}, std::nullopt};
};

TEST_P(Writes, EachTellsWhetherItsConditionHeld)
{
    m_db->run("UPDATE people SET name = 'of somebody else' WHERE id % 10 = 4");
    std::vector<RowWrite> writes;
    for (int i = 0; i < People; ++i) // two texts, in turn and in rows
        writes.push_back(write(i, i % 7 < 3 || i % 10 == 4 ? "name" : "email", "new " + std::to_string(i)));
    const auto written = send(writes);
    ASSERT_TRUE(written) << written.error().message;
    ASSERT_EQ(written->size(), std::size_t{People});
    for (int i = 0; i < People; ++i) {
        const WrittenRow &row = (*written)[static_cast<std::size_t>(i)];
        EXPECT_EQ(row.changed, i % 10 == 4 ? 0 : 1) << i;
        ASSERT_TRUE(row.now) << i;
        const bool name = i % 7 < 3 || i % 10 == 4;
        const Cell own = "new " + std::to_string(i);
        EXPECT_EQ(row.now->row.cells.at(0), i % 10 == 4 ? Cell("of somebody else") : name ? own : Cell("old")) << i;
        EXPECT_EQ(row.now->row.cells.at(1), name ? Cell("old") : own) << i;
    }
    EXPECT_EQ(count("name LIKE 'new %' OR email LIKE 'new %'"), std::to_string(People - People / 10));
}

TEST_P(Writes, OneThatIsRefusedUndoesAllAndTheNextOnesGoOn)
{
    for (const int refused : {0, 1, 130, People - 1}) {
        std::vector<RowWrite> writes;
        for (int i = 0; i < People; ++i)
            writes.push_back(write(i, "name", i == refused ? "refused" : "new"));
        const auto written = send(writes);
        ASSERT_FALSE(written);
        EXPECT_EQ(written.error().kind, ErrorKind::Conflict) << written.error().message;
        EXPECT_EQ(count("name = 'old'"), std::to_string(People));
    }
    ASSERT_TRUE(send({write(1, "name", "new"), write(2, "email", "new")}));
    EXPECT_EQ(count("name = 'new' OR email = 'new'"), "2");
}

TEST_P(Writes, WhereAKeyStandsTwiceNothingIsWritten)
{
    m_db->run("INSERT INTO people VALUES (3, 'old', 'old')");
    const auto written = send({write(2, "name", "new"), write(3, "name", "new"), write(4, "name", "new")});
    ASSERT_FALSE(written);
    EXPECT_NE(written.error().message.find("more than one row"), std::string::npos) << written.error().message;
    EXPECT_EQ(count("name = 'new'"), "0");
    const auto one = send({write(3, "name", "new")});
    EXPECT_FALSE(one);
    EXPECT_EQ(count("name = 'new'"), "0");
}

TEST_P(Writes, WhoeverMayNotCommitHasWrittenNothing)
{
    const auto written = m_source->write(m_view, {write(1, "name", "new"), write(2, "name", "new")},
                                         [] { return Result<void>(fail(ErrorKind::Cancelled, "another leads")); });
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().message, "another leads");
    EXPECT_EQ(count("name = 'new'"), "0");
    EXPECT_TRUE(send({write(1, "name", "new"), write(2, "name", "new")}));
    EXPECT_EQ(count("name = 'new'"), "2");
}

// PostgreSQL cannot hold it: said before anything of it is sent, between others that are.
TEST_P(Writes, ATextWithANulIsRefusedOrHeldWhole)
{
    const std::string nul("a\0b", 3);
    const auto written = send({write(1, "name", "new"), write(2, "email", nul), write(3, "name", "new")});
    EXPECT_EQ(written.has_value(), GetParam() != std::string("postgres"));
    EXPECT_EQ(count("name = 'new'"), written ? "2" : "0");
    EXPECT_TRUE(send({write(5, "name", "newer"), write(6, "name", "newer")}));
    EXPECT_EQ(count("name = 'newer'"), "2");
}

// Texts that are longer than what is sent ahead, one after the other.
TEST_P(Writes, LongTextsGoOneByOne)
{
    m_db->run(GetParam() == std::string("mariadb") ? "ALTER TABLE people MODIFY email longtext" : "SELECT 1");
    std::vector<RowWrite> writes;
    for (int i = 0; i < 40; ++i)
        writes.push_back(write(i, "email", std::string(100'000, static_cast<char>('a' + i % 26))));
    const auto written = send(writes);
    ASSERT_TRUE(written) << written.error().message;
    for (int i = 0; i < 40; ++i)
        EXPECT_EQ((*written)[static_cast<std::size_t>(i)].changed, 1) << i;
    EXPECT_EQ(count("length(email) = 100000"), "40");
}

INSTANTIATE_TEST_SUITE_P(Into, Writes, testing::Values("sqlite", "postgres", "mariadb"),
                         [](const auto &info) { return std::string(info.param); });

} // namespace
} // namespace crossfade
