// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/console/console.h"

#include "models/items/approvalwords.h"
#include "models/items/servicewords.h"
#include "models/items/text.h"
#include "ui/approvals/approvaldialog.h"
#include "ui/approvals/rollbackdialog.h"
#include "ui/audit/auditpage.h"
#include "ui/channels/channelsdialog.h"
#include "ui/connections/connectionspage.h"
#include "ui/consistency/consistencypage.h"
#include "ui/frame/mainwindow.h"
#include "ui/overview/overviewpage.h"
#include "ui/repairs/repairspage.h"
#include "ui/rules/rulespage.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/theme.h"
#include "ui/shift/shiftpage.h"

#include <QApplication>
#include <QDialog>
#include <QLibraryInfo>
#include <QLocale>

#include <ctime>

namespace crossfade {

namespace {

std::unique_ptr<QSettings> openStore(const QString &file)
{
    if (file.isEmpty())
        return std::make_unique<QSettings>(QStringLiteral("crossfade"), QStringLiteral("crossfade"));
    return std::make_unique<QSettings>(file, QSettings::IniFormat);
}

QApplication *application()
{
    return static_cast<QApplication *>(QCoreApplication::instance());
}

} // namespace

Console::Console(const QString &settingsFile, std::unique_ptr<DesktopNotices> notices, QObject *parent)
    : QObject(parent)
    , m_store(openStore(settingsFile))
    , m_settings(m_store.get())
    , m_profiles(m_store.get())
    , m_connections(&m_connection, &m_profiles)
    , m_activity(&m_connection)
    , m_approvals(&m_connection)
    , m_channels(&m_connection)
    , m_split(&m_connection)
    , m_switches(&m_connection)
    , m_rules(&m_connection)
    , m_tester(&m_connection, &m_rules, &m_switches)
    , m_shifts(&m_connection)
    , m_shiftSeries(&m_connection)
    , m_overviewSeries(&m_connection)
    , m_overview(&m_connection)
    , m_consistency(&m_connection)
    , m_differences(&m_connection)
    , m_repairs(&m_connection)
    , m_audit(&m_connection)
    , m_systemZone(qgetenv("TZ"))
    , m_notices(notices ? std::move(notices) : std::make_unique<TrayNotices>())
{
    // What a dialog asks is asked of the services it was opened over. One whose order is on its way stays.
    connect(&m_connection, &Connection::targetChanged, this, [this] {
        const auto dialogs = m_window ? m_window->findChildren<QDialog *>() : QList<QDialog *>();
        for (QDialog *dialog : dialogs)
            if (dialog->isVisible())
                dialog->close();
    });
    connect(&m_settings, &Settings::languageChanged, this, &Console::rebuild);
    connect(&m_settings, &Settings::timeZoneChanged, this, &Console::rebuild);
    connect(&m_settings, &Settings::themeChanged, this,
            [this] { applyTheme(*application(), schemeFromWord(m_settings.theme())); });
    connect(&m_approvals, &ApprovalsSession::opened, this, [this](const ApprovalRow &approval) {
        notify(tr("%1 asks for an approval").arg(approvalName(approval)), approvalSummary(approval));
    });
    connect(&m_approvals, &ApprovalsSession::alertRaised, this, [this](const AlertRow &alert) {
        if (alert.severity == "HIGH")
            notify(alertTypeText(alert.type), alertText(alert.message));
    });
    connect(m_notices.get(), &DesktopNotices::clicked, this, [this] {
        if (m_window)
            m_window->activateWindow();
    });
    applySettings();
}

Console::~Console()
{
    // The window looks at the sessions: it goes first.
    m_window.reset();
    m_connection.close();
}

void Console::applySettings()
{
    applyTimeZone();
    applyLanguage();
    applyTheme(*application(), schemeFromWord(m_settings.theme()));
}

void Console::applyTimeZone()
{
    const QByteArray zone = m_settings.timeZone().isEmpty() ? m_systemZone : m_settings.timeZone();
    if (zone.isEmpty())
        qunsetenv("TZ");
    else
        qputenv("TZ", zone);
    ::tzset();
}

void Console::applyLanguage()
{
    const QString language = m_settings.language();
    const QLocale locale = language.isEmpty() ? QLocale::system() : QLocale(language);
    const bool chinese = locale.language() == QLocale::Chinese;
    // Numbers and dates as the texts around them.
    QLocale::setDefault(chinese ? QLocale(QLocale::Chinese, QLocale::China)
                                : QLocale(QLocale::English, QLocale::UnitedKingdom));
    QCoreApplication::removeTranslator(&m_ours);
    QCoreApplication::removeTranslator(&m_qts);
    const QString name = chinese ? QStringLiteral("crossfade_zh_CN") : QStringLiteral("crossfade_en");
    if (m_ours.load(name, QStringLiteral(":/i18n")))
        QCoreApplication::installTranslator(&m_ours);
    if (chinese && m_qts.load(QStringLiteral("qtbase_zh_CN"),
                              QLibraryInfo::path(QLibraryInfo::TranslationsPath)))
        QCoreApplication::installTranslator(&m_qts);
}

void Console::rebuild()
{
    applySettings();
    if (!m_window)
        return;
    const Page *shown = m_window->currentPage();
    const QString pageId = shown ? shown->id() : QString();
    m_settings.setGeometry(m_window->saveGeometry());
    // The old one stays until the new one is there: the last window's end would end the program.
    const std::unique_ptr<MainWindow> old = std::move(m_window);
    showWindow();
    m_window->showPage(pageId);
}

void Console::showWindow()
{
    if (!m_window) {
        m_window = std::make_unique<MainWindow>(
            FrameSessions{&m_connections, &m_approvals, &m_channels, &m_switches, &m_split, &m_activity,
                          &m_settings, [this] { return m_rules.edits().count() + (m_switches.isEdited() ? 1 : 0); }});
        addPages();
        connect(m_window.get(), &MainWindow::rollBackRequested, this, &Console::openRollBack);
        connect(m_window.get(), &MainWindow::approvalRequested, this, &Console::openApproval);
        connect(m_window.get(), &MainWindow::channelsRequested, this, &Console::openChannels);
    }
    m_window->show();
}

void Console::addPages()
{
    auto *overview = new OverviewPage(OverviewSessions{&m_shifts, &m_approvals, &m_overview, &m_overviewSeries});
    auto *shift = new ShiftPage(&m_shifts, &m_approvals, &m_shiftSeries);
    connect(overview, &OverviewPage::approvalRequested, this, &Console::openApproval);
    connect(shift, &ShiftPage::approvalRequested, this, &Console::openApproval);
    shift->setSplit(&m_split);
    m_window->addPage(overview, Symbol::Overview);
    auto *rules = new RulesPage(&m_rules, &m_switches, &m_tester, &m_approvals);
    connect(rules, &RulesPage::approvalRequested, this, &Console::openApproval);
    m_window->addPage(rules, Symbol::Rules);
    m_window->addPage(shift, Symbol::Shift);
    m_window->addSeparator();
    m_window->addPage(new ConsistencyPage(&m_consistency, &m_differences), Symbol::Consistency);
    m_window->addPage(new RepairsPage(&m_repairs), Symbol::Repairs);
    m_window->addSeparator();
    m_window->addPage(new AuditPage(&m_audit), Symbol::Audit);
    m_window->addPage(new ConnectionsPage(&m_connections, &m_settings), Symbol::Connections);
}

void Console::openRollBack()
{
    // The one the Traffic shift page opened counts too.
    for (RollBackDialog *open : m_window->findChildren<RollBackDialog *>())
        if (open->isVisible()) {
            open->raise();
            open->activateWindow();
            return;
        }
    // The policy that is looked at comes first; elsewhere, everything.
    const bool onShift = m_window->currentPage() && m_window->currentPage()->id() == QLatin1String("shift");
    auto *dialog = new RollBackDialog(&m_shifts, onShift ? m_shifts.selectedId() : std::string(), m_window.get());
    dialog->follow(&m_split);
    openDialog(dialog);
}

void Console::openApproval(const QString &approvalId)
{
    // One whose answer is on its way does not close.
    if (m_approval && (m_approvalId == approvalId || !m_approval->close())) {
        m_approval->raise();
        m_approval->activateWindow();
        return;
    }
    m_approvalId = approvalId;
    m_approval = new ApprovalDialog(&m_approvals, &m_shifts, toUtf8(approvalId), m_window.get());
    openDialog(m_approval);
}

void Console::openChannels()
{
    if (m_channelsDialog && m_channelsDialog->isVisible()) {
        m_channelsDialog->raise();
        m_channelsDialog->activateWindow();
        return;
    }
    m_channelsDialog = new ChannelsDialog(&m_channels, m_window.get());
    openDialog(m_channelsDialog);
}

void Console::notify(const QString &title, const QString &text)
{
    if (!m_settings.notifies() || !m_window || m_window->isActiveWindow())
        return;
    QApplication::alert(m_window.get()); // the task bar tells it also where the desktop has no notifications
    if (m_notices->areAvailable())
        m_notices->show(title, text);
}

} // namespace crossfade
