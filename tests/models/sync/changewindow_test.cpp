// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/sync/changewindow.h"

#include "models/sync/synccapture.h"

#include <gtest/gtest.h>

namespace crossfade {
namespace {

using namespace std::chrono_literals;
using Numbers = std::vector<std::int64_t>;

// A table of numbers, read as a follower reads it.
class Reader {
public:
    Numbers read(ChangeWindow::Time now, ChangeWindow::Time window = 10s)
    {
        m_window.begin(mark, now, window);
        Numbers news;
        for (const std::int64_t number : table) {
            if (mark && number <= *mark) continue;
            if (m_window.take(number)) news.push_back(number);
        }
        mark = m_window.end(now);
        return news;
    }
    void restart() { m_window = {}; }

    std::set<std::int64_t> table;
    std::optional<std::int64_t> mark;

private:
    ChangeWindow m_window;
};

TEST(ChangeWindow, GoesOnAtOnceWhereNothingIsMissing)
{
    Reader reader;
    reader.mark = 3;
    reader.table = {1, 2, 3, 4, 5};
    EXPECT_EQ(reader.read(0s), (Numbers{4, 5}));
    EXPECT_EQ(reader.mark, 5);
    EXPECT_EQ(reader.read(1s), Numbers());
}

TEST(ChangeWindow, WaitsForAMissingNumberAndTellsTheOthersOnce)
{
    Reader reader;
    reader.mark = 3;
    reader.table = {4, 6, 7};
    EXPECT_EQ(reader.read(0s), (Numbers{4, 6, 7}));
    EXPECT_EQ(reader.mark, 4);
    reader.table.insert(8);
    EXPECT_EQ(reader.read(5s), Numbers{8});
    EXPECT_EQ(reader.mark, 4);
    reader.table.insert(5); // committed late
    EXPECT_EQ(reader.read(9s), Numbers{5});
    EXPECT_EQ(reader.mark, 8);
}

TEST(ChangeWindow, GivesUpWhatIsMissingForAWindowAndNothingYounger)
{
    Reader reader;
    reader.mark = 3;
    reader.table = {4, 6};
    (void)reader.read(0s);
    reader.table.insert(9); // 7 and 8 are missing since now
    EXPECT_EQ(reader.read(9s), Numbers{9});
    EXPECT_EQ(reader.read(10s), Numbers());
    EXPECT_EQ(reader.mark, 6) << "5 never came";
    reader.table.insert(8);
    EXPECT_EQ(reader.read(18s), Numbers{8});
    EXPECT_EQ(reader.mark, 6);
    (void)reader.read(19s);
    EXPECT_EQ(reader.mark, 9);
}

TEST(ChangeWindow, LooksAtEverythingAboveItsMarkAgainAfterARestart)
{
    Reader reader;
    reader.mark = 3;
    reader.table = {5, 6};
    (void)reader.read(0s);
    EXPECT_EQ(reader.mark, 3);
    reader.restart();
    EXPECT_EQ(reader.read(100s), (Numbers{5, 6}));
    EXPECT_EQ(reader.mark, 3) << "how long 4 was missing nobody knows";
    reader.table.insert(4);
    EXPECT_EQ(reader.read(109s), Numbers{4});
    EXPECT_EQ(reader.mark, 6);
}

TEST(ChangeWindow, HasNoMarkBeforeItsFirstWindow)
{
    Reader reader;
    EXPECT_EQ(reader.read(0s), Numbers());
    reader.table = {7};
    EXPECT_EQ(reader.read(1s), Numbers{7});
    EXPECT_FALSE(reader.mark);
    reader.table.insert(2);
    EXPECT_EQ(reader.read(2s), Numbers{2});
    (void)reader.read(11s);
    EXPECT_EQ(reader.mark, 7);
}

TEST(ChangeWindow, WithoutAWindowLooksOnceMore)
{
    Reader reader;
    reader.mark = 0;
    reader.table = {2};
    (void)reader.read(0s, 0s);
    EXPECT_EQ(reader.mark, 0);
    reader.table.insert(1);
    EXPECT_EQ(reader.read(1ms, 0s), Numbers{1});
    EXPECT_EQ(reader.mark, 2);
}

// Under traffic without a pause, with a number missing every now and then.
TEST(ChangeWindow, KeepsUpWithTraffic)
{
    Reader reader;
    reader.mark = 0;
    std::int64_t number = 0;
    std::size_t told = 0;
    for (int i = 0; i < 2'000; ++i) {
        for (int k = 0; k < 10; ++k) {
            if (++number % 97 != 0) reader.table.insert(number);
        }
        told += reader.read(i * 100ms).size();
    }
    EXPECT_EQ(told, reader.table.size());
    EXPECT_GT(*reader.mark, number - 10 * 105) << "a window is ten seconds, a hundred reads";
}

FieldError problem(const std::string &type, const std::vector<std::string> &unique = {}, bool key = true)
{
    const SyncCapture capture{"changes", "seq", {"id"}, {}};
    const auto found = changeTableMistakes(capture, Platform::New, {{"seq", type, false, key, true, true, unique}, {"id", "text"}});
    return found.empty() ? FieldError{} : found.front();
}

TEST(SyncCapture, ItsNumbersAreWholeAndUnique)
{
    for (const char *type : {"bigint", "integer", "INTEGER", "int(11)", "bigint(20) unsigned", "smallint"})
        EXPECT_EQ(problem(type).message, "") << type;
    for (const char *type : {"text", "interval", "int4range", "timestamp with time zone", ""})
        EXPECT_EQ(problem(type).pointer, "/capture/new/sequence_column") << type;
    EXPECT_NE(problem("bigint", {}, false).message.find("must be unique"), std::string::npos);
}

} // namespace
} // namespace crossfade
