// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/tracemodel.h"
#include "models/session/connection.h"
#include "models/session/rulessession.h"
#include "models/session/switchessession.h"

#include <QObject>
#include <QTimer>

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

struct TesterInput {
    std::string user;
    std::string system;
    std::string entity;
    Operation operation = Operation::Read;
    std::optional<Instant> at; // none: now
    bool isEmpty() const { return user.empty() && system.empty() && entity.empty(); }
    bool operator==(const TesterInput &) const = default;
};

struct TesterAnswer {
    Platform platform = Platform::Legacy;
    std::string mode;   // SINGLE …
    std::string line;   // "10b"
    std::string reason; // PERCENTAGE …
    std::string detail; // free text of the rule, or the bucket
    bool operator==(const TesterAnswer &) const = default;
};

// One move of the user's history.
struct TesterMove {
    std::optional<Instant> at;
    std::string from;
    std::string to;
    std::string cause;
    std::string actor;
    std::string reason;
};

struct TesterSince {
    bool known = false;
    std::optional<Instant> since;
    std::string changedBy;
    std::string changeReason;
    std::vector<TesterMove> history; // newest first
};

// Who serves this request now, by which line, since when, and who would with the unsaved edits. Now
// and the history come from the router; the edits are decided here by the same function.
class TesterSession : public QObject {
    Q_OBJECT
public:
    static constexpr std::size_t MaxLocalRules = 5'000;

    TesterSession(Connection *connection, RulesSession *rules, SwitchesSession *switches,
                  QObject *parent = nullptr);

    TraceModel *trace() { return &m_trace; }
    const TesterInput &input() const { return m_input; }
    void setInput(const TesterInput &input);
    // Also done by itself when a rule, a switch or a shift changes.
    void ask();

    const std::optional<TesterAnswer> &now() const { return m_now; }
    const std::optional<TesterAnswer> &edited() const { return m_edited; }
    const std::optional<TesterSince> &since() const { return m_since; }
    std::int64_t epoch() const { return m_epoch; }
    const std::optional<Error> &error() const { return m_error; }
    bool isAsking() const { return m_asking; }
    bool isStale() const;
    qint64 ageMs() const;
    // There are edits, but too many rules to decide here.
    bool tooManyRules() const;

Q_SIGNALS:
    void changed();

private:
    void refreshPolicies();
    void onEvent(const ServerEvent &event);
    void askDecision(int generation);
    void askUser(int generation);
    void decideEdited();
    Snapshot snapshotOf(const RuleRows &rules, const Switches &switches) const;
    std::vector<SnapshotChange> listsKnown() const;

    Connection *m_connection;
    RulesSession *m_rules;
    SwitchesSession *m_switches;
    TraceModel m_trace;
    QTimer m_delay; // a burst of keys or events is one question
    TesterInput m_input;
    std::map<std::string, PolicyCover> m_policies;
    std::vector<TraceLine> m_nowLines;
    TesterInput m_nowInput; // what m_nowLines answer
    std::optional<TesterAnswer> m_now;
    std::optional<TesterAnswer> m_edited;
    std::optional<TesterSince> m_since;
    std::optional<Error> m_error;
    std::int64_t m_epoch = 0;
    int m_generation = 0;
    bool m_asking = false;
};

} // namespace crossfade
