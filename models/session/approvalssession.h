// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/approvalrow.h"
#include "models/items/rulepreview.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"

#include <QObject>

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace crossfade {

// The open questions and alerts of the router: what the strip counts, what the approval dialog and
// the alerts drawer show. One for the whole console.
class ApprovalsSession : public QObject {
    Q_OBJECT
public:
    explicit ApprovalsSession(Connection *connection, QObject *parent = nullptr);

    Connection *connection() const { return m_connection; }
    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    // Whether these lists have arrived at all: "none" and "not known" are not the same.
    bool knowsApprovals() const { return m_knowsApprovals; }
    bool knowsAlerts() const { return m_knowsAlerts; }
    bool isStale() const { return m_connection->reach(ServiceName::Router) != Reach::Live; }
    // Soonest deadline first; decided ones leave the list.
    const std::vector<ApprovalRow> &open() const { return m_open; }
    // Also those decided since the console started; null if unknown.
    const ApprovalRow *find(const std::string &id) const;
    const ApprovalRow *openOfPolicy(const std::string &policyId) const;
    // Newest first, open ones only.
    const std::vector<AlertRow> &alerts() const { return m_alerts; }

    // The one open question about the master switch, if any.
    const ApprovalRow *openMasterSwitch() const;

    using Previewed = std::function<void(const Result<RulePreview> &)>;
    // Whom approving a change of the master switch would move.
    void previewSwitches(const ApprovalRow &row, QObject *context, Previewed done);
    // Whom approving what is asked about a group's batch would move.
    void previewBatch(const ApprovalRow &row, QObject *context, Previewed done);
    using Answered = std::function<void(const Result<ApprovalRow> &)>;
    // Conflict when somebody else was first: find() then says who and what.
    void approve(const std::string &id, const QString &reason, QObject *context, Answered done);
    void reject(const std::string &id, const QString &reason, QObject *context, Answered done);
    // Answers for gates of the master switch as they stand.
    void overrideGates(const std::string &id, const std::vector<std::string> &gates, const QString &reason,
                       QObject *context, Answered done);
    void acknowledge(const std::string &alertId);
    void refresh();

Q_SIGNALS:
    void changed();
    void opened(const crossfade::ApprovalRow &approval); // while the console runs
    void closed(const crossfade::ApprovalRow &approval); // decided by anybody, or expired
    void alertRaised(const crossfade::AlertRow &alert);
    void acknowledgeFailed(const crossfade::Error &error);

private:
    void preview(Json change, QObject *context, Previewed done);
    ApprovalRow approvedWithoutStore(const Json &rollback);
    void decide(const std::string &id, const QString &act, Json body, QObject *context, Answered done);
    void onApprovals(const Result<RestReply> &reply);
    void onAlerts(const Result<RestReply> &reply);
    // From an event or an answer: also over the lists that are on their way.
    void take(const ApprovalRow &approval);
    void take(const AlertRow &alert);
    void onEvent(const ServerEvent &event);
    void put(const ApprovalRow &approval, bool announce);
    void put(const AlertRow &alert);

    Connection *m_connection;
    LoadPhase m_phase = LoadPhase::Idle;
    Error m_error;
    std::vector<ApprovalRow> m_open;
    std::vector<ApprovalRow> m_decided; // the last few
    std::vector<AlertRow> m_alerts;
    int m_generation = 0;
    bool m_knowsApprovals = false;
    bool m_knowsAlerts = false;
    // What was told while a list was on its way, which may be older; only then.
    std::optional<std::map<std::string, ApprovalRow>> m_newerApprovals;
    std::optional<std::map<std::string, AlertRow>> m_newerAlerts;
};

} // namespace crossfade

Q_DECLARE_METATYPE(crossfade::ApprovalRow)
Q_DECLARE_METATYPE(crossfade::AlertRow)
