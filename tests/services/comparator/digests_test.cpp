// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What the databases digest by themselves, on every pair of engines: each trap row that differs must
// have another digest, each range the rows that it has.
#include "app/comparator/hashscan.h"
#include "app/comparator/rangescan.h"
#include "models/consistency/difference.h"
#include "models/consistency/merge.h"
#include "tests/services/comparator/mariadbfixture.h"

#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace crossfade {
namespace {

using Engines = std::pair<const char *, const char *>;

MappedField fieldNamed(const char *name, FieldKind kind)
{
    MappedField field;
    field.name = field.legacyColumn = field.newColumn = name;
    field.kind = kind;
    return field;
}

class Digests : public testing::TestWithParam<Engines> {
protected:
    std::unique_ptr<TestDatabase> open(const std::string &engine, const std::string &file)
    {
        if (engine == "sqlite") return newSqlite(m_dir.file(file));
        return engine == "postgres" ? newPostgres() : newMariadb();
    }
    static SourceSettings settingsFor(const TestDatabase &database)
    {
        SourceSettings settings;
        settings.kind = *sourceKindFromWord(database.kind());
        settings.location = database.location();
        return settings;
    }
    MappedSources sources(std::vector<MappedField> fields) const
    {
        MappedSources result;
        result.mapping.legacyTable.table = result.mapping.newTable.table = "people";
        result.mapping.legacyTable.key = result.mapping.newTable.key = "n";
        result.mapping.keyKind = KeyKind::Integer;
        result.mapping.fields = std::move(fields);
        result.compared = result.mapping.comparedFields();
        result.legacy = settingsFor(*m_legacy);
        result.fresh = settingsFor(*m_fresh);
        return result;
    }
    // Those that the planter says are not equal, by their number or by their text.
    std::set<std::string> plant(bool byText = false) const
    {
        const Output done = runProgram(
            "crossfade-trapplanter",
            {m_legacy->kind(), m_legacy->location(), m_fresh->kind(), m_fresh->location()}, std::chrono::seconds(120));
        EXPECT_EQ(done.exitCode, 0) << done.err;
        std::set<std::string> different;
        std::istringstream lines(done.out);
        for (std::string line; std::getline(lines, line);) {
            const std::size_t first = line.find('\t');
            const std::size_t second = line.find('\t', first + 1);
            if (line.substr(second + 1) == "equal") continue;
            different.insert(byText ? line.substr(0, first) : line.substr(first + 1, second - first - 1));
        }
        EXPECT_GT(different.size(), 40u);
        return different;
    }
    struct Scanned {
        std::set<std::string> lookedAt;
        std::set<std::string> different;
        std::int64_t rows = 0;
        int ranges = 0;
    };
    static Scanned scan(const MappedSources &sources, std::int64_t target)
    {
        Result<EntityReader> reader = EntityReader::open(sources);
        EXPECT_TRUE(reader) << reader.error().message;
        const Result<bool> fits = RangeScan::fits(*reader, sources);
        EXPECT_TRUE(fits && *fits) << (fits ? "no digests" : fits.error().message);
        RangeScan ranges(*reader, sources);
        Scanned seen;
        std::optional<std::string> after;
        for (;;) {
            const auto range = ranges.next(after, target);
            if (!range) ADD_FAILURE() << range.error().message;
            if (!range || !*range) return seen;
            ++seen.ranges;
            seen.rows += (*range)->rows;
            after = std::to_string((*range)->keys.high);
            const auto rows = reader->read((*range)->unequal);
            EXPECT_TRUE(rows) << rows.error().message;
            for (const auto &[key, pair] : *rows) {
                seen.lookedAt.insert(key);
                if (differenceType(sources.compared, pair.legacyRow(), pair.newRow())) seen.different.insert(key);
            }
        }
    }

    static Scanned scanHashes(const MappedSources &sources, std::int64_t target, std::optional<std::int64_t> rows)
    {
        Result<EntityReader> reader = EntityReader::open(sources);
        EXPECT_TRUE(reader) << reader.error().message;
        const Result<bool> fits = HashScan::fits(*reader, sources);
        EXPECT_TRUE(fits && *fits) << (fits ? "no hashes" : fits.error().message);
        HashScan parts(*reader, sources, rows);
        Scanned seen;
        std::optional<std::int64_t> after;
        for (;;) {
            const auto part = parts.next(after, target);
            if (!part) ADD_FAILURE() << part.error().message;
            if (!part || !*part) return seen;
            ++seen.ranges;
            seen.rows += (*part)->rows;
            after = (*part)->high;
            const auto read = reader->read((*part)->unequal);
            EXPECT_TRUE(read) << read.error().message;
            for (const auto &[key, pair] : *read) {
                EXPECT_TRUE(seen.lookedAt.insert(key).second) << key;
                if (differenceType(sources.compared, pair.legacyRow(), pair.newRow())) seen.different.insert(key);
            }
        }
    }
    MappedSources byText(MappedSources of, const std::string &key) const
    {
        of.mapping.legacyTable.key = of.mapping.newTable.key = key;
        of.mapping.keyKind = KeyKind::Text;
        return of;
    }
    static std::vector<MappedField> allFields()
    {
        return {fieldNamed("t", FieldKind::Text),    fieldNamed("l", FieldKind::Text),
                fieldNamed("c", FieldKind::Text),    fieldNamed("d", FieldKind::Decimal),
                fieldNamed("i", FieldKind::Integer), fieldNamed("u", FieldKind::Integer),
                fieldNamed("f", FieldKind::Decimal), fieldNamed("s", FieldKind::Decimal),
                fieldNamed("g", FieldKind::Decimal), fieldNamed("w", FieldKind::Timestamp),
                fieldNamed("b", FieldKind::Boolean), fieldNamed("x", FieldKind::Binary),
                fieldNamed("j", FieldKind::Json)};
    }

    TempDir m_dir;
    std::unique_ptr<TestDatabase> m_legacy = open(GetParam().first, "legacy.db");
    std::unique_ptr<TestDatabase> m_fresh = open(GetParam().second, "new.db");
};

TEST_P(Digests, TellEveryTrapApart)
{
    const std::set<std::string> different = plant();
    const MappedSources all = sources(allFields());
    for (const std::int64_t target : {20'000, 100, 7}) {
        const Scanned seen = scan(all, target);
        EXPECT_EQ(seen.different, different) << target;
        EXPECT_LT(seen.ranges, 1'000) << target; // gaps are jumped over
    }
    // Row by row the same.
    Result<EntityReader> reader = EntityReader::open(all);
    ASSERT_TRUE(reader) << reader.error().message;
    auto legacy = reader->source(Platform::Legacy).stream(reader->view(Platform::Legacy), std::nullopt, std::nullopt);
    auto fresh = reader->source(Platform::New).stream(reader->view(Platform::New), std::nullopt, std::nullopt);
    ASSERT_TRUE(legacy && fresh);
    Merge merge(KeyKind::Integer, **legacy, **fresh);
    std::set<std::string> found;
    std::int64_t rows = 0;
    for (;;) {
        const auto pair = merge.next();
        ASSERT_TRUE(pair) << pair.error().message;
        if (!*pair) break;
        ++rows;
        if (differenceType(all.compared, (*pair)->legacy, (*pair)->fresh)) found.insert((*pair)->key());
    }
    EXPECT_EQ(found, different);
    EXPECT_EQ(scan(all, 300).rows, rows);
}

// The same by the text of the key, whatever the parts, and whatever is known of the table beforehand.
TEST_P(Digests, TellEveryTrapApartByTheHashOfItsKey)
{
    const std::set<std::string> different = plant(true);
    const MappedSources all = byText(sources(allFields()), "id");
    const std::int64_t rows = scanHashes(all, 1'000'000, 1'000).rows;
    EXPECT_GT(rows, 700);
    struct Plan {
        std::int64_t target;
        std::optional<std::int64_t> rows;
    };
    for (const Plan plan : {Plan{1'000'000, std::nullopt}, Plan{100, 800}, Plan{20'480, 50'000'000}, Plan{37, 0}}) {
        const Scanned seen = scanHashes(all, plan.target, plan.rows);
        EXPECT_EQ(seen.different, different) << plan.target;
        EXPECT_EQ(seen.rows, rows) << plan.target;
    }
}

// A number as a text key, and both as a composite one.
TEST_P(Digests, TellEveryTrapApartByHashesOfOtherKeys)
{
    const std::set<std::string> different = plant();
    MappedSources all = byText(sources(allFields()), "n");
    EXPECT_EQ(scanHashes(all, 300, 800).different, different);
    all.mapping.legacyTable.moreKeys = all.mapping.newTable.moreKeys = {"id"};
    EXPECT_EQ(scanHashes(all, 300, 800).different.size(), different.size());
}

// With many rows that differ the cells are asked for anew, finer, before any row is.
TEST_P(Digests, NarrowWhereMuchDiffers)
{
    constexpr int Rows = 12'000;
    for (TestDatabase *side : {m_legacy.get(), m_fresh.get()}) {
        side->run("CREATE TABLE people (id varchar(40) PRIMARY KEY, name varchar(40))");
        std::string values;
        for (int i = 0; i < Rows; ++i) {
            const bool other = side == m_fresh.get() && i % 400 == 3;
            const std::string id = "key " + std::to_string(i) + (side == m_fresh.get() && i == 77 ? "x" : "");
            values += (values.empty() ? "('" : ", ('") + id + "', '" + (other ? "other" : "same") + "')";
        }
        side->run("INSERT INTO people VALUES " + values);
    }
    const MappedSources all = byText(sources({fieldNamed("name", FieldKind::Text)}), "id");
    for (const std::int64_t target : {1'000'000, 5'000}) {
        const Scanned seen = scanHashes(all, target, Rows);
        EXPECT_EQ(seen.different.size(), 32u) << target;
        EXPECT_EQ(seen.different, seen.lookedAt) << target; // digests are of one form for texts
        EXPECT_EQ(seen.rows, Rows + 1) << target;
    }
}

// Where the kinds have one form on all engines the databases agree about equal rows by themselves.
TEST_P(Digests, AgreeAboutEqualRows)
{
    plant();
    const std::vector<MappedField> common{
        fieldNamed("t", FieldKind::Text),      fieldNamed("l", FieldKind::Text), fieldNamed("c", FieldKind::Text),
        fieldNamed("d", FieldKind::Decimal),   fieldNamed("i", FieldKind::Integer),
        fieldNamed("w", FieldKind::Timestamp), fieldNamed("b", FieldKind::Boolean)};
    const Scanned seen = scan(sources(common), 20'000);
    for (int filler = 1'000; filler < 1'700; ++filler)
        EXPECT_FALSE(seen.lookedAt.contains(std::to_string(filler))) << filler;
}

INSTANTIATE_TEST_SUITE_P(Of, Digests,
                         testing::Values(Engines("sqlite", "sqlite"), Engines("sqlite", "postgres"),
                                         Engines("sqlite", "mariadb"), Engines("postgres", "sqlite"),
                                         Engines("postgres", "postgres"), Engines("postgres", "mariadb"),
                                         Engines("mariadb", "sqlite"), Engines("mariadb", "postgres"),
                                         Engines("mariadb", "mariadb")),
                         [](const auto &info) { return std::string(info.param.first) + "_" + info.param.second; });

} // namespace
} // namespace crossfade
