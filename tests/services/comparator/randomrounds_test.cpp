// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Random schemas, random rows, random mutations: what a check finds is what was planted, by a program that is linked with
// nothing of it. A round is a pair of tables of any two engines and a mapping of their columns; 1 000 of them with
// CROSSFADE_FULL=1, else 50.
#include "tests/services/comparator/mariadbfixture.h"
#include "tests/support/mariadb.h"
#include "tests/support/seed.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <sstream>
#include <thread>

namespace crossfade {
namespace {

using RoundTruth = std::map<std::string, std::set<std::string>>; // entity → "MISSING", "EXTRA", or fields that differ

constexpr std::size_t RoundsAtOnce = 125; // with databases and comparators of their own
constexpr std::size_t MostRoundsTold = 5;
constexpr std::size_t MostEntitiesTold = 10;

RoundTruth plantedTruth(const Json &round)
{
    RoundTruth truth;
    for (const auto &[entity, words] : round.at("truth").items())
        truth[entity] = words.get<std::set<std::string>>();
    return truth;
}

RoundTruth foundTruth(const Comparator &comparator, const std::string &check)
{
    RoundTruth found;
    for (const Json &item : comparator.all("/api/v1/differences?resolved=false&check_id=" + check)) {
        const std::string type = textOf(item, "difference_type");
        const std::string word = type == "DIFFERENT" ? textOf(item, "field_name") : type;
        const std::string state = textOf(item, "state");
        found[textOf(item, "entity_id")].insert(word + (state == "CONFIRMED" ? "" : " " + state));
    }
    return found;
}

std::string joinedWords(const std::set<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : " ") + word;
    return text.empty() ? "nothing" : text;
}

std::string truthsApart(const RoundTruth &planted, const RoundTruth &found)
{
    std::string text;
    std::size_t count = 0;
    const auto tell = [&](const std::string &entity, const std::set<std::string> &there, const std::set<std::string> &seen) {
        if (there == seen || ++count > MostEntitiesTold) return;
        text += "  " + Json(entity).dump() + ": planted " + joinedWords(there) + ", found " + joinedWords(seen) + "\n";
    };
    const std::set<std::string> none;
    for (const auto &[entity, words] : planted) {
        const auto at = found.find(entity);
        tell(entity, words, at == found.end() ? none : at->second);
    }
    for (const auto &[entity, words] : found) {
        if (!planted.contains(entity)) tell(entity, none, words);
    }
    if (count > MostEntitiesTold) text += "  and " + std::to_string(count - MostEntitiesTold) + " more\n";
    return text;
}

struct RoundCounts {
    std::int64_t missing = 0, extra = 0, different = 0;
    std::map<std::string, std::int64_t> fields;

    explicit RoundCounts(const RoundTruth &truth)
    {
        for (const auto &[entity, words] : truth) {
            missing += words.contains("MISSING");
            extra += words.contains("EXTRA");
            if (words.contains("MISSING") || words.contains("EXTRA")) continue;
            ++different;
            for (const std::string &field : words)
                ++fields[field];
        }
    }
};

std::string expectNumber(const Json &run, const char *name, std::int64_t expected)
{
    if (run.at(name) == expected) return {};
    return std::string("  ") + name + " is " + run.at(name).dump() + " instead of " + std::to_string(expected) + "\n";
}

// What is wrong with the figures of a run.
std::string figuresApart(const Json &run, const RoundTruth &truth, std::int64_t equal)
{
    const RoundCounts counts(truth);
    std::string text = expectNumber(run, "matched", equal) + expectNumber(run, "missing", counts.missing) +
                       expectNumber(run, "extra", counts.extra) + expectNumber(run, "different", counts.different) +
                       expectNumber(run, "hot", 0) + expectNumber(run, "in_flight", 0);
    for (const Json &field : run.at("fields")) {
        const auto expected = counts.fields.find(textOf(field, "field"));
        const std::int64_t different = expected == counts.fields.end() ? 0 : expected->second;
        if (field.at("different") != different)
            text += "  the field " + dumpJson(field) + " differs in " + std::to_string(different) + " rows\n";
    }
    if (equal > 0 && (run.at("consistency_percentage") == 100.0) != truth.empty())
        text += "  consistency_percentage is " + run.at("consistency_percentage").dump() + "\n";
    return text;
}

// One comparator, for one round after the other.
class RoundWorker {
public:
    explicit RoundWorker(const std::vector<std::string> &options) : m_comparator(options, false) { m_comparator.start(); }

    void addSource(const std::string &name, const TestDatabase &database)
    {
        m_sources[name] = m_comparator.addSource(name, database);
    }
    // What is wrong; nothing if the check found what was planted.
    std::string work(const Json &round) const
    {
        Json mapping = round.at("mapping");
        for (const char *side : {"legacy", "new"})
            mapping[side]["source_id"] = m_sources.at(side + (" " + textOf(round, side)));
        TestClient client = m_comparator.as("operator");
        client.setTimeout(std::chrono::seconds(60));
        const TestAnswer mapped = client.post("/api/v1/mappings", mapping);
        if (mapped.status != 201) return "  mapping: " + mapped.body + mapped.error + "\n";
        const TestAnswer made = client.post("/api/v1/checks", {{"check_name", "round " + round.at("round").dump()},
                                                               {"mapping_id", textOf(mapped.json, "id")}});
        if (made.status != 201) return "  check: " + made.body + made.error + "\n";
        const std::string check = textOf(made.json, "id");
        const Json run = finished(m_comparator.startRun(check));
        if (textOf(run, "state") != "FINISHED") return "  run: " + dumpJson(run) + "\n";
        const RoundTruth truth = plantedTruth(round);
        return truthsApart(truth, foundTruth(m_comparator, check)) +
               figuresApart(run, truth, round.at("equal").get<std::int64_t>());
    }

private:
    // Asked so rarely that it costs little: most of the time a run waits for the next look at what differs.
    Json finished(const std::string &id) const
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(240);
        for (;;) {
            Json run = m_comparator.run(id);
            const std::string state = textOf(run, "state");
            if (state == "FINISHED" || state == "FAILED" || std::chrono::steady_clock::now() > end) return run;
            std::this_thread::sleep_for(std::chrono::milliseconds(150));
        }
    }

    Comparator m_comparator;
    std::map<std::string, std::string> m_sources; // "legacy SQLITE" → id
};

class RandomRounds : public testing::Test {
protected:
    struct Places {
        TempDir dir;
        std::vector<std::pair<std::string, std::unique_ptr<TestDatabase>>> all;

        Places()
        {
            for (const char *side : {"legacy", "new"}) {
                const std::string word = side;
                all.emplace_back(word + " SQLITE", newSqlite(dir.file(word + ".db")));
                all.emplace_back(word + " POSTGRESQL", newPostgres());
                all.emplace_back(word + " MARIADB", newMariadb());
            }
        }
        ~Places() // thousands of tables would fill the disk
        {
            for (auto &[name, database] : all) {
                const std::string place = database->location(), kind = database->kind();
                database.reset();
                if (kind == "POSTGRESQL") PostgresServer::instance().dropDatabase(place);
                if (kind == "MARIADB")
                    (void)MariadbServer::instance().sql(place, "DROP DATABASE " + place.substr(place.rfind('/') + 1));
            }
        }
    };

    std::vector<Json> plant(const Places &places, std::uint64_t seed, std::uint64_t first, std::size_t count)
    {
        std::vector<std::string> words{std::to_string(seed), std::to_string(first), std::to_string(count)};
        for (const auto &[name, database] : places.all)
            words.push_back(database->location());
        const Output done = runProgram("crossfade-randomplanter", words, std::chrono::seconds(300));
        EXPECT_EQ(done.exitCode, 0) << done.err;
        std::vector<Json> rounds;
        std::istringstream lines(done.out);
        for (std::string line; std::getline(lines, line);)
            rounds.push_back(Json::parse(line));
        EXPECT_EQ(rounds.size(), count);
        return rounds;
    }

    void check(const Places &places, const std::vector<Json> &rounds, std::size_t workers)
    {
        // Some read in many small batches, some all in one.
        const std::vector<std::string> batches{"64", "1000", "409600", "200", "17"};
        std::atomic<std::size_t> next = 0;
        std::vector<std::thread> threads;
        for (std::size_t i = 0; i < std::min(workers, rounds.size()); ++i) {
            threads.emplace_back([&, batch = batches[i % batches.size()]] {
                std::unique_ptr<RoundWorker> worker;
                for (std::size_t place = next++; place < rounds.size(); place = next++) {
                    try {
                        if (!worker) worker = newWorker(places, batch);
                        note(rounds[place], batch, worker->work(rounds[place]));
                    } catch (const std::exception &problem) {
                        note(rounds[place], batch, "  " + std::string(problem.what()) + "\n");
                        worker.reset();
                    }
                }
            });
        }
        for (std::thread &thread : threads)
            thread.join();
    }

    TestSeed m_seed = testSeed("RandomRounds");
    std::map<std::string, std::int64_t> m_seen;
    std::vector<std::string> m_wrong;

private:
    static std::unique_ptr<RoundWorker> newWorker(const Places &places, const std::string &batch)
    {
        auto worker = std::make_unique<RoundWorker>(std::vector<std::string>{"--batch-rows", batch});
        for (const auto &[name, database] : places.all)
            worker->addSource(name, *database);
        return worker;
    }
    void note(const Json &round, const std::string &batch, const std::string &wrong)
    {
        const std::lock_guard lock(m_mutex);
        const RoundCounts counts(plantedTruth(round));
        ++m_seen["rounds"];
        m_seen["rounds without a difference"] += round.at("truth").empty();
        m_seen["rows that are equal"] += round.at("equal").get<std::int64_t>();
        m_seen["missing"] += counts.missing;
        m_seen["extra"] += counts.extra;
        m_seen["different"] += counts.different;
        for (const auto &[field, rows] : counts.fields)
            m_seen["fields that differ"] += rows;
        for (const Json &field : round.at("mapping").at("fields"))
            ++m_seen["fields of kind " + textOf(field, "kind")];
        ++m_seen[textOf(round, "legacy") + " and " + textOf(round, "new")];
        if (wrong.empty()) return;
        m_wrong.push_back("CROSSFADE_SEED=" + std::to_string(m_seed.seed) + ":" + round.at("round").dump() + " " +
                          textOf(round, "legacy") + " and " + textOf(round, "new") + ", batches of " + batch + "\n" + wrong +
                          "  " + round.at("tables").dump() + "\n  " + round.at("mapping").dump() + "\n");
    }
    std::mutex m_mutex;
};

TEST_F(RandomRounds, AreFoundExactly)
{
    const std::size_t count = m_seed.round ? 1 : isFullForm() ? 1'000 : 50;
    constexpr std::size_t Workers = 8; // each waits most of the time
    const std::uint64_t first = m_seed.round.value_or(0);
    for (std::size_t done = 0; done < count; done += RoundsAtOnce) {
        const Places places;
        const std::vector<Json> rounds = plant(places, m_seed.seed, first + done, std::min(RoundsAtOnce, count - done));
        check(places, rounds, Workers);
    }
    for (const auto &[what, number] : m_seen)
        std::printf("%8lld %s\n", static_cast<long long>(number), what.c_str());
    for (std::size_t i = 0; i < std::min(m_wrong.size(), MostRoundsTold); ++i)
        ADD_FAILURE() << m_wrong[i];
    EXPECT_EQ(m_wrong.size(), 0u);
    EXPECT_EQ(m_seen["rounds"], static_cast<std::int64_t>(count));
    if (count < 50) return;
    for (const char *what : {"rounds without a difference", "rows that are equal", "missing", "extra", "different"})
        EXPECT_GT(m_seen[what], 0) << what;
    if (count < 1'000) return;
    EXPECT_EQ(std::ranges::count_if(m_seen, [](const auto &item) { return item.first.find(" and ") != std::string::npos; }), 9);
}

} // namespace
} // namespace crossfade
