// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/router/observationshare.h"

#include "app/service/log.h"

#include <limits>
#include <utility>

namespace crossfade {

namespace {

constexpr std::size_t MostWaiting = 100'000; // of each kind, while the store does not take them
constexpr std::chrono::minutes SharedKept{10};
const Actor Sharer{"runner", {}};

Json scoreOrNull(const std::optional<double> &score)
{
    return score ? Json(*score) : Json();
}

// Whether the row has that many fields: whole numbers where `kinds` says i, texts t, truths b, a number or
// null s.
bool hasForm(const Json &row, std::string_view kinds)
{
    if (!row.is_array() || row.size() != kinds.size()) return false;
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const Json &field = row[i];
        const bool good = kinds[i] == 'i'   ? field.is_number_unsigned()
                          : kinds[i] == 't' ? field.is_string()
                          : kinds[i] == 'b' ? field.is_boolean()
                                            : field.is_null() || field.is_number();
        if (!good) return false;
    }
    return true;
}

std::optional<double> scoreIn(const Json &field)
{
    return field.is_null() ? std::nullopt : std::optional(field.get<double>());
}

std::uint32_t latencyIn(const Json &field)
{
    constexpr std::uint64_t Most = std::numeric_limits<std::uint32_t>::max();
    return static_cast<std::uint32_t>(std::min(field.get<std::uint64_t>(), Most));
}

Json rowOf(const Observation &one)
{
    return Json::array({one.second, one.cohort.platform == Platform::New, one.cohort.systemId, one.cohort.policyId,
                        scoreOrNull(one.score), one.succeeded, one.latencyUs, one.user});
}

Json rowOf(const GroupSighting &one)
{
    return Json::array({one.groupId, one.member, one.batch, one.onTarget, one.moved, one.second,
                        scoreOrNull(one.score), one.succeeded, one.latencyUs});
}

template <class T>
void append(std::vector<T> &to, const std::vector<T> &more)
{
    const std::size_t room = MostWaiting - std::min(MostWaiting, to.size());
    const auto count = static_cast<std::ptrdiff_t>(std::min(room, more.size()));
    to.insert(to.end(), more.begin(), more.begin() + count);
}

} // namespace

std::string sharedText(const SharedObservations &observations)
{
    Json requests = Json::array();
    for (const Observation &one : observations.requests)
        requests.push_back(rowOf(one));
    Json groups = Json::array();
    for (const GroupSighting &one : observations.ofGroups)
        groups.push_back(rowOf(one));
    return dumpJson({{"requests", std::move(requests)}, {"groups", std::move(groups)}});
}

std::optional<SharedObservations> sharedFromText(const std::string &text)
{
    const auto json = parseJson(text);
    if (!json || !json->is_object() || !json->contains("requests") || !json->contains("groups")) return std::nullopt;
    SharedObservations all;
    for (const Json &row : json->at("requests")) {
        if (!hasForm(row, "ibttsbii")) return std::nullopt;
        const Platform platform = row[1].get<bool>() ? Platform::New : Platform::Legacy;
        all.requests.push_back({row[0].get<std::int64_t>(),
                                {platform, row[2].get<std::string>(), row[3].get<std::string>()},
                                scoreIn(row[4]),
                                row[5].get<bool>(),
                                latencyIn(row[6]),
                                row[7].get<std::uint64_t>()});
    }
    for (const Json &row : json->at("groups")) {
        if (!hasForm(row, "tiibbisbi")) return std::nullopt;
        all.ofGroups.push_back({row[0].get<std::string>(), row[1].get<std::size_t>(), row[2].get<std::size_t>(),
                                row[3].get<bool>(), row[4].get<bool>(), row[5].get<std::int64_t>(), scoreIn(row[6]),
                                row[7].get<bool>(), latencyIn(row[8])});
    }
    return all;
}

ObservationShare::ObservationShare(Store &store, const Leadership &leadership, Measurements &measurements,
                                   GroupMeasures &groups)
    : m_store(store)
    , m_leadership(leadership)
    , m_measurements(measurements)
    , m_groups(groups)
{
}

Result<void> ObservationShare::load()
{
    return m_store.read([this](Database &db) -> Result<void> {
        const auto rows = db.query("SELECT coalesce(max(epoch), 0) FROM observed");
        if (!rows) return fail(rows.error());
        m_takenUp = rows->front().integer(0);
        return {};
    });
}

void ObservationShare::add(const std::vector<Observation> &requests, const std::vector<GroupSighting> &ofGroups)
{
    if (m_leadership.others() == 0) return;
    const std::lock_guard lock(m_mutex);
    append(m_own.requests, requests);
    append(m_own.ofGroups, ofGroups);
}

void ObservationShare::eachSecond()
{
    SharedObservations told;
    {
        const std::lock_guard lock(m_mutex);
        told = std::exchange(m_own, {});
    }
    if (told.isEmpty()) return;
    const std::string text = sharedText(told);
    const auto written = m_store.writeAndWait(Sharer, [&](WriteTransaction &tx) -> Result<Json> {
        if (auto done = write(tx, text); !done) return fail(done.error());
        return Json();
    });
    if (written) return;
    logWarning("what was measured was not told to the other replicas", {{"error", written.error().message}});
    const std::lock_guard lock(m_mutex); // once the store works again
    append(told.requests, m_own.requests);
    append(told.ofGroups, m_own.ofGroups);
    m_own = std::move(told);
}

Result<void> ObservationShare::write(WriteTransaction &tx, const std::string &text) const
{
    const auto added = tx.db().execute("INSERT INTO observed (epoch, at, replica, data) VALUES (?, ?, ?, ?)",
                                       {tx.epoch(), toMs(tx.now()), m_leadership.replica(), text});
    if (!added) return fail(added.error());
    const auto removed = tx.db().execute("DELETE FROM observed WHERE at < ?", {toMs(tx.now() - SharedKept)});
    if (!removed) return fail(removed.error());
    return {};
}

Result<void> ObservationShare::takeUp(Database &db)
{
    return db.each("SELECT epoch, data FROM observed WHERE epoch > ? AND replica <> ? ORDER BY epoch",
                   {m_takenUp, m_leadership.replica()}, [this](const SqlRow &row) {
                       m_takenUp = row.integer(0);
                       const auto told = sharedFromText(row.text(1));
                       if (!told) return true;
                       m_measurements.add(told->requests);
                       m_groups.add(told->ofGroups);
                       return true;
                   });
}

} // namespace crossfade
