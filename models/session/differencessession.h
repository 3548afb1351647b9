// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/differencemodel.h"
#include "models/session/connection.h"
#include "models/session/ignorerulessession.h"
#include "models/session/loadphase.h"

#include <QObject>
#include <QTimer>

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace crossfade {

struct DifferenceFilter {
    std::string checkId; // empty: all checks
    std::string text;
    bool open = true;    // unresolved only
    bool hidden = false; // those that ignore rules hide, and only these
    std::string ignoreRuleId; // of these, by one rule; empty: by any
    bool operator==(const DifferenceFilter &) const = default;
};

// The differences as a view that loads what is looked at: at most four requests at once, what has
// left the view is not asked for any more; and the one difference that is open beside it.
class DifferencesSession : public QObject {
    Q_OBJECT
public:
    static constexpr int PageRows = 500;   // at most 1 000, the service's own limit
    static constexpr int MaxInFlight = 4;
    static constexpr std::size_t MaxWaiting = 12;

    explicit DifferencesSession(Connection *connection, QObject *parent = nullptr);

    Connection *connection() const { return m_connection; }
    IgnoreRulesSession *ignoreRules() const { return m_ignoreRules; }
    DifferenceModel *model() { return &m_model; }
    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    bool isStale() const;
    QString obstacle() const;       // to recheck and resolve
    QString repairObstacle() const; // to propose a repair
    std::int64_t total() const { return m_total; }
    // Found since the view was loaded; shown by reload().
    std::int64_t newer() const { return m_newer; }

    // By the same filters, those that ignore rules hide.
    std::int64_t ignored() const { return m_ignored; }
    // Ignore rules have hidden or shown others since the view was loaded.
    bool isOutdated() const { return m_outdated; }

    const DifferenceFilter &filter() const { return m_filter; }
    void setFilter(const DifferenceFilter &filter);
    DifferenceGrouping grouping() const { return m_grouping; }
    void setGrouping(DifferenceGrouping grouping);
    void reload();

    // All that the list would show, as "CSV", "JSON" or "SQL".
    RestCall exportCall(const QString &format) const;

    void open(const QString &id); // empty: none
    const std::optional<EntityView> &shown() const { return m_shown; }
    bool isOpening() const { return m_opening; }

    void recheck(const QString &id);
    void resolve(const QString &id, const QString &notes);
    void repair(const std::vector<std::string> &ids, const QString &reason);

Q_SIGNALS:
    void changed();
    void shownChanged();
    void failed(const QString &what, const crossfade::Error &error);
    void rechecked(const crossfade::DifferenceRow &row);
    void repairCreated(const QString &repairId, int count);

private:
    using Place = std::pair<int, int>; // group, page
    // A page in loading: rows so far and where to go on, for pages longer than one answer.
    void onWanted(int group, int page);
    void pump();
    void askAnchors(int group);
    void askPage(Place place, std::vector<DifferenceRow> rows, const std::string &cursor);
    void onEvent(const ServerEvent &event);
    void take(const DifferenceRow &row);
    QString sortWord() const;
    void addFilters(RestCall &call, int group) const;

    Connection *m_connection;
    IgnoreRulesSession *m_ignoreRules;
    DifferenceModel m_model;
    DifferenceFilter m_filter;
    DifferenceGrouping m_grouping = DifferenceGrouping::Field;
    LoadPhase m_phase = LoadPhase::Idle;
    Error m_error;
    std::int64_t m_total = 0;
    std::int64_t m_newer = 0;
    std::int64_t m_ignored = 0;
    bool m_outdated = false;
    int m_generation = 0;
    bool m_pumping = false;

    std::deque<Place> m_waiting; // the newest at the front
    int m_inFlight = 0;
    std::set<int> m_anchored; // groups whose anchors are here or asked for
    std::vector<std::vector<std::string>> m_cursors; // of each group's pages

    QTimer m_openAgain; // rules are applied piece by piece
    std::string m_openId;
    std::optional<EntityView> m_shown;
    bool m_opening = false;
};

} // namespace crossfade
