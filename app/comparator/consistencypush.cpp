// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/comparator/consistencypush.h"

#include "app/comparator/rowjson.h"

namespace crossfade {

namespace {

constexpr std::int64_t MostToldChecks = 1'000; // that the router takes
constexpr std::chrono::seconds ToldEvery{5};
constexpr std::int64_t ToldCountsFor = 20; // seconds: three may be lost
constexpr std::chrono::seconds OlderAgainAfter{60};
constexpr std::chrono::milliseconds TellCall{4'000};

} // namespace

Result<void> ConsistencyPush::begin()
{
    m_lookedEpoch = -1;
    m_told = false;
    m_olderUntil = {};
    return {};
}

Result<void> ConsistencyPush::look()
{
    const std::int64_t epoch = store().epoch();
    if (epoch == m_lookedEpoch) return {};
    Json checks = Json::array();
    const Result<void> read = store().read([&](Database &db) -> Result<void> {
        Result<std::string> name = source(db);
        if (!name) return fail(name.error());
        m_source = std::move(*name);
        const auto rows = db.query("SELECT c.id, c.check_name, m.data_type, c.mapping_id FROM checks c JOIN mappings m ON m.id = "
                                   "c.mapping_id ORDER BY c.id LIMIT ?",
                                   {MostToldChecks});
        if (!rows) return fail(rows.error());
        for (const SqlRow &row : *rows) {
            // As the API tells it: the newest look at every row that came to an end, good or bad.
            const auto runs = db.query("SELECT status, percentage, ended_at FROM runs WHERE check_id = ? AND scope = 'FULL' AND "
                                       "ended_at IS NOT NULL AND state <> 'CANCELLED' ORDER BY id DESC LIMIT 1",
                                       {row.text(0)});
            if (!runs) return fail(runs.error());
            Json check{{"check_name", row.text(1)}, {"data_type", row.text(2)}, {"mapping_id", row.text(3)}};
            if (!runs->empty()) {
                const SqlRow &run = runs->front();
                check["status"] = run.isNull(0) ? Json("PARTIAL") : Json(run.text(0));
                check["consistency_percentage"] = percentOrNull(run, 1);
                check["checked_at"] = timeOrNull(run, 2);
            }
            checks.push_back(std::move(check));
        }
        return {};
    });
    if (!read) return read;
    if (checks != m_checks) m_told = false;
    m_checks = std::move(checks);
    m_lookedEpoch = epoch;
    return {};
}

Result<RouterPush::Step> ConsistencyPush::push()
{
    if (Clock::now() < m_olderUntil) return Step{};
    if (const Result<void> looked = look(); !looked) return fail(looked.error());
    const bool news = !m_told;
    if (!news && Clock::now() - m_toldAt < ToldEvery) return Step{};
    FetchRequest request;
    request.method = "POST";
    request.url = "/api/v1/consistency";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = dumpJson(
        {{"source", m_source}, {"sequence", m_lookedEpoch}, {"valid_seconds", ToldCountsFor}, {"checks", m_checks}});
    request.timeout = TellCall;
    const Result<FetchAnswer> answer = router().call(std::move(request));
    if (answer && (answer->status == 404 || answer->status == 405)) {
        m_olderUntil = Clock::now() + OlderAgainAfter;
        Step step{Done::Reached, false}; // it asks for it instead
        step.detail = Json{{"checks", m_checks.size()}, {"taken", false}};
        return step;
    }
    if (const Result<Json> json = routerJson(answer); !json) return fail(json.error());
    m_told = true;
    m_toldAt = Clock::now();
    Step step{news ? Done::Pushed : Done::Reached, false};
    if (news) step.detail = Json{{"checks", m_checks.size()}, {"taken", true}};
    return step;
}

} // namespace crossfade
