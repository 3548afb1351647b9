// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/router/enginewatch.h"

#include "app/router/alertrecords.h"
#include "app/router/enginerecords.h"
#include "app/service/log.h"

namespace crossfade {

namespace {

constexpr std::chrono::seconds LooksAtLeast{5};
constexpr std::chrono::seconds StoresWithin{1}; // less than an instance has to acknowledge

std::string driftKey(const EngineInstance &one) {
    return "engine:" + one.agentId + "/" + one.name + ":ENGINE_DRIFT";
}

std::string driftWords(const EngineInstance &one, const std::optional<RuleEpoch> &newest) {
    const std::string current = newest ? std::to_string(newest->epoch) : "0";
    const std::string serves = "it serves epoch " + std::to_string(one.acknowledged) + ", " + current + " is current";
    switch (one.drift->cause) {
    case DriftCause::Gone: return "was taken away: its agent serves it no more";
    case DriftCause::NotHeard: return "was not heard of since " + formatInstant(one.heardAt);
    case DriftCause::Refused:
        return "refused epoch " + std::to_string(one.refused.value_or(0)) + " (" + one.refusal + "): " + serves;
    case DriftCause::NotAcknowledged: return "did not acknowledge what was changed: " + serves;
    case DriftCause::NotConverged:
        return "still answers by epoch " + std::to_string(one.converged.value_or(0)) + ", though it acknowledged " +
               std::to_string(one.acknowledged);
    }
    return {};
}

AlertDraft driftAlert(const EngineInstance &one, const std::optional<RuleEpoch> &newest) {
    AlertDraft draft;
    draft.type = "ENGINE_DRIFT";
    draft.severity = "HIGH";
    draft.message = "engine " + one.name + " (" + one.address + ") of agent " + one.agentId + " " +
                    driftWords(one, newest);
    draft.details = {{"agent_id", one.agentId},
                     {"instance", one.name},
                     {"address", one.address},
                     {"acknowledged_epoch", one.acknowledged},
                     {"converged_epoch", one.converged ? Json(*one.converged) : Json()},
                     {"refused_epoch", one.refused ? Json(*one.refused) : Json()},
                     {"current_epoch", newest ? newest->epoch : 0},
                     {"cause", driftCauseWord(one.drift->cause)},
                     {"since", formatInstant(one.drift->since)}};
    draft.subjectType = "engine";
    draft.subjectId = one.agentId + "/" + one.name;
    draft.dedupeKey = driftKey(one);
    return draft;
}

// One that a person has acknowledged is not raised anew because its cause is another one now.
Result<bool> isDriftOpen(Database &db, const std::string &key) {
    const auto open = db.query("SELECT 1 FROM alert WHERE dedupe_key = ? AND acknowledged_at IS NULL", {key});
    if (!open) return fail(open.error());
    return !open->empty();
}

prometheus::Gauge &engineGauge(prometheus::Registry &metrics, const char *name, const char *help) {
    return prometheus::BuildGauge().Name(name).Help(help).Register(metrics).Add({});
}

} // namespace

Json driftJson(const std::optional<EngineDrift> &drift) {
    if (!drift) return {};
    return {{"cause", driftCauseWord(drift->cause)}, {"since", formatInstant(drift->since)}};
}

EngineWatch::EngineWatch(Store &store, const Leadership &leadership, prometheus::Registry &metrics)
    : m_store(store)
    , m_leadership(leadership)
    , m_known(engineGauge(metrics, "crossfade_engine_instances", "Traffic engines that agents told of."))
    , m_drifting(engineGauge(metrics, "crossfade_engine_drifting_instances",
                             "Those of them that do not serve what is stored.")) {}

void EngineWatch::look() {
    const std::int64_t term = m_leadership.term();
    const auto begun = Clock::now();
    if (term != m_term || begun - m_looked > LooksAtLeast) m_listeningSince = m_store.environment().now();
    m_term = term;
    m_looked = begun;
    bool due = false;
    const auto read = m_store.read([&](Database &db) -> Result<void> {
        const auto any = isDue(db);
        if (!any) return fail(any.error());
        due = *any;
        return {};
    });
    // Said once, though it is asked each second.
    const auto missed = [this](const Error &error) {
        const Instant now = m_store.environment().now();
        if (now - m_listeningSince > LooksAtLeast)
            logWarning("traffic engines are not judged", {{"error", error.message}});
        m_listeningSince = now;
    };
    if (!read) return missed(read.error());
    if (term == 0 || !due) return;
    const auto written = writeLeading(m_store, m_leadership, term, {"runner", {}},
                                      [&](WriteTransaction &tx) { return keep(tx, begun); });
    if (!written) missed(written.error());
}

Result<bool> EngineWatch::isDue(Database &db) {
    const auto instances = enginerecords::all(db);
    if (!instances) return fail(instances.error());
    const Instant now = m_store.environment().now();
    RuleEpochs epochs(db);
    bool due = false;
    std::size_t drifting = 0;
    for (const EngineInstance &one : *instances) {
        const auto missed = epochs.missedBy(one);
        if (!missed) return fail(missed.error());
        const auto drift = judgeDrift(one, *missed, m_listeningSince, now);
        drifting += drift ? 1 : 0;
        due = due || drift != one.drift || isForgotten(one, now);
    }
    m_known.Set(static_cast<double>(instances->size()));
    m_drifting.Set(static_cast<double>(drifting));
    return due;
}

Result<Json> EngineWatch::keep(WriteTransaction &tx, Clock::time_point asked) {
    // What agents said meanwhile waited for the store, as this did.
    if (Clock::now() - asked > StoresWithin) return fail(ErrorKind::Unavailable, "the store was slow");
    const auto instances = enginerecords::all(tx.db());
    if (!instances) return fail(instances.error());
    RuleEpochs epochs(tx.db());
    const auto newest = epochs.newest();
    if (!newest) return fail(newest.error());
    for (const EngineInstance &one : *instances) {
        if (isForgotten(one, tx.now())) {
            if (auto removed = enginerecords::remove(tx.db(), one); !removed) return fail(removed.error());
            if (auto settled = alertrecords::settle(tx, driftKey(one)); !settled) return fail(settled.error());
            continue;
        }
        const auto missed = epochs.missedBy(one);
        if (!missed) return fail(missed.error());
        const auto drift = judgeDrift(one, *missed, m_listeningSince, tx.now());
        if (drift == one.drift) continue;
        if (auto kept = keepOne(tx, one, drift, *newest); !kept) return fail(kept.error());
    }
    return Json();
}

Result<void> EngineWatch::keepOne(WriteTransaction &tx, EngineInstance instance,
                                  const std::optional<EngineDrift> &drift, const std::optional<RuleEpoch> &newest) {
    const bool begins = !instance.drift;
    instance.drift = drift;
    if (auto stored = enginerecords::put(tx.db(), instance); !stored) return stored;
    tx.emit("engine.changed",
            {{"agent_id", instance.agentId}, {"instance", instance.name}, {"drift", driftJson(drift)}});
    if (!drift) return alertrecords::settle(tx, driftKey(instance));
    if (!begins) {
        const auto open = isDriftOpen(tx.db(), driftKey(instance));
        if (!open) return fail(open.error());
        if (!*open) return {};
    }
    return alertrecords::raise(tx, driftAlert(instance, newest));
}

} // namespace crossfade
