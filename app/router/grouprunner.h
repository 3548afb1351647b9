// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/groupacts.h"
#include "app/router/promprovider.h"
#include "app/router/runnerstore.h"
#include "app/service/service.h"
#include "models/groups/groupalarms.h"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace crossfade {

// Moves user groups batch by batch: looks at every group, judges the guards over the users of the batch
// under way, asks the group machine, carries out what it decides. Lives in the service.
class GroupRunner {
public:
    GroupRunner(Service &service, RouterState &state, GroupBook &book, GroupActs &acts, PromProvider &prometheus);

    // Reads the groups and what was measured of them. A batch that was settling when the leader before
    // this one (or the service) ended settles anew.
    Result<void> load();
    void look();       // a few times a second, on one thread
    void eachSecond(); // stores what was measured and judged, reminds; same thread
    // What metrics.tick tells of the groups under way. Any thread.
    void tell(Json &tick, Instant now) const;

private:
    struct Judged { // not yet stored
        std::string groupId;
        Guard guard;
        Judgement judgement;
        std::int64_t term = 0; // of who judged
    };
    static const Actor &actor(); // of what the runner does
    static std::int64_t secondOf(Instant instant);
    // Whoever leads does so from what is stored. Followers look and judge too, and do nothing.
    void noteTerm();
    Result<void> lead();
    // The groups as stored; how their guards stand, and what was told of it, begins from the judgements that are.
    Result<std::vector<GroupRecord>> readViews(Database &db);
    Result<void> readView(Database &db, const GroupRecord &record);
    void tellOfUnreadable();
    void watchUsers(const std::vector<GroupBook::RecordPtr> &records);
    void watchSeries(const std::vector<GroupBook::RecordPtr> &records);
    void follow(const std::vector<GroupBook::RecordPtr> &records, Instant now);
    Result<void> followOne(Database &db, const std::string &id);
    void keepSeries();
    Json told(const GroupRecord &record, Instant now) const;
    void lookAt(const GroupBook::RecordPtr &record, Instant now);
    void judge(const GroupRecord &record, ShiftView &view, Instant now);
    void alarm(const GroupRecord &record, const Guard &guard, const GuardMemory &memory);
    // How each guard stands; points into the record.
    static std::vector<GuardFact> standing(const GroupRecord &record, const ShiftView &view);
    bool isAnew(const GroupRecord &record, ShiftView &view);
    WindowReading read(const GroupRecord &record, const Guard &guard, Instant now) const;
    // `record` holds the guard that the transition points to. Unavailable: it could not be done.
    Result<void> carryOut(const GroupBook::RecordPtr &record, const GroupTransition &transition);
    void lowerWithoutStore(const GroupRecord &record, const GroupTransition &transition, Instant now);
    // As stored, and beyond that as this runner has lowered it since.
    GroupBook::RecordPtr standing(const GroupBook::RecordPtr &record) const;
    std::int64_t judgingTerm() const { return m_term != 0 ? m_term : m_lastTerm; }
    struct Batch;
    static Result<void> storeBits(WriteTransaction &tx, const Batch &batch);
    static Result<void> storeAll(WriteTransaction &tx, const Batch &batch, std::int64_t nowSecond);
    void store();
    void takeStored(); // what became of the last one
    void boundWaiting(Instant now);
    void watchExpressions();
    void keepAlerts(Instant now);

    Service &m_service;
    RouterState &m_state;
    GroupBook &m_book;
    GroupActs &m_acts;
    PromProvider &m_prometheus;
    RunnerStore m_store;
    std::int64_t m_term = 0;     // 0: another replica leads, or nobody knows
    std::int64_t m_lastTerm = 0; // last held; 0: never
    bool m_alone = false;        // as the shift runner's: judges what it sees, and only lowers
    Instant m_triedToLead{};
    // Of which batch, moved when, the guards' counts are: what was seen of another is no evidence.
    using Under = std::pair<std::optional<std::size_t>, Instant>;
    std::map<std::string, Under> m_under; // by group
    std::set<std::string> m_restarted;    // groups whose batch settles anew for no other reason
    std::map<std::string, std::map<std::string, GuardTold>> m_told; // by group and guard
    std::vector<std::string> m_unreadable;
    std::vector<Judged> m_judged;
    std::map<std::pair<std::string, std::size_t>, GroupMeasures::Bits> m_bits; // not yet stored
    // Slots to be stored: of a follower those of the last minutes, which the leader may have died with.
    using SeriesKey = std::tuple<std::string, std::int64_t, SlotKey>;
    std::map<SeriesKey, GroupSeries::Row> m_series;
    Instant m_followedAt{};
    std::map<std::string, AlertDraft> m_alarms;  // not yet stored, by what is told once
    Instant m_alertsKeptAt{};
    // On its way into the store, which nothing waits for.
    struct Batch {
        std::map<std::pair<std::string, std::size_t>, GroupMeasures::Bits> bits;
        std::vector<Judged> judged;
        std::map<SeriesKey, GroupSeries::Row> series;
        std::map<std::string, AlertDraft> alarms;
        std::mutex mutex;
        std::optional<Result<void>> result; // none: still under way
    };
    std::shared_ptr<Batch> m_storing; // null: none
    std::int64_t m_lastSecond = 0;
};

} // namespace crossfade
