// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/expressiontrial.h"
#include "models/items/drillrow.h"
#include "models/items/guardmodel.h"
#include "models/items/historymodel.h"
#include "models/items/policymodel.h"
#include "models/items/rulepreview.h"
#include "models/items/stillnewwords.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"

#include <QObject>

#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace crossfade {

// One act that takes users back.
struct RollbackOrder {
    bool everything = false;
    std::vector<std::string> policyIds; // unless everything
    double target = 0;
    bool stepwise = false;
    std::string reason;
};

// What it did, in one epoch.
struct RollbackOutcome {
    struct Item {
        std::string policyName;
        double from = 0, to = 0;
        std::string state;
    };
    std::int64_t epoch = 0;
    struct Group {
        std::string name;
        std::int64_t users = 0; // who went back
    };
    struct Refused {
        std::string name; // its id, where there is none of that name
        Error why;
    };
    std::vector<Item> items;
    std::vector<Group> groups;
    std::vector<Refused> refused; // named, and not taken back
    std::string masterFrom, masterTo;
    bool forwardOnlyEnded = false;
    std::vector<StillNewRow> stillNew; // who stays on NEW all the same, as far as the router tells
    bool stillNewUnknown = false;      // it could not read it
    bool stored = true; // false: in force at the router that answered, whose database did not
};

// What a rollback of everything would do besides the shifts that are named.
struct RollbackPreview {
    std::optional<RulePreview> users; // none: nothing would change
    std::vector<std::string> groups;  // names of those that would go back
    bool groupsKnown = false;         // all of them
    bool endsMaster = false;          // it is on NEW
    bool endsForwardOnly = false;
};

struct MovedUser {
    std::string userId, from, to, reason;
};

// The shift policies, the one that is looked at, and the commands that drive them.
class ShiftSession : public QObject {
    Q_OBJECT
public:
    explicit ShiftSession(Connection *connection, QObject *parent = nullptr);

    Connection *connection() const { return m_connection; }
    PolicyModel *policies() { return &m_policies; }
    GuardModel *guards() { return &m_guards; }
    HistoryModel *history() { return &m_history; }
    const std::vector<GateRow> &gates() const { return m_gates; }

    LoadPhase phase() const { return m_phase; }
    LoadPhase detailPhase() const { return m_detailPhase; } // guards, gates, history
    const Error &error() const { return m_error; }
    bool isStale() const;
    QString obstacle() const; // why shifts can't be driven now; empty if they can
    std::string subject() const;

    void select(const std::string &policyId);
    const std::string &selectedId() const { return m_selected; }
    const PolicyRow *selected() const { return m_policies.find(m_selected); }
    void refresh();

    // Commands on one policy; `done` comes once, while `context` lives.
    using Done = std::function<void(const Result<void> &)>;
    // With `startAt` a shift that was not started waits for that time.
    void applyTarget(const std::string &id, double target, const QString &reason, QObject *context,
                     Done done, std::optional<Instant> startAt = std::nullopt);
    void rollBack(const std::string &id, double target, bool stepwise, const QString &reason,
                  QObject *context, Done done);
    void act(const std::string &id, ShiftCommand command, const QString &reason, QObject *context,
             Done done); // Suspend, Resume, Finalize
    void overrideGate(const std::string &id, const std::string &gate, const QString &reason,
                      QObject *context, Done done);
    // An empty id creates; `version` is the one the form was filled from.
    void save(const ShiftPolicy &policy, const std::string &version, const QString &reason,
              QObject *context, Done done);
    void remove(const std::string &id, const QString &reason, QObject *context, Done done);

    // Of PROMQL guards: the sources there are, and one expression asked now. `done` comes once.
    using SourcesListed = std::function<void(const Result<std::vector<std::string>> &)>;
    void metricSources(QObject *context, SourcesListed done);
    using Tried = std::function<void(const Result<ExpressionTrial> &)>;
    void tryExpression(const Guard &guard, QObject *context, Tried done);

    // What a percentage would move. Late answers are the caller's to drop.
    using Previewed = std::function<void(const Result<RulePreview> &)>;
    void preview(const std::vector<std::string> &ids, double percentage, QObject *context,
                 Previewed done);
    using Listed = std::function<void(const Result<std::vector<MovedUser>> &)>;
    // Of a preview that the router does not know any more, or another replica made, a new one is made first.
    void previewMembers(const std::string &previewId, bool toNew, QObject *context, Listed done);
    // What the policy, or `unsaved` instead of it, would have done with what was recorded.
    using Drilled = std::function<void(const Result<DrillReport> &)>;
    void drill(const std::string &id, Instant from, Instant to, const std::optional<ShiftPolicy> &unsaved,
               QObject *context, Drilled done);
    using RollbackPreviewed = std::function<void(const Result<RollbackPreview> &)>;
    // Everything: these policies to `percentage`, all user groups, and a switch that sends everybody to NEW.
    void previewEverything(const std::vector<std::string> &ids, double percentage, QObject *context,
                           RollbackPreviewed done);
    using RolledBack = std::function<void(const Result<RollbackOutcome> &)>;
    // Works whatever the state of this session: it only needs the router.
    void rollBack(const RollbackOrder &order, QObject *context, RolledBack done);

Q_SIGNALS:
    void changed();         // policies, phases, permissions
    void selectionChanged();
    void detailChanged();   // guards, gates, history of the selected policy

private:
    // A preview asked for here: by which id it is asked after, which one the router knows, and what it is of.
    struct MadePreview {
        std::string asked;
        std::string known;
        Json changes;
    };
    static constexpr std::size_t MostMade = 32;

    void makePreview(Json changes, QObject *context, Previewed done);
    void keepPreview(MadePreview made);
    void makeAnew(const std::string &previewId, bool toNew, QObject *context, const Listed &done, const Error &why);
    void readMembers(const std::string &id, bool toNew, QObject *context, Listed done);
    void forget();
    void onPolicies(int generation, const Result<RestReply> &reply);
    void loadDetail();
    void loadPart(const QString &part, const std::function<void(const Json &)> &take);
    void onEvent(const ServerEvent &event);
    void onShiftChanged(const Json &data);
    void command(RestCall call, QObject *context, Done done);
    void takeShift(const Json &shift);
    void ensureSelection();
    std::vector<PolicyRow> withTold(std::vector<PolicyRow> rows) const;
    void loadGates();

    Connection *m_connection;
    PolicyModel m_policies;
    GuardModel m_guards;
    HistoryModel m_history;
    std::vector<GateRow> m_gates;
    std::string m_selected;
    // Heard of since the list, or the history, was last asked for: an answer read before takes none of it back.
    std::set<std::string> m_told;
    std::optional<std::vector<HistoryRow>> m_toldHistory; // while it is on its way only
    std::deque<MadePreview> m_made;
    int m_gatesAsked = 0;
    LoadPhase m_phase = LoadPhase::Idle;
    LoadPhase m_detailPhase = LoadPhase::Idle;
    Error m_error;
    int m_generation = 0;
    int m_detailGeneration = 0;
    int m_partsLeft = 0;
};

} // namespace crossfade
