// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rules/switchespanel.h"

#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/rules/previewdialog.h"
#include "ui/shared/buttons.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/stateview.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include <array>

namespace crossfade {

namespace {

constexpr std::array Masters{Master::Off, Master::New, Master::Legacy};
constexpr std::array Defaults{Platform::Legacy, Platform::New};

template <class List, class Value>
int placeOf(const List &list, Value value)
{
    for (std::size_t at = 0; at < list.size(); ++at)
        if (list[at] == value)
            return static_cast<int>(at);
    return 0;
}

} // namespace

SwitchesPanel::SwitchesPanel(SwitchesSession *session, QWidget *parent)
    : Pane({}, parent)
    , m_session(session)
{
    m_state = new StateView(makeRows());
    m_state->setObjectName(QStringLiteral("switchesState"));
    setContent(m_state);
    makeBar();
    connect(m_session, &SwitchesSession::changed, this, &SwitchesPanel::sync);
    connect(m_session, &SwitchesSession::previewed, this, [this](const RulePreview &preview) {
        m_note->setText(previewSentence(preview));
        openDialog(new PreviewDialog(preview, this));
    });
    const auto tell = [this](const Error &error) { m_note->setText(errorText(error)); };
    connect(m_session, &SwitchesSession::previewFailed, this, tell);
    connect(m_session, &SwitchesSession::saveFailed, this, tell);
    connect(m_session, &SwitchesSession::done, this, [this] {
        m_reason->clear();
        m_note->setText({});
    });
    connect(m_state, &StateView::retry, m_session, &SwitchesSession::refresh);
    sync();
}

QWidget *SwitchesPanel::makeRows()
{
    m_master = new Segmented;
    m_master->setObjectName(QStringLiteral("masterSwitch"));
    m_master->setAccessibleName(tr("Master switch"));
    const std::array names{QStringLiteral("masterOff"), QStringLiteral("masterNew"),
                           QStringLiteral("masterLegacy")};
    for (std::size_t at = 0; at < Masters.size(); ++at)
        m_master->addSegment(toText(masterWord(Masters[at])), names[at]);
    connect(m_master, &Segmented::currentChanged, this, [this](int index) {
        if (!m_syncing)
            m_session->setMaster(Masters[static_cast<std::size_t>(index)]);
    });
    m_default = new Segmented;
    m_default->setObjectName(QStringLiteral("defaultPlatform"));
    m_default->setAccessibleName(tr("Default platform"));
    m_default->addSegment(QStringLiteral("LEGACY"), QStringLiteral("defaultLegacy"));
    m_default->addSegment(QStringLiteral("NEW"), QStringLiteral("defaultNew"));
    connect(m_default, &Segmented::currentChanged, this, [this](int index) {
        if (!m_syncing)
            m_session->setDefaultPlatform(Defaults[static_cast<std::size_t>(index)]);
    });
    m_masterText = new ElidingLabel;
    m_masterText->setObjectName(QStringLiteral("masterState"));
    m_defaultText = new ElidingLabel;
    m_defaultText->setObjectName(QStringLiteral("defaultState"));

    auto *rows = new QWidget;
    auto *all = new QVBoxLayout(rows);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    all->addWidget(makeRow(tr("Master"),
                           tr("LEGACY or NEW answers every request before any rule is asked. OFF "
                              "lets rules, policies and the default decide. LEGACY is for "
                              "emergencies; NEW needs an administrator."),
                           m_master, m_masterText));
    all->addWidget(new Hairline);
    all->addWidget(makeRow(tr("Default platform"),
                           tr("Serves what no rule and no shift policy decides: line 11 of the "
                              "decision table."),
                           m_default, m_defaultText));
    all->addWidget(new Hairline);
    all->addStretch(1);
    return rows;
}

QWidget *SwitchesPanel::makeRow(const QString &title, const QString &sentence, Segmented *choice,
                                ElidingLabel *state)
{
    auto *widget = new QWidget;
    auto *row = new QHBoxLayout(widget);
    row->setContentsMargins(12, 12, 12, 12);
    row->setSpacing(16);
    auto *texts = new QVBoxLayout;
    texts->setSpacing(2);
    texts->addWidget(new TextLabel(title, FontRole::Strong));
    auto *words = new TextLabel(sentence, FontRole::Secondary, Ink::Secondary);
    words->setWordWrap(true);
    texts->addWidget(words);
    texts->addWidget(state);
    row->addLayout(texts, 1);
    row->addWidget(choice, 0, Qt::AlignTop);
    return widget;
}

void SwitchesPanel::makeBar()
{
    QHBoxLayout *row = addFootBar();
    m_bar = row->parentWidget();
    m_note = new ElidingLabel;
    m_note->setObjectName(QStringLiteral("switchesNote"));
    m_reason = new ReasonField(ReasonField::Need::Required);
    m_reason->setLabel({});
    m_reason->setPlaceholder(tr("Reason, kept in the audit"));
    m_preview = new Button(tr("Preview…"));
    m_preview->setObjectName(QStringLiteral("previewSwitches"));
    auto *discard = new Button(tr("Discard"));
    discard->setObjectName(QStringLiteral("discardSwitches"));
    m_save = new Button(ButtonKind::Accent, tr("Save switches"));
    m_save->setObjectName(QStringLiteral("saveSwitches"));
    connect(m_preview, &QPushButton::clicked, m_session, &SwitchesSession::preview);
    connect(discard, &QPushButton::clicked, m_session, &SwitchesSession::discard);
    connect(m_save, &QPushButton::clicked, this, [this] { m_session->save(m_reason->text()); });
    connect(m_reason, &ReasonField::changed, this, &SwitchesPanel::sync);
    row->addWidget(m_note, 1);
    row->addWidget(m_reason, 2);
    row->addWidget(m_preview);
    row->addWidget(discard);
    row->addWidget(m_save);
}

void SwitchesPanel::syncState()
{
    if (m_session->phase() == LoadPhase::Ready)
        m_state->showContent();
    else if (m_session->phase() == LoadPhase::Failed)
        m_state->showError(tr("The switches could not be read"), errorText(m_session->error()),
                           tr("They stay as they are stored."));
    else
        m_state->showLoading(72);
}

void SwitchesPanel::sync()
{
    syncState();
    const Switches &saved = m_session->saved();
    const Switches &wanted = m_session->wanted();
    m_syncing = true;
    m_master->setCurrentIndex(placeOf(Masters, wanted.master));
    m_default->setCurrentIndex(placeOf(Defaults, wanted.defaultPlatform));
    m_syncing = false;
    const bool ready = m_session->obstacle().isEmpty();
    m_master->setEnabled(ready);
    m_master->setToolTip(m_session->obstacle());
    m_default->setEnabled(ready);
    m_default->setToolTip(m_session->obstacle());
    const QString by = saved.changedBy.empty()
                           ? QString()
                           : tr(" · changed by %1, %2")
                                 .arg(toText(saved.changedBy),
                                      shortTime(saved.updatedAt,
                                                instantFromMs(QDateTime::currentMSecsSinceEpoch())));
    m_masterText->setText(tr("Now: %1%2").arg(toText(masterWord(saved.master)), by));
    m_defaultText->setText(tr("Now: %1").arg(toText(platformWord(saved.defaultPlatform))));

    m_bar->setVisible(m_session->isEdited());
    const bool masterChanges = saved.master != wanted.master;
    QString why = masterChanges ? m_session->masterObstacle(wanted.master) : m_session->obstacle();
    m_preview->setBlocked(m_session->obstacle());
    if (why.isEmpty() && masterChanges && !m_reason->isValid())
        why = tr("The master switch needs a reason.");
    m_save->setBlocked(why);
    m_save->setText(masterChanges
                        ? tr("Set master to %1").arg(toText(masterWord(wanted.master)))
                        : tr("Save default"));
}

} // namespace crossfade
