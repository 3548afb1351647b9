// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/frame/mainwindow.h"

#include "models/items/approvalwords.h"
#include "models/items/text.h"
#include "models/session/activitysession.h"
#include "models/session/approvalssession.h"
#include "models/session/connectionssession.h"
#include "models/session/settings.h"
#include "models/session/splitsession.h"
#include "models/session/switchessession.h"
#include "ui/frame/drawer.h"
#include "ui/frame/headerbar.h"
#include "ui/frame/layoutmemory.h"
#include "ui/frame/navlist.h"
#include "ui/frame/statusline.h"
#include "ui/frame/strip.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/questiondialog.h"
#include "ui/shared/stateview.h"
#include "ui/shared/theme.h"

#include <QCloseEvent>
#include <QPointer>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr QSize SmallestWindow{1280, 720};
constexpr QSize FirstWindow{1440, 900};

} // namespace

MainWindow::MainWindow(const FrameSessions &sessions, QWidget *parent)
    : QMainWindow(parent)
    , m_sessions(sessions)
{
    setObjectName(QStringLiteral("mainWindow"));
    setMinimumSize(SmallestWindow);
    build();
    addShortcuts();
    if (!restoreGeometry(sessions.settings->geometry()))
        resize(FirstWindow);
    connect(sessions.connections, &ConnectionsSession::changed, this, &MainWindow::showNotice);
    connect(sessions.connections->connection(), &Connection::reachChanged, this,
            &MainWindow::showNotice);
    sessions.connections->setLeaveQuestion([self = QPointer(this)](const QString &profileId) {
        return !self || self->mayLeave(tr("Lose them and connect"),
                                       [self, profileId] { self->m_sessions.connections->leaveFor(profileId); });
    });
    showNotice();
}

MainWindow::~MainWindow() = default;

void MainWindow::build()
{
    m_header = new HeaderBar(m_sessions.connections);
    m_nav = new NavList;
    m_strip = new Strip(m_sessions.switches, m_sessions.split, m_sessions.approvals);
    m_stack = new QStackedWidget;
    m_stack->setObjectName(QStringLiteral("pages"));
    auto *nowhere = new QWidget;
    m_nowhere = new StateView(new QWidget, nowhere);
    m_nowhere->setObjectName(QStringLiteral("nowhere"));
    connect(m_nowhere, &StateView::retry, this, [this] {
        if (const Profile *profile = m_sessions.connections->current())
            m_sessions.connections->connectTo(profile->id);
    });
    auto *margin = new QVBoxLayout(nowhere);
    margin->setContentsMargins(PageMargin, PageMargin, PageMargin, PageMargin);
    margin->addWidget(m_nowhere);
    m_stack->addWidget(nowhere);
    connect(m_nowhere, &StateView::emptyAction, this, [this] { showPage(QStringLiteral("connections")); });
    m_status = new StatusLine(m_sessions.activity, m_sessions.connections->connection());

    auto *right = new QVBoxLayout;
    right->setSpacing(0);
    right->addWidget(m_strip);
    right->addWidget(m_stack, 1);
    right->addWidget(m_status);
    auto *body = new QHBoxLayout;
    body->setSpacing(0);
    body->addWidget(m_nav);
    body->addLayout(right, 1);
    auto *all = new QWidget;
    auto *column = new QVBoxLayout(all);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addLayout(body, 1);
    setCentralWidget(all);

    m_alerts = new AlertsDrawer(m_sessions.approvals, m_sessions.channels, m_stack);
    m_activity = new ActivityDrawer(m_sessions.activity, m_stack);
    m_palette = new CommandPalette(this);

    connect(m_nav, &NavList::pageChosen, this, [this](const QString &id) { showPage(id); });
    connect(m_header, &HeaderBar::paletteRequested, this, &MainWindow::openPalette);
    connect(m_header, &HeaderBar::connectionsRequested, this,
            [this] { showPage(QStringLiteral("connections")); });
    connect(m_strip, &Strip::rollBackClicked, this, &MainWindow::rollBackRequested);
    connect(m_strip, &Strip::approvalsClicked, this, &MainWindow::openFirstApproval);
    connect(m_alerts, &AlertsDrawer::channelsRequested, this, &MainWindow::channelsRequested);
    connect(m_strip, &Strip::alertsClicked, this, [this] { m_alerts->toggle(); });
    connect(m_strip, &Strip::masterClicked, this,
            [this] { showPage(QStringLiteral("rules"), QStringLiteral("switches")); });
    connect(m_status, &StatusLine::activityClicked, this, [this] { m_activity->toggle(); });
    connect(m_palette, &CommandPalette::chosen, this, &MainWindow::run);
}

void MainWindow::addShortcuts()
{
    const auto add = [this](const QKeySequence &keys, auto slot) {
        connect(new QShortcut(keys, this), &QShortcut::activated, this, slot);
    };
    static constexpr Qt::Key digits[] = {Qt::Key_1, Qt::Key_2, Qt::Key_3, Qt::Key_4,
                                         Qt::Key_5, Qt::Key_6, Qt::Key_7, Qt::Key_8,
                                         Qt::Key_9, Qt::Key_0, Qt::Key_Minus};
    qsizetype at = 0;
    for (const Qt::Key digit : digits) {
        add(QKeySequence(Qt::CTRL | digit), [this, at] {
            if (at < m_pages.size())
                showPage(m_pages.at(at)->id());
        });
        ++at;
    }
    // Over whatever is open, from any window of the program.
    auto *rollBack = new QShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_R), this);
    rollBack->setContext(Qt::ApplicationShortcut);
    setAlwaysReachable(rollBack);
    connect(rollBack, &QShortcut::activated, this, &MainWindow::rollBackRequested);
    add(QKeySequence(Qt::CTRL | Qt::Key_K), [this] { openPalette(); });
    add(QKeySequence(Qt::Key_F5), [this] {
        if (Page *page = currentPage())
            page->refresh();
    });
    add(QKeySequence(Qt::CTRL | Qt::Key_F), [this] {
        if (Page *page = currentPage())
            page->focusFilter();
    });
    add(QKeySequence(Qt::CTRL | Qt::Key_Z), [this] {
        if (Page *page = currentPage(); page && !page->undo())
            m_sessions.connections->connection()->report(tr("There is nothing to undo here."));
    });
}

void MainWindow::addPage(Page *page, Symbol symbol)
{
    m_pages.append(page);
    m_stack->addWidget(page);
    rememberLayout(page, m_sessions.settings);
    m_nav->addPage(page, symbol);
    connect(page, &Page::badgeChanged, this,
            [this, page] { m_nav->setBadge(page->id(), page->badge(), page->badgeTone()); });
    connect(page, &Page::openRequested, this, &MainWindow::showPage);
    if (m_pages.size() == 1)
        showPage(page->id());
}

void MainWindow::addSeparator()
{
    m_nav->addSeparator();
}

Page *MainWindow::page(const QString &pageId) const
{
    for (Page *page : m_pages)
        if (page->id() == pageId)
            return page;
    return nullptr;
}

Page *MainWindow::currentPage() const
{
    return m_current;
}

void MainWindow::showPage(const QString &pageId, const QString &object)
{
    Page *wanted = page(pageId);
    if (!wanted)
        return;
    m_current = wanted;
    showCurrent();
    if (m_nav->currentPage() != pageId)
        m_nav->setCurrentPage(pageId);
    if (!object.isEmpty())
        wanted->showObject(object);
    showNotice();
}

// No page has anything to say before a profile is chosen, but the one where it is chosen.
void MainWindow::showCurrent()
{
    if (m_current == nullptr)
        return;
    const Profile *profile = m_sessions.connections->current();
    const Connection *connection = m_sessions.connections->connection();
    const bool live = connection->reach(ServiceName::Router) == Reach::Live ||
                      connection->reach(ServiceName::Comparator) == Reach::Live;
    if (profile != nullptr && (live || m_shownProfile.isEmpty()))
        m_shownProfile = profile->id;
    const bool other = profile != nullptr && profile->id != m_shownProfile;
    const bool nowhere = (profile == nullptr || other) && m_current->id() != QLatin1String("connections");
    if (nowhere && other)
        m_nowhere->showError(tr("%1 does not answer yet").arg(profile->name), connection->problem(ServiceName::Router),
                             tr("What was read elsewhere is not shown under this name. ROLL BACK above goes to this one, too."));
    else if (nowhere)
        m_nowhere->showEmpty(tr("Not connected"),
                             tr("Choose a profile: your router and comparator, or the sandbox, which needs nothing but this machine."),
                             tr("Go to Connections"), Glyph::Circle);
    m_nowhere->emptyButton()->setSymbol(Symbol::Connections);
    QWidget *shown = nowhere ? static_cast<QWidget *>(m_nowhere->parentWidget()) : m_current;
    if (m_stack->currentWidget() != shown)
        m_stack->setCurrentWidget(shown);
}

void MainWindow::showNotice()
{
    showCurrent();
    const Connection *connection = m_sessions.connections->connection();
    QString notice = m_sessions.connections->notice();
    if (notice.isEmpty() && connection->reach(ServiceName::Router) == Reach::Lost)
        notice = connection->problem(ServiceName::Router);
    m_status->setNotice(notice);
    const QString profile = connection->profileName();
    const Page *shown = currentPage();
    QStringList parts;
    if (shown)
        parts.append(shown->title());
    if (!profile.isEmpty())
        parts.append(profile);
    parts.append(QStringLiteral("Crossfade"));
    setWindowTitle(parts.join(QStringLiteral(" — ")));
}

QList<PaletteChoice> MainWindow::choices() const
{
    QList<PaletteChoice> list;
    int number = 0;
    for (const Page *page : m_pages)
        list.append({page->title(), tr("page · Ctrl+%1").arg(++number), page->id(), {}, {}});
    list.append({tr("Roll back…"), tr("action"), {}, {}, QStringLiteral("rollback")});
    list.append({tr("Show alerts"), tr("action"), {}, {}, QStringLiteral("alerts")});
    list.append({tr("Alert channels…"), tr("action"), {}, {}, QStringLiteral("channels")});
    list.append({tr("Show activity"), tr("action"), {}, {}, QStringLiteral("activity")});
    list.append({tr("Light theme"), tr("action"), {}, {}, QStringLiteral("theme:light")});
    list.append({tr("Dark theme"), tr("action"), {}, {}, QStringLiteral("theme:dark")});
    for (const ApprovalRow &approval : m_sessions.approvals->open())
        list.append({tr("Answer: %1").arg(approvalName(approval) + QStringLiteral(" · ") + approvalSummary(approval)), tr("approval"), {},
                     toText(approval.id), QStringLiteral("approval")});
    for (const Profile &profile : m_sessions.connections->profiles()->all())
        list.append({tr("Connect to %1").arg(profile.name), tr("profile"), {}, profile.id,
                     QStringLiteral("profile")});
    for (const Page *page : m_pages)
        for (const PaletteEntry &entry : page->paletteEntries())
            list.append({entry.text, entry.detail, page->id(), entry.object, {}});
    return list;
}

void MainWindow::openPalette()
{
    m_palette->open(choices(), m_header->paletteField());
}

void MainWindow::run(const PaletteChoice &choice)
{
    if (!choice.page.isEmpty())
        showPage(choice.page, choice.object);
    else if (choice.action == QLatin1String("rollback"))
        Q_EMIT rollBackRequested();
    else if (choice.action == QLatin1String("alerts"))
        m_alerts->toggle();
    else if (choice.action == QLatin1String("channels"))
        Q_EMIT channelsRequested();
    else if (choice.action == QLatin1String("activity"))
        m_activity->toggle();
    else if (choice.action == QLatin1String("approval"))
        Q_EMIT approvalRequested(choice.object);
    else if (choice.action == QLatin1String("profile"))
        m_sessions.connections->connectTo(choice.object);
    else if (choice.action.startsWith(QLatin1String("theme:")))
        m_sessions.settings->setTheme(choice.action.mid(6));
}

void MainWindow::openFirstApproval()
{
    const auto &open = m_sessions.approvals->open();
    if (!open.empty())
        Q_EMIT approvalRequested(toText(open.front().id));
}

bool MainWindow::mayLeave(const QString &yes, const std::function<void()> &leave)
{
    const int unsaved = m_sessions.unsavedEdits ? m_sessions.unsavedEdits() : 0;
    if (unsaved == 0)
        return true;
    if (m_question && m_question->isVisible())
        return false;
    auto *box = new QuestionDialog({tr("Leave with unsaved edits?"),
                                    tr("%n edit(s) of the routing rules are not saved and would be lost.", nullptr, unsaved),
                                    yes, tr("Stay")},
                                   this);
    box->setObjectName(QStringLiteral("leaveBox"));
    m_question = box;
    connect(box, &QDialog::accepted, this, leave);
    openDialog(box);
    return false;
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    if (!m_leaving && !mayLeave(tr("Lose them and quit"), [this] {
            m_leaving = true;
            QMetaObject::invokeMethod(this, &QWidget::close, Qt::QueuedConnection);
        })) {
        event->ignore();
        return;
    }
    m_sessions.settings->setGeometry(saveGeometry());
    QMainWindow::closeEvent(event);
}

} // namespace crossfade
