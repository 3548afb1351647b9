// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/listfacts.h"
#include "models/items/rulepreview.h"
#include "models/routing/switches.h"
#include "models/session/connection.h"
#include "models/session/loadphase.h"

#include <QObject>

#include <optional>
#include <vector>

namespace crossfade {

// The switches that apply to every request, what is wanted of them, and their commands.
class SwitchesSession : public QObject {
    Q_OBJECT
public:
    explicit SwitchesSession(Connection *connection, QObject *parent = nullptr);

    LoadPhase phase() const { return m_phase; }
    const Error &error() const { return m_error; }
    bool isStale() const;
    QString obstacle() const; // for any change
    // Sending everybody to NEW takes an admin.
    QString saveObstacle() const;
    // Why what LEGACY does not know cannot be sent to NEW; empty while that can be switched on.
    QString notInLegacyObstacle() const;
    // Of a change of who serves everybody.
    bool needsReason() const;
    // What is wanted sends everybody to NEW: saving it only asks a second person.
    bool needsApproval() const { return needsAdmin(m_saved, m_wanted); }

    // What stands behind them; none: not known now.
    const std::optional<KeyIndexFacts> &keyIndex() const { return m_keyIndex; }
    const std::optional<HeldFacts> &held() const { return m_held; }
    const std::optional<std::vector<GrayListFacts>> &grayLists() const { return m_grayLists; }

    const Switches &saved() const { return m_saved; }
    const Switches &wanted() const { return m_wanted; }
    bool isEdited() const;
    void setMaster(Master master);
    void want(const Switches &switches); // the choice of `switches`
    void discard();

    void refresh();
    void preview();
    void save(const QString &reason);
    bool canUndo() const { return m_before.has_value(); }
    void undo();
    qint64 lastSavedMs() const { return m_lastSavedMs; }

Q_SIGNALS:
    void changed();
    void previewed(const crossfade::RulePreview &preview);
    void previewFailed(const crossfade::Error &error);
    void done(); // saved, or asked for: see needsApproval()
    void saveFailed(const crossfade::Error &error);

private:
    void put(const Switches &switches, const std::string &reason, bool undoing);
    void take(const Switches &switches);
    void refreshLists();
    void onListEvent(const ServerEvent &event);
    void putGrayList(const Json &data);
    QString keyIndexObstacle(const Switches &wanted) const;

    Connection *m_connection;
    LoadPhase m_phase = LoadPhase::Idle;
    Error m_error;
    bool m_told = false; // by an event or a save, since they were last asked for
    bool m_known = false; // m_saved is what the router said, however long ago
    Switches m_saved;
    Switches m_wanted;
    std::optional<Switches> m_before; // what the last save from here replaced
    std::optional<KeyIndexFacts> m_keyIndex; // none: not known, the router will say
    std::optional<HeldFacts> m_held;
    std::optional<std::vector<GrayListFacts>> m_grayLists; // by name
    std::int64_t m_undoVersion = 0;
    qint64 m_lastSavedMs = 0;
};

} // namespace crossfade
