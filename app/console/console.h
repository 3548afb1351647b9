// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/console/desktopnotices.h"
#include "models/session/activitysession.h"
#include "models/session/approvalssession.h"
#include "models/session/auditsession.h"
#include "models/session/channelssession.h"
#include "models/session/connectionssession.h"
#include "models/session/consistencysession.h"
#include "models/session/differencessession.h"
#include "models/session/overviewsession.h"
#include "models/session/repairssession.h"
#include "models/session/rulessession.h"
#include "models/session/seriesstore.h"
#include "models/session/settings.h"
#include "models/session/shiftsession.h"
#include "models/session/splitsession.h"
#include "models/session/switchessession.h"
#include "models/session/testersession.h"

#include <QDialog>
#include <QObject>
#include <QPointer>
#include <QSettings>
#include <QTranslator>

#include <memory>

namespace crossfade {

class MainWindow;

// Everything the console is made of: one connection, the sessions over it, and the window with its
// pages, which is made anew when the language or the time zone changes.
class Console : public QObject {
    Q_OBJECT
public:
    // `settingsFile` empty: the user's own. `notices` empty: the desktop's.
    explicit Console(const QString &settingsFile = {}, std::unique_ptr<DesktopNotices> notices = {},
                     QObject *parent = nullptr);
    ~Console() override;

    void showWindow();
    MainWindow *window() const { return m_window.get(); }
    ConnectionsSession *connections() { return &m_connections; }
    Settings *settings() { return &m_settings; }

private:
    void applySettings();
    void applyTimeZone();
    void applyLanguage();
    void rebuild();
    void addPages();
    void openRollBack();
    void openApproval(const QString &approvalId);
    void openChannels();
    void notify(const QString &title, const QString &text);

    std::unique_ptr<QSettings> m_store;
    Settings m_settings;
    Profiles m_profiles;
    Connection m_connection;
    ConnectionsSession m_connections;
    ActivitySession m_activity;
    ApprovalsSession m_approvals;
    ChannelsSession m_channels;
    SplitSession m_split;
    SwitchesSession m_switches;
    RulesSession m_rules;
    TesterSession m_tester;
    ShiftSession m_shifts;
    SeriesStore m_shiftSeries; // one for each page that draws: they follow for their own ranges
    SeriesStore m_overviewSeries;
    OverviewSession m_overview;
    ConsistencySession m_consistency;
    DifferencesSession m_differences;
    RepairsSession m_repairs;
    AuditSession m_audit;
    QByteArray m_systemZone;
    QTranslator m_ours;
    QTranslator m_qts;
    std::unique_ptr<DesktopNotices> m_notices;
    std::unique_ptr<MainWindow> m_window;
    QPointer<QDialog> m_approval; // never two dialogs for one thing
    QString m_approvalId;
    QPointer<QDialog> m_channelsDialog;
};

} // namespace crossfade
