// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/shiftrunner.h"

#include "app/router/revisions.h"
#include "app/service/log.h"
#include "models/shift/alarms.h"
#include "models/shift/takeover.h"

#include <algorithm>
#include <cstdio>

namespace crossfade {

namespace {

constexpr std::int64_t RateSeconds = 10;  // over which the request rate is told
constexpr std::int64_t FreshSeconds = 10; // how old the other platform's metrics may be
constexpr std::int64_t LookBack = 3'600;  // for the newest sample
// Percent of good requests from which on a platform is taken for healthy. Wrong passwords are not good either, so this
// is no threshold of quality: one that fails most of its users is none that others are taken back to.
constexpr double MostlyGood = 50;
constexpr std::int64_t EnoughToTell = 20; // of fewer it is only told whether any was good

// The first whole second that lies after the step.
std::int64_t firstSecondAfter(Instant step) {
    return std::chrono::ceil<Seconds>(step).time_since_epoch().count();
}

CohortFilter ofPolicy(const PolicyRecord &record, Platform platform) {
    return {platform, std::nullopt, record.policy.id};
}

} // namespace

ShiftRunner::ShiftRunner(Service &service, RouterState &state, ShiftBook &book, ShiftActs &acts,
                         Measurements &measurements, Probes &probes, PromProvider &prometheus,
                         ShiftMetrics &metrics)
    : m_service(service)
    , m_state(state)
    , m_book(book)
    , m_acts(acts)
    , m_measurements(measurements)
    , m_probes(probes)
    , m_prometheus(prometheus)
    , m_metrics(metrics)
    , m_store(service)
    , m_remindEvery(Seconds(state.options().remindSeconds)) {}

void ShiftRunner::look() {
    noteTerm();
    const Instant now = m_service.store().environment().now();
    const std::vector<ShiftBook::RecordPtr> records = m_book.records();
    if (m_term == 0 && !m_alone) follow(records, now);
    for (const ShiftBook::RecordPtr &record : records) {
        // Of what is not judged nothing is stored: each replica looks itself.
        if (m_term != 0 || m_alone || !isJudged(record->status.state)) lookAt(standing(record), now);
    }
}

void ShiftRunner::lookAt(const ShiftBook::RecordPtr &record, Instant now) {
    auto view = std::make_shared<ShiftView>();
    if (const ShiftBook::ViewPtr before = m_book.view(record->policy.id)) {
        view->guards = before->guards;
        view->judgedAt = before->judgedAt;
        view->judgedTerm = before->judgedTerm;
        // An edited guard is another guard: what was counted for the old one does not count.
        for (const Guard &guard : before->policy.guards) {
            if (std::ranges::find(record->policy.guards, guard) == record->policy.guards.end())
                view->guards.erase(guard.id);
        }
    }
    view->policy = record->policy;
    if (m_book.takeRestart(record->policy.id)) view->countAnew();
    const bool judges = isJudged(record->status.state);
    const bool due = !view->judgedAt ||
                     now - *view->judgedAt >= Seconds(record->policy.intervalSeconds) ||
                     now < *view->judgedAt;
    std::vector<RecordedReading> readings;
    if (judges && due) readings = judge(*record, *view, now);
    view->facts = gather(*record, *view, now);
    view->seenAt = now;
    view->seenTerm = m_term;
    m_book.putView(record->policy.id, view);
    RecordedEvent seen = recordedLook(view->facts, record->status, record->shiftVersion);
    seen.judged = judges && due;
    seen.readings = std::move(readings);
    if (m_term == 0 && !m_alone) return; // whoever leads acts
    auto transition = advance(view->policy, record->status, view->facts);
    const bool raises = transition && transition->next.percentage > record->status.percentage;
    if (raises && !m_acts.mayRaise(record->policy.id)) transition.reset();
    if (transition && carryOut(*record, *transition, seen, view) == Carried::Done) {
        m_recorder.acted(record->policy.id, seen);
        return;
    }
    seen.failed = transition.has_value();
    if (judges || seen.failed) m_recorder.saw(record->policy.id, std::move(seen));
}

WindowReading ShiftRunner::read(const PolicyRecord &record, const Guard &guard, Instant now) const {
    WindowReading reading;
    if (guard.metric == Metric::Consistency) {
        const ConsistencyFact fact = m_probes.consistency(guard.checkName);
        reading.to = now;
        reading.from = now - Seconds(guard.windowSeconds);
        reading.value = fact.percentage;
        reading.newest = fact.checkedAt;
        if (m_probes.isSilent(guard.checkName)) { // as old as if nothing had been checked since: no verdict on either side
            reading.value.reset();
            reading.newest = std::min(fact.checkedAt.value_or(reading.from), reading.from) - Seconds(1);
            return reading;
        }
        reading.sourceError = fact.error;
        reading.samples =
            fact.percentage && fact.checkedAt && *fact.checkedAt >= reading.from ? 1 : 0;
        return reading;
    }
    if (isOfSyncs(guard.metric)) return syncReading(guard, m_probes.syncs(), now);
    if (guard.metric == Metric::Promql)
        return promqlReading(guard, m_prometheus.fact(guard), record.status.steppedAt, now);
    // Only whole seconds, and only those after the step: a window never mixes two shares.
    const std::int64_t to = secondOf(now);
    const std::int64_t from =
        std::min(to, std::max(to - guard.windowSeconds, firstSecondAfter(record.status.steppedAt)));
    const CohortFilter filter = ofPolicy(record, guard.platform);
    reading.from = startOf(from);
    reading.to = startOf(to);
    if (guard.countsUsers) {
        const auto usersOf = [&](Platform platform) {
            return m_measurements.users(record.policy.id, platform, from, to);
        };
        readUsers(guard, usersOf(guard.platform),
                  guard.isRelative() ? usersOf(otherPlatform(guard.platform)) : UserCounts(), reading);
    } else if (guard.isRelative()) {
        const CohortFilter others = ofPolicy(record, otherPlatform(guard.platform));
        readRelative(guard, m_measurements.sum(filter, from, to), m_measurements.sum(others, from, to), reading);
    } else {
        const Slot slot = m_measurements.sum(filter, from, to);
        reading.samples = slot.samples(guard.metric);
        if (reading.samples > 0)
            reading.value = slot.value(guard.metric, guard.statistic,
                                       static_cast<double>(std::max<std::int64_t>(1, to - from)));
    }
    if (const auto latest = m_measurements.latest(filter, to - LookBack, to + 1))
        reading.newest = startOf(*latest);
    reading.clockFault = m_measurements.clockFault(record.policy.id, from);
    return reading;
}

std::vector<RecordedReading> ShiftRunner::judge(const PolicyRecord &record, ShiftView &view,
                                                Instant now) {
    std::vector<RecordedReading> readings;
    for (const Guard &guard : view.policy.guards) {
        RecordedReading recorded{measureOf(guard), read(record, guard, now)};
        Judgement judgement =
            judgeWindow(guardAt(view.policy, record.status.percentage, guard), recorded.reading, now);
        if (std::ranges::find(readings, recorded.measure, &RecordedReading::measure) ==
            readings.end())
            readings.push_back(std::move(recorded));
        m_pending.push_back({record.policy.id, guard, judgement, judgingTerm()});
        m_metrics.countJudgement(record.policy.id, judgement.verdict);
        GuardMemory &memory = view.guards[guard.id];
        memory.add(guard, std::move(judgement));
        alarm(record, guard, memory);
    }
    view.judgedAt = now;
    view.judgedTerm = judgingTerm();
    Json judged = guardsToJson(view.policy, &view, false);
    judged["policy_id"] = record.policy.id;
    m_judged[record.policy.id] = std::move(judged);
    return readings;
}

void ShiftRunner::alarm(const PolicyRecord &record, const Guard &guard, const GuardMemory &memory) {
    const auto alarm = alarmOf(record.policy, record.status, guard, memory);
    if (!alarm) return;
    const bool tripped = *alarm == GuardAlarm::Tripped;
    AlertDraft draft;
    draft.type = tripped ? "GUARD_TRIPPED" : "METRICS_SILENT";
    draft.severity = "HIGH";
    draft.message = record.policy.name + ": " + guardTitle(guard) +
                    (tripped ? " tripped: " : " was not measured for a minute: ") +
                    memory.last()->detail;
    draft.details = {{"percentage", record.status.percentage.percent()},
                     {"state", shiftStateWord(record.status.state)},
                     {"guard", guard.id}};
    draft.subjectType = "shift_policy";
    draft.subjectId = record.policy.id;
    // Where everything is silent one alert of the policy says it all.
    draft.dedupeKey = ShiftActs::alertKey(record, draft.type, tripped ? guard.id : std::string());
    m_alarms.insert_or_assign(draft.dedupeKey, std::move(draft));
}

ShiftFacts ShiftRunner::gather(const PolicyRecord &record, const ShiftView &view,
                               Instant now) {
    ShiftFacts facts;
    facts.now = now;
    for (const Guard &guard : view.policy.guards) {
        GuardFact fact{&guard, std::nullopt, false};
        if (const auto memory = view.guards.find(guard.id); memory != view.guards.end()) {
            if (const Judgement *last = memory->second.last()) fact.last = *last;
            fact.tripped = memory->second.tripped(guard);
        }
        facts.guards.push_back(std::move(fact));
    }
    const std::int64_t second = secondOf(now);
    const CohortFilter onTarget = ofPolicy(record, record.policy.targetPlatform);
    if (const auto latest = m_measurements.latest(onTarget, second - LookBack, second + 1))
        facts.newestEvidence = startOf(*latest);
    const std::int64_t from =
        std::max(second - RateSeconds, firstSecondAfter(record.status.steppedAt));
    if (from < second)
        facts.targetRequestsPerSecond =
            m_measurements.sum(onTarget, from, second).count / static_cast<double>(second - from);
    if (record.policy.consistencyGate) {
        for (const std::string &name : record.policy.consistencyGate->checkNames)
            facts.consistency.push_back(m_probes.consistency(name));
    }
    const Platform other = otherPlatform(record.policy.targetPlatform);
    CohortFilter onOther{other, std::nullopt, std::nullopt};
    if (record.policy.targetSystem != "*") onOther.systemId = record.policy.targetSystem;
    const bool toNew = record.policy.targetPlatform == Platform::New;
    const std::string &targetUrl =
        toNew ? record.policy.newHealthUrl : record.policy.legacyHealthUrl;
    const std::string &otherUrl =
        toNew ? record.policy.legacyHealthUrl : record.policy.newHealthUrl;
    facts.targetHealth = m_probes.health(targetUrl);
    const std::string otherName(platformWord(other));
    // Those of the policy count too where their system is no longer told apart.
    const auto fresh = [&](const CohortFilter &filter) {
        return m_measurements.latest(filter, second - FreshSeconds, second + 1).has_value();
    };
    facts.otherMetrics = fresh(onOther) || fresh(ofPolicy(record, other))
                             ? Fact{true, otherName + "'s metrics are fresh"}
                             : Fact{false, "no request on " + otherName + " in the last 10 s"};
    if (record.status.state == ShiftState::Scheduled) gatherStart(record, facts);
    facts.rollbackPath = rollbackPath(record, otherUrl, now);
    return facts;
}

// What a start would meet: the policy it takes over from, or another that covers its system already.
void ShiftRunner::gatherStart(const PolicyRecord &record, ShiftFacts &facts) const {
    std::vector<PolicyCover> covers;
    for (const ShiftBook::RecordPtr &other : m_book.records()) {
        const auto cover = ShiftActs::coverOf(*other);
        if (!cover) continue;
        if (cover->targetSystem == record.policy.targetSystem)
            facts.startRefused = "\"" + cover->name + "\" covers its system";
        covers.push_back(*cover);
    }
    if (const auto full = ShiftActs::tooManyWith(covers.size())) facts.startRefused = full->message;
    const PolicyCover *from = takenOverBy(record.policy.targetSystem, covers);
    if (!from) return;
    facts.takesOver = *from;
    const ShiftBook::RecordPtr other = m_book.record(from->id);
    if (!other) return;
    if (const auto enough = asksEnough(record.policy, other->policy); !enough) facts.startRefused = enough.error().message;
}

Fact ShiftRunner::rollbackPath(const PolicyRecord &record, const std::string &otherUrl,
                               Instant now) {
    if (!m_storeWorks || m_alone) return {false, "the store refuses writes"};
    const Platform other = otherPlatform(record.policy.targetPlatform);
    const std::string name(platformWord(other));
    const Fact healthy = otherUrl.empty() ? servesRequests(record, other, now)
                                          : m_probes.health(otherUrl);
    if (!healthy.good) return healthy;
    const Fact carried = reverseSyncs(record.policy.targetPlatform, now);
    if (!carried.good) return carried;
    Fact proven = previousEpoch(record, now);
    if (!proven.good) return proven;
    proven.detail = (otherUrl.empty() ? healthy.detail : name + " is healthy") +
                    (carried.detail.empty() ? "" : ", " + carried.detail) +
                    ", the store takes writes and holds the previous epoch";
    return proven;
}

// Who is taken back must find there what was written on the platform they leave.
Fact ShiftRunner::reverseSyncs(Platform changesOf, Instant now) const {
    const RouterOptions &options = m_state.options();
    if (options.comparatorUrl.empty()) return {true, {}};
    return carriedBack(m_probes.syncs(), changesOf, Seconds(options.reverseLagSeconds), now);
}

// Without a health URL what its users get from it is the evidence. Where there is none either, that is said: no step
// would ever be taken without a URL if it were in the way.
Fact ShiftRunner::servesRequests(const PolicyRecord &record, Platform other, Instant now) const {
    const std::string name(platformWord(other));
    const std::int64_t second = secondOf(now);
    const Slot slot = m_measurements.sum(ofPolicy(record, other), second - FreshSeconds, second + 1);
    const auto good = slot.value(Metric::SuccessRate, Statistic::Rate, static_cast<double>(FreshSeconds));
    if (slot.samples(Metric::SuccessRate) == 0 || !good)
        return {true, "no health URL of " + name + " is set and nothing was measured on it in the last " +
                          std::to_string(FreshSeconds) + " s"};
    char share[32];
    std::snprintf(share, sizeof share, "%.1f %%", *good);
    const bool serves = *good >= MostlyGood || (*good > 0 && slot.samples(Metric::SuccessRate) < EnoughToTell);
    return {serves, "no health URL of " + name + " is set, " + share + " of " +
                           std::to_string(slot.samples(Metric::SuccessRate)) + " requests on it were good"};
}

// Looked up once a change of the shift, and every few seconds.
Fact ShiftRunner::previousEpoch(const PolicyRecord &record, Instant now) {
    constexpr Seconds Proven{5};
    if (!ShiftActs::coverOf(record)) return {true, "nobody was moved yet"};
    Proof &proof = m_proofs[record.policy.id];
    if (proof.shiftVersion == record.shiftVersion && now - proof.at < Proven && now >= proof.at)
        return proof.fact;
    const auto found = std::make_shared<Fact>(Fact{false, "the revision log does not hold the previous epoch"});
    const auto look = [found, id = record.policy.id](Database &db) -> Result<void> {
        const auto epoch = revisions::previousEpochOf(db, id);
        if (!epoch) return fail(epoch.error());
        if (*epoch) *found = {true, "epoch " + std::to_string(**epoch) + " is stored"};
        return {};
    };
    const auto read = m_store.read(look);
    proof = {record.shiftVersion, now,
             read ? *found : Fact{false, "the store cannot be read: " + read.error().message}};
    return proof.fact;
}

void ShiftRunner::watchWhatPoliciesName() {
    std::set<std::string> urls;
    std::set<std::string> checks;
    std::set<std::string> countUsers;
    std::set<std::string> underWay;
    for (const ShiftBook::RecordPtr &record : m_book.records()) {
        // The gates of the master switch ask for those of finalized policies, too.
        if (record->policy.consistencyGate)
            checks.insert(record->policy.consistencyGate->checkNames.begin(),
                          record->policy.consistencyGate->checkNames.end());
        if (record->status.state == ShiftState::Finalized) continue;
        if (ShiftActs::coverOf(*record)) underWay.insert(record->policy.id);
        for (const std::string &url :
             {record->policy.newHealthUrl, record->policy.legacyHealthUrl}) {
            if (!url.empty()) urls.insert(url);
        }
        for (const Guard &guard : record->policy.guards) {
            if (guard.metric == Metric::Consistency) checks.insert(guard.checkName);
            if (guard.countsUsers) countUsers.insert(record->policy.id);
        }
    }
    m_probes.watch(std::move(urls), std::move(checks));
    m_measurements.keepPlaces(underWay);
    m_measurements.watchUsers(countUsers);
    watchExpressions();
}

void ShiftRunner::watchExpressions() {
    PromProvider::Watched watched;
    for (const ShiftBook::RecordPtr &record : m_book.records()) {
        if (!isJudged(record->status.state)) continue;
        for (const Guard &guard : record->policy.guards)
            PromProvider::addTo(watched, guard, record->policy.intervalSeconds);
    }
    m_prometheus.watch(watched);
}

} // namespace crossfade
