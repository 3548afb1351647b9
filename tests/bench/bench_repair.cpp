// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Approved repairs carried out and verified by a real comparator, each kept, audited and told, against the bare UPDATE
// statements in transactions of 1 000. All are approved for the same moment, so that only carrying them out is measured.
#include "tests/bench/people.h"

#include "models/core/time.h"

#include <algorithm>
#include <cstdio>
#include <thread>

namespace crossfade {
namespace {

constexpr std::size_t MostDecided = 1'000; // with one request
constexpr int RowsATransaction = 1'000;
constexpr std::chrono::minutes Patience{20};
constexpr int MostTries = 5;

class Repaired {
public:
    Repaired(int repairs, const BenchOptions &options)
        : m_repairs(repairs)
        , m_options(options)
        , m_legacy(newPostgres())
        , m_fresh(newPostgres())
    {
        bothAtOnce([this] { fillPeople(*m_legacy, m_repairs); }, [this] { fillPeople(*m_fresh, m_repairs); });
        m_comparator.start();
        m_check = m_comparator.addCheck(*m_legacy, *m_fresh, peopleOfSixColumns());
    }

    void measure()
    {
        const std::string name = "repair " + sizeWord(m_repairs);
        compare({name, "s", "the bare updates, 1 000 a transaction", [this] { return repair(); }, [this] { return update(); }},
                m_options);
        report(name + ", peak memory", peakMib(m_comparator.process().pid()), "MiB", m_options);
    }

private:
    using Clock = std::chrono::system_clock;

    double repair()
    {
        for (int tries = 0; tries < MostTries; ++tries) {
            spoil();
            const Json run = m_comparator.waitRun(m_comparator.startRun(m_check), {"FINISHED"}, Patience);
            if (run.at("different") != m_repairs) wrongResult("not every difference is found: " + dumpJson(run));
            const Clock::time_point begin = approveAll();
            const bool inTime = Clock::now() < begin; // else some were carried out before all were approved
            std::this_thread::sleep_until(begin);
            if (inTime && count("VERIFIED") != m_done) wrongResult("repairs were carried out before their time");
            m_done += m_repairs;
            const auto pause = std::chrono::milliseconds(m_repairs > 1'000 ? 50 : 5); // so that asking takes nothing away
            while (count("VERIFIED") < m_done && Clock::now() < begin + Patience)
                std::this_thread::sleep_for(pause);
            const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
            if (count("VERIFIED") != m_done) wrongResult("not every repair is verified");
            if (!areEqual()) wrongResult("what is repaired is not equal");
            if (inTime) return seconds;
        }
        wrongResult("the approvals take ever longer");
    }

    double update()
    {
        spoil();
        const double seconds = secondsOf([this] {
            for (int i = 1; i <= m_repairs; ++i) {
                if (i % RowsATransaction == 1) m_fresh->run("BEGIN");
                m_fresh->run("UPDATE people SET name = 'Person number " + std::to_string(i) + "' WHERE id = " +
                             std::to_string(i));
                if (i % RowsATransaction == 0 || i == m_repairs) m_fresh->run("COMMIT");
            }
        });
        if (!areEqual()) wrongResult("what is updated is not equal");
        return seconds;
    }

    void spoil()
    {
        m_fresh->run("UPDATE people SET name = name || '!'");
        m_fresh->run("VACUUM ANALYZE people");
    }

    bool areEqual() const
    {
        const char *const all = "SELECT bit_xor(hash_record_extended(r, 0)) FROM people r";
        return m_legacy->one(all) == m_fresh->one(all);
    }

    int count(const std::string &status) const
    {
        const TestAnswer list = m_comparator.as("viewer").get("/api/v1/repairs?limit=1&status=" + status);
        if (list.status != 200) wrongResult(list.body);
        return list.json.at("total").get<int>();
    }

    // For a moment that comes after the last approval, however long those take: found out by the first time.
    Clock::time_point approveAll()
    {
        const std::vector<std::string> ids = differences();
        const Clock::time_point since = Clock::now();
        const Clock::time_point due = since + m_preparing;
        for (std::size_t from = 0; from < ids.size(); from += MostDecided) {
            const std::vector<std::string> some(ids.begin() + static_cast<std::ptrdiff_t>(from),
                                                ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), from + MostDecided)));
            TestClient lead = m_comparator.as("lead");
            lead.setTimeout(std::chrono::minutes(2));
            const TestAnswer made = lead.post("/api/v1/repairs", {{"difference_ids", some}, {"reason", "measured"}});
            if (made.status != 201) wrongResult(made.body);
            Json decision{{"action", "APPROVE"},
                          {"filter", {{"status", "PENDING"}}},
                          {"expected_count", some.size()},
                          {"execute_at", formatInstant(toInstant(due))},
                          {"reason", "measured"}};
            TestAnswer approved = lead.post("/api/v1/repairs/bulk", decision);
            if (approved.status == 422 && Clock::now() >= due) { // too late for this time: they are carried out at once
                decision.erase("execute_at");
                approved = lead.post("/api/v1/repairs/bulk", decision);
            }
            if (approved.status != 200) wrongResult(approved.body);
        }
        m_preparing = 2 * (Clock::now() - since) + std::chrono::seconds(1);
        return due;
    }
    static Instant toInstant(Clock::time_point at) { return std::chrono::time_point_cast<Instant::duration>(at); }

    std::vector<std::string> differences() const
    {
        std::vector<std::string> ids;
        std::string cursor;
        do {
            const TestAnswer page = m_comparator.as("viewer").get("/api/v1/differences?resolved=false&limit=1000" +
                                                                  (cursor.empty() ? "" : "&cursor=" + cursor));
            if (page.status != 200) wrongResult(page.body);
            for (const Json &item : page.json.at("items"))
                ids.push_back(textOf(item, "id"));
            cursor = textOf(page.json, "next_cursor");
        } while (!cursor.empty());
        if (ids.size() != static_cast<std::size_t>(m_repairs)) wrongResult("the list holds other differences");
        return ids;
    }

    int m_repairs;
    BenchOptions m_options;
    std::unique_ptr<TestDatabase> m_legacy;
    std::unique_ptr<TestDatabase> m_fresh;
    Comparator m_comparator;
    std::string m_check;
    int m_done = 0;
    Clock::duration m_preparing = std::chrono::seconds(m_repairs > 1'000 ? 60 : 4);
};

} // namespace
} // namespace crossfade

int main(int argc, char **argv)
{
    const crossfade::BenchOptions options = crossfade::parseBenchOptions(argc, argv);
    const int all = options.isShort ? 200 : 10'000;
    crossfade::Repaired(options.rows > 0 ? static_cast<int>(options.rows) : all, options).measure();
    return 0;
}
