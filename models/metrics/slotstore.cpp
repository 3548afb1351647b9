// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/metrics/slotstore.h"

#include <algorithm>

namespace crossfade {

namespace {

constexpr SlotRetention Kept;

std::int64_t floorTo(std::int64_t second, std::int64_t unit) {
    return second - (second % unit + unit) % unit;
}

std::optional<double> smaller(std::optional<double> a, std::optional<double> b) {
    return !a ? b : (!b ? a : std::min(*a, *b));
}
std::optional<double> larger(std::optional<double> a, std::optional<double> b) {
    return !a ? b : (!b ? a : std::max(*a, *b));
}

// What one step of a series is made of: both platforms apart, so that a share can be told.
struct Step {
    Slot all;
    std::uint64_t countNew = 0;
};

std::optional<double> valueOf(const Step &step, const SeriesQuery &query, std::int64_t seconds) {
    if (query.metric != Metric::ShareNew)
        return step.all.isEmpty()
                   ? std::nullopt
                   : step.all.value(query.metric, query.statistic, static_cast<double>(seconds));
    if (step.all.count == 0) return std::nullopt;
    return 100.0 * static_cast<double>(step.countNew) / step.all.count;
}

} // namespace

void SlotStore::keepPlaces(const std::set<std::string> &policyIds) {
    if (m_kept == policyIds) return;
    m_kept = policyIds;
    m_kept.erase(std::string());
    m_others = static_cast<std::size_t>(
        std::ranges::count_if(m_cohorts, [this](const auto &entry) { return !isKept(entry.first); }));
}

// The cohort itself or what it is folded into.
Cohort SlotStore::placeFor(const Cohort &cohort) const {
    if (m_cohorts.contains(cohort) || m_cohorts.size() < MostCohorts) return cohort;
    const Cohort ofPolicy{cohort.platform, {}, cohort.policyId, cohort.ofAgent};
    if (m_cohorts.contains(ofPolicy) || isKept(ofPolicy) || m_others < MostPolicyCohorts) return ofPolicy;
    return {cohort.platform, {}, {}, cohort.ofAgent};
}

// Under what it is rolled up. A restart may choose others of more than there is room for: then the ten seconds and
// the minute under way have some requests of a policy beside those of its platform.
Cohort SlotStore::chartedAs(const Cohort &cohort) const {
    const auto use = m_cohorts.find(cohort);
    if (use == m_cohorts.end() || use->second.isCharted) return cohort;
    return {cohort.platform, {}, {}, cohort.ofAgent};
}

void SlotStore::count(const SlotKey &key) {
    const auto [use, isNew] = m_cohorts.try_emplace(key.cohort);
    ++use->second.slots;
    use->second.newest = isNew ? key.second : std::max(use->second.newest, key.second);
    if (!isNew) return;
    if (!isKept(key.cohort)) ++m_others;
    const bool isPlatform = key.cohort.systemId.empty() && key.cohort.policyId.empty();
    use->second.isCharted = isPlatform || m_charted < MostPolicyCohorts;
    if (use->second.isCharted) ++m_charted;
}

Slot &SlotStore::slotAt(std::int64_t second, const Cohort &cohort) {
    const SlotKey key{second, placeFor(cohort)};
    m_changed.insert(key);
    const auto [slot, isNew] = m_seconds.try_emplace(key);
    if (isNew) count(key);
    return slot->second;
}

void SlotStore::restore(Resolution resolution, const SlotKey &key, Slot slot) {
    const bool isNew = slots(resolution).insert_or_assign(key, std::move(slot)).second;
    if (isNew && resolution == Resolution::Second) count(key);
}

const SlotStore::Slots &SlotStore::slots(Resolution resolution) const {
    switch (resolution) {
    case Resolution::Second:
        return m_seconds;
    case Resolution::TenSeconds:
        return m_tens;
    case Resolution::Minute:
        return m_minutes;
    }
    return m_seconds;
}

SlotStore::Slots &SlotStore::slots(Resolution resolution) {
    return const_cast<Slots &>(std::as_const(*this).slots(resolution));
}

const Slot *SlotStore::find(Resolution resolution, const SlotKey &key) const {
    const Slots &all = slots(resolution);
    const auto found = all.find(key);
    return found == all.end() ? nullptr : &found->second;
}

void SlotStore::rollUp(Resolution from, Resolution to, const std::set<SlotKey> &changed,
                       std::set<SlotKey> &made) {
    const auto unit = static_cast<std::int64_t>(to);
    for (const SlotKey &key : changed)
        made.insert({floorTo(key.second, unit), from == Resolution::Second ? chartedAs(key.cohort) : key.cohort});
    for (const SlotKey &key : made)
        slots(to)[key] = sumCharted(from, key, unit);
}

Slot SlotStore::sumCharted(Resolution from, const SlotKey &key, std::int64_t unit) const {
    Slot sum;
    const bool isPlatform = key.cohort.systemId.empty() && key.cohort.policyId.empty();
    if (from == Resolution::Second && isPlatform && m_charted < m_cohorts.size()) { // of many
        const auto end = m_seconds.lower_bound(SlotKey{key.second + unit, {Platform::Legacy, {}, {}}});
        for (auto it = m_seconds.lower_bound(SlotKey{key.second, {Platform::Legacy, {}, {}}}); it != end; ++it) {
            if (chartedAs(it->first.cohort) == key.cohort) sum.merge(it->second);
        }
        return sum;
    }
    for (std::int64_t second = key.second; second < key.second + unit; second += static_cast<std::int64_t>(from)) {
        if (const Slot *part = find(from, {second, key.cohort})) sum.merge(*part);
    }
    return sum;
}

void SlotStore::forget(Resolution resolution, std::int64_t before) {
    Slots &all = slots(resolution);
    const auto end = all.lower_bound(SlotKey{before, {Platform::Legacy, {}, {}}});
    for (auto it = all.begin(); resolution == Resolution::Second && it != end; ++it) {
        const auto counted = m_cohorts.find(it->first.cohort);
        if (counted == m_cohorts.end() || --counted->second.slots > 0) continue;
        if (counted->second.isCharted) --m_charted;
        if (!isKept(counted->first)) --m_others;
        m_cohorts.erase(counted);
    }
    all.erase(all.begin(), end);
}

std::vector<std::pair<SlotStore::Resolution, SlotKey>> SlotStore::settle(std::int64_t nowSecond,
                                                                         const SlotRetention &kept) {
    std::set<SlotKey> tens;
    std::set<SlotKey> minutes;
    rollUp(Resolution::Second, Resolution::TenSeconds, m_changed, tens);
    rollUp(Resolution::TenSeconds, Resolution::Minute, tens, minutes);
    std::vector<std::pair<Resolution, SlotKey>> stored;
    for (const SlotKey &key : m_changed)
        stored.emplace_back(Resolution::Second, key);
    for (const SlotKey &key : tens)
        stored.emplace_back(Resolution::TenSeconds, key);
    for (const SlotKey &key : minutes)
        stored.emplace_back(Resolution::Minute, key);
    m_changed.clear();
    forget(Resolution::Second, nowSecond - kept.seconds);
    forget(Resolution::TenSeconds, nowSecond - kept.tens);
    forget(Resolution::Minute, nowSecond - kept.minutes);
    return stored;
}

Slot SlotStore::sum(const CohortFilter &filter, std::int64_t from, std::int64_t to) const {
    Slot result;
    // Every guard asks this of its policy: it must not go through those of all the others.
    std::vector<const Cohort *> wanted;
    for (const auto &[cohort, use] : m_cohorts) {
        if (use.newest >= from && filter.matches(cohort)) wanted.push_back(&cohort);
    }
    constexpr std::size_t Worth = 8; // a look-up costs some steps
    if (wanted.size() * Worth < m_cohorts.size()) {
        if (wanted.empty()) return result;
        const std::int64_t first = std::max(from, m_seconds.begin()->first.second);
        const std::int64_t last = std::min(to - 1, m_seconds.rbegin()->first.second);
        for (std::int64_t second = first; second <= last; ++second) {
            for (const Cohort *cohort : wanted) {
                if (const Slot *slot = find(Resolution::Second, {second, *cohort})) result.merge(*slot);
            }
        }
        return result;
    }
    const auto end = m_seconds.lower_bound(SlotKey{to, {Platform::Legacy, {}, {}}});
    for (auto it = m_seconds.lower_bound(SlotKey{from, {Platform::Legacy, {}, {}}}); it != end;
         ++it) {
        if (filter.matches(it->first.cohort)) result.merge(it->second);
    }
    return result;
}

std::optional<std::int64_t> SlotStore::latest(const CohortFilter &filter, std::int64_t from,
                                              std::int64_t to) const {
    // Whoever looks for a cohort without requests, as each shift does several times a second, must not go
    // through an hour of all the others.
    std::optional<std::int64_t> newest;
    for (const auto &[cohort, use] : m_cohorts) {
        if (filter.matches(cohort)) newest = std::max(newest.value_or(use.newest), use.newest);
    }
    if (!newest || *newest < from) return std::nullopt;
    auto it = m_seconds.lower_bound(SlotKey{std::min(to, *newest + 1), {Platform::Legacy, {}, {}}});
    while (it != m_seconds.begin()) {
        --it;
        if (it->first.second < from) break;
        if (filter.matches(it->first.cohort) && !it->second.isEmpty()) return it->first.second;
    }
    return std::nullopt;
}

SlotStore::Resolution SlotStore::resolutionFor(std::int64_t ageSeconds) {
    if (ageSeconds <= Kept.seconds) return Resolution::Second;
    return ageSeconds <= Kept.tens ? Resolution::TenSeconds : Resolution::Minute;
}

SeriesColumns SlotStore::series(const SeriesQuery &query, std::int64_t nowSecond) const {
    const Resolution resolution = resolutionFor(nowSecond - query.from);
    const auto unit = static_cast<std::int64_t>(resolution);
    SeriesColumns columns;
    columns.stepSeconds = std::max(query.step, unit);
    const Slots &all = slots(resolution);
    const Cohort least{Platform::Legacy, {}, {}};
    for (std::int64_t t = floorTo(query.from, columns.stepSeconds); t < query.to;
         t += columns.stepSeconds) {
        Step whole;
        std::optional<double> low;
        std::optional<double> high;
        auto it = all.lower_bound(SlotKey{t, least});
        while (it != all.end() && it->first.second < t + columns.stepSeconds) {
            Step part;
            const std::int64_t second = it->first.second;
            for (; it != all.end() && it->first.second == second; ++it) {
                if (!query.filter.matches(it->first.cohort)) continue;
                part.all.merge(it->second);
                if (it->first.cohort.platform == Platform::New) part.countNew += it->second.count;
            }
            low = smaller(low, valueOf(part, query, unit));
            high = larger(high, valueOf(part, query, unit));
            whole.all.merge(part.all);
            whole.countNew += part.countNew;
        }
        columns.t.push_back(t);
        columns.value.push_back(valueOf(whole, query, columns.stepSeconds));
        columns.min.push_back(low);
        columns.max.push_back(high);
        columns.count.push_back(query.metric == Metric::ShareNew ? whole.all.count
                                                                 : whole.all.samples(query.metric));
    }
    return columns;
}

std::vector<std::pair<Cohort, const Slot *>> SlotStore::at(std::int64_t second) const {
    std::vector<std::pair<Cohort, const Slot *>> result;
    for (auto it = m_seconds.lower_bound(SlotKey{second, {Platform::Legacy, {}, {}}});
         it != m_seconds.end() && it->first.second == second; ++it)
        result.emplace_back(it->first.cohort, &it->second);
    return result;
}

std::optional<double> shareOfNew(const SlotStore &store, CohortFilter filter, std::int64_t from,
                                 std::int64_t to) {
    const std::uint32_t all = store.sum(filter, from, to).count;
    if (all == 0) return std::nullopt;
    filter.platform = Platform::New;
    return 100.0 * store.sum(filter, from, to).count / all;
}

} // namespace crossfade
