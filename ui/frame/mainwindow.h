// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/frame/commandpalette.h"
#include "ui/frame/page.h"
#include "ui/shared/glyphs.h"

#include <QList>
#include <QMainWindow>
#include <QPointer>

#include <functional>

class QStackedWidget;

namespace crossfade {

class ActivityDrawer;
class ActivitySession;
class AlertsDrawer;
class ApprovalsSession;
class ChannelsSession;
class ConnectionsSession;
class HeaderBar;
class NavList;
class Settings;
class SplitSession;
class StateView;
class StatusLine;
class Strip;
class SwitchesSession;

// What the frame itself shows; the pages have their own.
struct FrameSessions {
    ConnectionsSession *connections = nullptr;
    ApprovalsSession *approvals = nullptr;
    ChannelsSession *channels = nullptr;
    SwitchesSession *switches = nullptr;
    SplitSession *split = nullptr;
    ActivitySession *activity = nullptr;
    Settings *settings = nullptr;
    std::function<int()> unsavedEdits; // that would be lost; none: there never are any
};

// The frame around the pages. It knows no page and no dialog: it asks for them by signals.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(const FrameSessions &sessions, QWidget *parent = nullptr);
    ~MainWindow() override;

    // Takes the page. They stand in the order they are added in; Ctrl+1 is the first.
    void addPage(Page *page, Symbol symbol);
    void addSeparator();
    void showPage(const QString &pageId, const QString &object = {});
    Page *page(const QString &pageId) const;
    Page *currentPage() const;

Q_SIGNALS:
    void rollBackRequested();
    void channelsRequested();
    void approvalRequested(const QString &approvalId);

protected:
    void closeEvent(QCloseEvent *event) override;

private:
    void build();
    void addShortcuts();
    void openPalette();
    QList<PaletteChoice> choices() const;
    void run(const PaletteChoice &choice);
    void openFirstApproval();
    void showNotice();
    void showCurrent();
    // True if nothing would be lost; else asks, and does `leave` if the answer is yes.
    bool mayLeave(const QString &yes, const std::function<void()> &leave);

    FrameSessions m_sessions;
    QList<Page *> m_pages;
    HeaderBar *m_header;
    NavList *m_nav;
    Strip *m_strip;
    QStackedWidget *m_stack;
    StatusLine *m_status;
    StateView *m_nowhere; // instead of a page while nothing is connected
    Page *m_current = nullptr;
    QPointer<QDialog> m_question;
    bool m_leaving = false; // asked, and answered with yes
    QString m_shownProfile; // whose data the pages hold
    AlertsDrawer *m_alerts;
    ActivityDrawer *m_activity;
    CommandPalette *m_palette;
};

} // namespace crossfade
