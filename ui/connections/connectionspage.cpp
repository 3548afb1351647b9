// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/connections/connectionspage.h"

#include "models/session/connectionssession.h"
#include "ui/connections/profileeditor.h"
#include "ui/connections/sandboxpane.h"
#include "ui/connections/settingspane.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/questiondialog.h"
#include "ui/shared/tableview.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr int ListWidth = 224;
constexpr int SettingsWidth = 320;

Button *named(Button *button, const char *name)
{
    button->setObjectName(QLatin1String(name));
    return button;
}

} // namespace

ConnectionsPage::ConnectionsPage(ConnectionsSession *session, Settings *settings, QWidget *parent)
    : Page(QStringLiteral("connections"), tr("Connections"), parent)
    , m_session(session)
    , m_list(new QListWidget)
    , m_right(new QStackedWidget)
    , m_note(new TextLabel({}, FontRole::Secondary, Ink::Secondary))
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(PageMargin, PageMargin, PageMargin, PageMargin);
    column->setSpacing(Gap);
    auto *title = new QHBoxLayout;
    title->addWidget(new TextLabel(this->title(), FontRole::PageTitle));
    title->addWidget(new ElidingLabel(tr("where the services are, and how you like the console")), 1);
    column->addLayout(title);
    auto *row = new QHBoxLayout;
    row->setSpacing(Gap);
    row->addWidget(makeList());
    m_right->addWidget(makeEditor());
    m_right->addWidget(new SandboxPane(session));
    row->addWidget(m_right, 1);
    auto *settingsPane = new SettingsPane(settings);
    settingsPane->setFixedWidth(SettingsWidth);
    row->addWidget(settingsPane);
    column->addLayout(row, 1);

    connect(session->profiles(), &Profiles::changed, this, [this] { fillList(chosenId()); });
    connect(session->test(), &ConnectionTest::changed, this, &ConnectionsPage::showFindings);
    connect(session, &ConnectionsSession::tokenNoted, this,
            [this](const QString &, const QString &problem) {
                m_note->setInk(problem.isEmpty() ? Ink::Green : Ink::Red);
                m_note->setText(problem.isEmpty()
                                    ? tr("The token is in the system keychain.")
                                    : problem + QLatin1Char(' ') +
                                          tr("It is kept for this run only, never on disk."));
            });
    const QString current = session->profiles()->currentId();
    fillList(session->profiles()->find(current) ? current : session->profiles()->all().first().id);
}

QWidget *ConnectionsPage::makeList()
{
    auto *pane = new Pane(tr("Profiles"));
    pane->setFixedWidth(ListWidth);
    auto *add = named(new Button(ButtonKind::Flat, Symbol::Add, {}), "profileAdd");
    add->setAccessibleName(tr("New profile"));
    add->setToolTip(tr("New profile"));
    pane->addAction(add);
    m_list->setObjectName(QStringLiteral("profileList"));
    m_list->setAccessibleName(tr("Profiles"));
    m_list->setFrameShape(QFrame::NoFrame);
    m_list->setMouseTracking(true);
    auto *cells = new CellDelegate(m_list);
    cells->setEdgeColumns(0, 0);
    m_list->setItemDelegate(cells);
    pane->setContent(m_list);
    connect(add, &QAbstractButton::clicked, this, &ConnectionsPage::newProfile);
    connect(m_list, &QListWidget::currentRowChanged, this, [this] { choose(chosenId()); });
    return pane;
}

QWidget *ConnectionsPage::makeEditor()
{
    m_pane = new Pane(tr("Profile"));
    m_editor = new ProfileEditor;
    auto *form = new QWidget;
    auto *column = new QVBoxLayout(form);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_editor);
    auto *notes = new QWidget;
    m_findings = new QVBoxLayout(notes);
    m_findings->setContentsMargins(12, 0, 12, 12);
    m_note->setObjectName(QStringLiteral("profileNote"));
    m_note->setWordWrap(true);
    m_findings->addWidget(m_note);
    m_findings->addStretch(1);
    column->addWidget(notes, 1);
    auto *scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll->setWidgetResizable(true);
    scroll->setWidget(form);
    for (QWidget *ground : {scroll->viewport(), form})
        ground->setAutoFillBackground(false); // the pane's white shows through
    m_pane->setContent(scroll);
    QHBoxLayout *foot = m_pane->addFootBar();
    m_remove = named(new Button(tr("Delete…")), "profileDelete");
    m_test = named(new Button(tr("Test")), "profileTest");
    m_save = named(new Button(tr("Save")), "profileSave");
    m_connect = named(new Button(ButtonKind::Accent, tr("Save and connect")), "profileConnect");
    foot->addWidget(m_remove);
    foot->addStretch(1);
    foot->addWidget(m_test);
    foot->addWidget(m_save);
    foot->addWidget(m_connect);
    connect(m_editor, &ProfileEditor::edited, this, &ConnectionsPage::showButtons);
    connect(m_remove, &QAbstractButton::clicked, this, &ConnectionsPage::remove);
    connect(m_test, &QAbstractButton::clicked, this, &ConnectionsPage::test);
    connect(m_save, &QAbstractButton::clicked, this, [this] { save(); });
    connect(m_connect, &QAbstractButton::clicked, this, &ConnectionsPage::connectNow);
    return m_pane;
}

QString ConnectionsPage::chosenId() const
{
    const QListWidgetItem *item = m_list->currentItem();
    return item ? item->data(Qt::UserRole).toString() : QString();
}

void ConnectionsPage::fillList(const QString &select)
{
    {
        const QSignalBlocker blocker(m_list);
        m_list->clear();
        for (const Profile &profile : m_session->profiles()->all()) {
            auto *item = new QListWidgetItem(profile.name, m_list);
            item->setData(Qt::UserRole, profile.id);
            item->setSizeHint({0, 32});
            if (profile.id == select)
                m_list->setCurrentItem(item);
        }
        if (m_new) {
            auto *item = new QListWidgetItem(tr("New profile"), m_list);
            item->setData(Qt::UserRole, QString());
            item->setSizeHint({0, 32});
            if (select.isEmpty())
                m_list->setCurrentItem(item);
        }
        if (!m_list->currentItem())
            m_list->setCurrentRow(0);
    }
    choose(chosenId());
}

void ConnectionsPage::choose(const QString &profileId)
{
    const Profile *profile = m_session->profiles()->find(profileId);
    const bool sandbox = profile && profile->isSandbox();
    m_right->setCurrentIndex(sandbox ? 1 : 0);
    if (sandbox)
        return;
    m_editor->setProfile(profile ? *profile : Profile());
    m_pane->setTitle(profile ? profile->name : tr("New profile"));
    m_note->clear();
    delete std::exchange(m_findingRows, nullptr);
    showButtons();
}

void ConnectionsPage::newProfile()
{
    m_new = true;
    fillList({});
    m_editor->focusName();
}

bool ConnectionsPage::save()
{
    const Profile profile = m_editor->profile();
    QString field;
    const QString problem = profileProblem(profile, m_session->profiles()->all(), &field);
    m_editor->setProblem(field, problem);
    if (!problem.isEmpty())
        return false;
    const QByteArray router = m_editor->routerToken();
    const QByteArray comparator = m_editor->comparatorToken();
    m_new = false;
    const QString id = m_session->profiles()->put(profile);
    fillList(id);
    m_session->setToken(id, ServiceName::Router, router);
    m_session->setToken(id, ServiceName::Comparator, comparator);
    return true;
}

void ConnectionsPage::remove()
{
    if (chosenId().isEmpty()) {
        m_new = false;
        fillList(m_session->profiles()->all().first().id);
        return;
    }
    auto *box = new QuestionDialog({tr("Delete the profile %1?").arg(m_editor->profile().name),
                                    tr("Its tokens are deleted with it."), tr("Delete"), tr("Cancel")},
                                   this);
    box->setObjectName(QStringLiteral("deleteProfileBox"));
    connect(box, &QDialog::accepted, this, [this, id = chosenId()] {
        m_session->forgetTokens(id);
        m_session->profiles()->remove(id);
    });
    openDialog(box);
}

void ConnectionsPage::test()
{
    m_session->testProfile(m_editor->profile(), m_editor->routerToken(),
                           m_editor->comparatorToken());
}

void ConnectionsPage::connectNow()
{
    const bool isNew = chosenId().isEmpty();
    if ((isNew || m_editor->isEdited()) && !save())
        return;
    m_session->connectTo(chosenId());
}

void ConnectionsPage::showButtons()
{
    const bool isNew = chosenId().isEmpty();
    const bool edited = m_editor->isEdited();
    m_save->setBlocked(isNew || edited ? QString() : tr("Nothing was changed."));
    m_connect->setText(isNew || edited ? tr("Save and connect") : tr("Connect"));
    m_test->setBlocked(m_editor->profile().routers.isEmpty() ? tr("Enter an address first.")
                                                             : QString());
}

void ConnectionsPage::showFindings()
{
    delete std::exchange(m_findingRows, nullptr);
    m_findingRows = new QWidget;
    m_findingRows->setObjectName(QStringLiteral("testFindings"));
    auto *rows = new QVBoxLayout(m_findingRows);
    rows->setContentsMargins(0, 0, 0, 0);
    for (const AddressFinding &finding : m_session->test()->findings()) {
        auto *row = new QHBoxLayout;
        const ChipLook look = finding.running ? ChipLook{tr("ASKING"), Tone::Neutral, Glyph::Clock}
                              : finding.ok    ? ChipLook{tr("ANSWERS"), Tone::Green, Glyph::Check}
                                              : ChipLook{tr("FAILS"), Tone::RedTint, Glyph::Warning};
        auto *chip = new Chip(look, nullptr);
        auto *texts = new QVBoxLayout;
        texts->setSpacing(0);
        texts->addWidget(new ElidingLabel(finding.address, FontRole::Mono, Ink::Text));
        auto *text = new TextLabel(finding.text, FontRole::Secondary,
                                   finding.ok || finding.running ? Ink::Secondary : Ink::Red);
        text->setObjectName(QStringLiteral("findingText"));
        text->setWordWrap(true);
        texts->addWidget(text);
        row->addWidget(chip, 0, Qt::AlignTop);
        row->addLayout(texts, 1);
        rows->addLayout(row);
    }
    m_findings->insertWidget(1, m_findingRows);
}

void ConnectionsPage::refresh()
{
    if (m_right->currentIndex() == 0 && m_test->isEnabled())
        test();
}

void ConnectionsPage::focusFilter()
{
    m_list->setFocus();
}

QList<PaletteEntry> ConnectionsPage::paletteEntries() const
{
    QList<PaletteEntry> entries;
    for (const Profile &profile : m_session->profiles()->all())
        entries.append({tr("Edit profile %1").arg(profile.name), tr("profile"),
                        QStringLiteral("profile:") + profile.id});
    return entries;
}

void ConnectionsPage::showObject(const QString &object)
{
    const QString prefix = QStringLiteral("profile:");
    if (object.startsWith(prefix))
        fillList(object.mid(prefix.size()));
}

} // namespace crossfade
