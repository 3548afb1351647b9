// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/rollbackjournal.h"

#include "app/service/files.h"
#include "tests/support/tempdir.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace crossfade {
namespace {

class RollbackJournalTest : public testing::Test {
protected:
    std::unique_ptr<RollbackJournal> open() {
        auto journal = RollbackJournal::open(file);
        EXPECT_TRUE(journal) << (journal ? "" : journal.error().message);
        return journal ? std::move(*journal) : nullptr;
    }
    std::vector<std::string> ids(const RollbackJournal &journal) {
        std::vector<std::string> found;
        for (const auto &[id, record] : journal.records())
            found.push_back(id);
        return found;
    }
    // Without the room behind it.
    std::string content() {
        const std::string all = readFile(file, 64 << 20).value_or("unreadable");
        return all.substr(0, all.find('\0'));
    }
    std::size_t sizeOnDisk() { return std::filesystem::file_size(file); }
    void write(const std::string &text) { std::ofstream(file, std::ios::binary | std::ios::trunc) << text; }

    TempDir directory;
    const std::string file = directory.file("rollbacks.journal");
};

using Ids = std::vector<std::string>;

TEST_F(RollbackJournalTest, keepsUntilEnded) {
    {
        const auto journal = open();
        ASSERT_TRUE(journal->add("a", {{"n", 1}}));
        ASSERT_TRUE(journal->add("b", {{"n", 2}}));
        ASSERT_TRUE(journal->add("c", {{"text", "line\nbreak"}}));
        ASSERT_TRUE(journal->end("b"));
    }
    {
        const auto journal = open();
        EXPECT_EQ(ids(*journal), (Ids{"a", "c"}));
        EXPECT_EQ(journal->records()[1].second.at("text"), "line\nbreak");
        ASSERT_TRUE(journal->end("a"));
        ASSERT_TRUE(journal->end("c"));
        EXPECT_EQ(content(), "") << "nothing is left of what is stored";
        EXPECT_EQ(sizeOnDisk(), RollbackJournal::RoomTaken) << "but the room";
        ASSERT_TRUE(journal->add("d", Json::object()));
    }
    EXPECT_EQ(ids(*open()), Ids{"d"});
}

// At whatever byte the machine died while the last record was written: what was kept before is there, and the
// journal goes on.
TEST_F(RollbackJournalTest, aTornTailIsCutAtWhateverByte) {
    std::string whole;
    std::size_t first = 0;
    {
        const auto journal = open();
        ASSERT_TRUE(journal->add("a", {{"reason", "errors on NEW"}}));
        first = content().size();
        ASSERT_TRUE(journal->add("b", {{"reason", "still"}}));
        whole = content();
    }
    for (std::size_t size = first; size < whole.size(); ++size) {
        // Behind it the room, or nothing, or what a disk has written that had not come to what is before it.
        const std::string behind[] = {std::string(9, '\0'), "", std::string(9, '\0') + whole.substr(size)};
        write(whole.substr(0, size) + behind[size % 3]);
        const auto journal = open();
        ASSERT_EQ(ids(*journal), Ids{"a"}) << size;
        ASSERT_TRUE(journal->add("c", Json::object()));
        ASSERT_EQ(ids(*open()), (Ids{"a", "c"})) << size;
    }
}

TEST_F(RollbackJournalTest, whatIsDamagedIsPutAside) {
    {
        const auto journal = open();
        for (const char *id : {"a", "b", "c"})
            ASSERT_TRUE(journal->add(id, {{"reason", "why"}}));
    }
    std::string text = content();
    const std::size_t second = text.find('\n') + 1;
    const std::string line = text.substr(second, text.find('\n', second) + 1 - second);
    text[second + line.find("why")] = 'W';
    write(text);
    EXPECT_EQ(ids(*open()), (Ids{"a", "c"}));
    const auto aside = readFile(file + ".damaged", 1 << 20);
    ASSERT_TRUE(aside);
    EXPECT_NE(aside->find("Why"), std::string::npos) << "for somebody to look at";
    write("no journal at all\n\n\x01\x02\n");
    EXPECT_TRUE(open()->records().empty());
}

TEST_F(RollbackJournalTest, isBounded) {
    const auto journal = open();
    const std::string large(1 << 20, 'x');
    int kept = 0;
    while (kept < 100 && journal->add(std::to_string(kept), {{"reason", large}}))
        ++kept;
    EXPECT_EQ(kept, 15) << "of a megabyte each";
    EXPECT_LE(sizeOnDisk(), RollbackJournal::MostBytes);
    const auto full = journal->add("more", {{"reason", large}});
    ASSERT_FALSE(full);
    EXPECT_EQ(full.error().kind, ErrorKind::Unavailable);
    EXPECT_EQ(journal->records().size(), 15U) << "what is refused is not there";
    for (int i = 0; i < kept; ++i)
        ASSERT_TRUE(journal->end(std::to_string(i)));
    EXPECT_EQ(sizeOnDisk(), RollbackJournal::RoomTaken);
    for (std::size_t i = 0; i < RollbackJournal::MostRecords; ++i)
        ASSERT_TRUE(journal->add("s" + std::to_string(i), Json::object()));
    EXPECT_FALSE(journal->add("one more", Json::object()));
}

TEST_F(RollbackJournalTest, saysSoWhereItCannotWrite) {
    EXPECT_FALSE(RollbackJournal::open(directory.file("none/rollbacks.journal")));
}

} // namespace
} // namespace crossfade
