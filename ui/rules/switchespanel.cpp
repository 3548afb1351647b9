// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/rules/switchespanel.h"

#include "models/items/approvalwords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/approvalssession.h"
#include "models/session/sessionwords.h"
#include "ui/rules/previewdialog.h"
#include "ui/shared/buttons.h"
#include "ui/shared/chip.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/percentspin.h"
#include "ui/shared/stateview.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QScrollArea>
#include <QVBoxLayout>

#include <array>

namespace crossfade {

namespace {

constexpr std::array Masters{Master::Off, Master::New, Master::Legacy};
constexpr std::array Defaults{Platform::Legacy, Platform::New};
constexpr int FieldWidth = 132;
constexpr int MostWords = 200; // letters of a reason that are shown without asking

template <class List, class Value>
int placeOf(const List &list, Value value)
{
    for (std::size_t at = 0; at < list.size(); ++at)
        if (list[at] == value)
            return static_cast<int>(at);
    return 0;
}

} // namespace

SwitchesPanel::SwitchesPanel(SwitchesSession *session, ApprovalsSession *approvals, QWidget *parent)
    : Pane({}, parent)
    , m_session(session)
    , m_approvals(approvals)
{
    body()->addWidget(makeWaiting());
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
    connect(m_approvals, &ApprovalsSession::changed, this, &SwitchesPanel::sync);
    connect(m_state, &StateView::retry, m_session, &SwitchesSession::refresh);
    sync();
}

void SwitchesPanel::edit(const std::function<void(Switches &)> &change)
{
    if (m_syncing)
        return;
    Switches wanted = m_session->wanted();
    change(wanted);
    m_session->want(wanted);
}

Segmented *SwitchesPanel::makeToggle(const QString &name, const char *objectName, bool Switches::*choice)
{
    auto *toggle = new Segmented;
    toggle->setObjectName(QLatin1String(objectName));
    toggle->setAccessibleName(name);
    toggle->addSegment(QStringLiteral("OFF"), QLatin1String(objectName) + QStringLiteral("Off"));
    toggle->addSegment(QStringLiteral("ON"), QLatin1String(objectName) + QStringLiteral("On"));
    connect(toggle, &Segmented::currentChanged, this, [this, choice](int index) {
        edit([&](Switches &wanted) { wanted.*choice = index == 1; });
    });
    m_toggles.emplace_back(toggle, choice);
    return toggle;
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
        edit([&](Switches &wanted) { wanted.master = Masters[static_cast<std::size_t>(index)]; });
    });
    m_default = new Segmented;
    m_default->setObjectName(QStringLiteral("defaultPlatform"));
    m_default->setAccessibleName(tr("Default platform"));
    m_default->addSegment(QStringLiteral("LEGACY"), QStringLiteral("defaultLegacy"));
    m_default->addSegment(QStringLiteral("NEW"), QStringLiteral("defaultNew"));
    connect(m_default, &Segmented::currentChanged, this, [this](int index) {
        edit([&](Switches &wanted) { wanted.defaultPlatform = Defaults[static_cast<std::size_t>(index)]; });
    });
    m_threshold = new QLineEdit;
    m_threshold->setObjectName(QStringLiteral("idThreshold"));
    m_threshold->setAccessibleName(tr("Id threshold"));
    m_threshold->setPlaceholderText(tr("none"));
    m_threshold->setAlignment(Qt::AlignRight);
    m_threshold->setFixedWidth(FieldWidth);
    connect(m_threshold, &QLineEdit::textEdited, this, [this](const QString &text) {
        bool number = false;
        const qint64 value = text.trimmed().toLongLong(&number);
        m_thresholdWrong = !text.trimmed().isEmpty() && (!number || value < 0);
        if (m_thresholdWrong)
            return sync();
        edit([&](Switches &wanted) { wanted.idThreshold = number ? std::optional<std::int64_t>(value) : std::nullopt; });
        sync();
    });
    m_readCompare = new PercentSpin;
    m_readCompare->setObjectName(QStringLiteral("readCompare"));
    m_readCompare->setAccessibleName(tr("Reads compared"));
    m_readCompare->setFixedWidth(FieldWidth);
    connect(m_readCompare, &QDoubleSpinBox::valueChanged, this, [this](double value) {
        edit([&](Switches &wanted) { wanted.readCompare = Percentage::fromPercent(value).value_or(Percentage()); });
    });
    m_masterText = new ElidingLabel;
    m_masterText->setObjectName(QStringLiteral("masterState"));
    m_defaultText = new ElidingLabel;
    m_defaultText->setObjectName(QStringLiteral("defaultState"));

    auto *rows = new QWidget;
    auto *all = new QVBoxLayout(rows);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(0);
    const auto add = [&](const QString &title, const QString &sentence, QWidget *editor, ElidingLabel *state = nullptr) {
        all->addWidget(makeRow(title, sentence, editor, state));
        all->addWidget(new Hairline);
    };
    add(tr("Master"),
        tr("LEGACY or NEW answers every request before any rule is asked. OFF lets rules, policies and the "
           "default decide. LEGACY is for emergencies; NEW needs an administrator, and a second person who approves."),
        m_master, m_masterText);
    add(tr("Default platform"),
        tr("Serves what no rule and no shift policy decides: line 11 of the decision table."), m_default, m_defaultText);
    add(tr("Forward only"),
        tr("The last stage: NEW answers everything and LEGACY only forwards. Needs an administrator, and a "
           "second person who approves; a roll back of everything ends it."),
        makeToggle(tr("Forward only"), "forwardOnly", &Switches::forwardOnly));
    add(tr("Inserts to NEW"),
        tr("What is new begins its life on NEW, whoever creates it: line 6. LEGACY never knows of it."),
        makeToggle(tr("Inserts to NEW"), "insertsToNew", &Switches::insertsToNew));
    add(tr("Id threshold"), tr("Entities whose number is this or higher are served by NEW: line 8a. Empty: none."),
        m_threshold);
    m_notInLegacyText = new ElidingLabel;
    m_notInLegacyText->setObjectName(QStringLiteral("notInLegacyState"));
    m_notInLegacy = makeToggle(tr("Not in LEGACY to NEW"), "notInLegacy", &Switches::notInLegacyToNew);
    add(tr("Not in LEGACY to NEW"),
        tr("Entities that the index of LEGACY's keys lacks are served by NEW: line 8b. Their writes stay there."),
        m_notInLegacy, m_notInLegacyText);
    const auto known = [](const char *objectName) {
        auto *label = new ElidingLabel;
        label->setObjectName(QLatin1String(objectName));
        return label;
    };
    m_grayListsText = known("grayListsState");
    add(tr("Gray lists"), tr("Entities, users and interfaces on one of them are served by NEW: line 8c. Where a list of entities is "
                             "enforced, those on none stay on LEGACY: line 8d."), nullptr, m_grayListsText);
    m_heldText = known("heldState");
    add(tr("Hold inconsistent"),
        tr("Users and entities with a confirmed difference stay on LEGACY until it is repaired: line 7. Those on NEW "
           "already stay on NEW: nobody is moved back."),
        makeToggle(tr("Hold inconsistent"), "holdInconsistent", &Switches::holdInconsistent), m_heldText);
    add(tr("Dual write"),
        tr("Inserts, updates and deletes go to both platforms; the answer is that of the platform decided on."),
        makeToggle(tr("Dual write"), "dualWrite", &Switches::dualWrite));
    add(tr("Aggregation"), tr("Lists are asked of both platforms and merged."),
        makeToggle(tr("Aggregation"), "aggregation", &Switches::aggregation));
    add(tr("Reads compared"),
        tr("The share of users whose reads are asked of both and compared; always the same users, and none "
           "of them moves by it."),
        m_readCompare);
    all->addStretch(1);
    auto *scroll = new QScrollArea;
    scroll->setWidgetResizable(true);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    rows->setBackgroundRole(QPalette::Base);
    rows->setAutoFillBackground(true);
    scroll->setWidget(rows);
    return scroll;
}

QWidget *SwitchesPanel::makeRow(const QString &title, const QString &sentence, QWidget *editor,
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
    if (state != nullptr)
        texts->addWidget(state);
    row->addLayout(texts, 1);
    if (editor != nullptr)
        row->addWidget(editor, 0, Qt::AlignTop);
    return widget;
}

QWidget *SwitchesPanel::makeWaiting()
{
    m_waiting = new QWidget;
    m_waiting->setObjectName(QStringLiteral("masterWaiting"));
    auto *column = new QVBoxLayout(m_waiting);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto *row = new QHBoxLayout;
    row->setContentsMargins(12, 8, 12, 8);
    row->setSpacing(12);
    auto *chip = new Chip({tr("FOR APPROVAL"), Tone::Ink, Glyph::Clock}, m_waiting);
    m_waitingText = new TextLabel({}, FontRole::Body, Ink::Text, m_waiting);
    m_waitingText->setObjectName(QStringLiteral("masterWaitingText"));
    m_waitingText->setWordWrap(true);
    QSizePolicy policy = m_waitingText->sizePolicy();
    policy.setHorizontalPolicy(QSizePolicy::Ignored); // a long word widens nothing
    m_waitingText->setSizePolicy(policy);
    auto *review = new Button(tr("Review…"), m_waiting);
    review->setObjectName(QStringLiteral("reviewMaster"));
    connect(review, &QPushButton::clicked, this, [this] {
        if (const ApprovalRow *open = m_approvals->openMasterSwitch())
            Q_EMIT approvalRequested(toText(open->id));
    });
    row->addWidget(chip, 0, Qt::AlignTop);
    row->addWidget(m_waitingText, 1);
    row->addWidget(review, 0, Qt::AlignTop);
    column->addLayout(row);
    column->addWidget(new Hairline);
    return m_waiting;
}

void SwitchesPanel::syncWaiting()
{
    const ApprovalRow *open = m_approvals->openMasterSwitch();
    m_waiting->setVisible(open != nullptr);
    if (open == nullptr)
        return;
    const QString words = approvalSummary(*open);
    const QString some = words.size() > MostWords ? words.left(MostWords - 1) + QChar(0x2026) : words;
    m_waitingText->setText(tr("%1 %2 Any change of the switches withdraws it. \u201c%3\u201d")
                               .arg(approvalQuestion(*open), approvalAsked(*open), some));
    m_waitingText->setToolTip(words.toHtmlEscaped());
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
    connect(discard, &QPushButton::clicked, this, [this] {
        m_thresholdWrong = false;
        m_threshold->clearFocus();
        m_session->discard();
    });
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
    syncWaiting();
    const Switches &saved = m_session->saved();
    const Switches &wanted = m_session->wanted();
    m_syncing = true;
    m_master->setCurrentIndex(placeOf(Masters, wanted.master));
    m_default->setCurrentIndex(placeOf(Defaults, wanted.defaultPlatform));
    for (const auto &[toggle, choice] : m_toggles)
        toggle->setCurrentIndex(wanted.*choice ? 1 : 0);
    syncThreshold(wanted);
    m_readCompare->setValue(wanted.readCompare.percent());
    m_syncing = false;
    std::vector<QWidget *> editors{m_master, m_default, m_threshold, m_readCompare};
    for (const auto &[toggle, choice] : m_toggles)
        editors.push_back(toggle);
    for (QWidget *editor : editors) {
        editor->setEnabled(m_session->obstacle().isEmpty());
        editor->setToolTip(m_session->obstacle());
    }
    syncLists(wanted);
    const QString by = saved.changedBy.empty()
                           ? QString()
                           : tr(" · changed by %1, %2")
                                 .arg(toText(saved.changedBy),
                                      shortTime(saved.updatedAt,
                                                instantFromMs(QDateTime::currentMSecsSinceEpoch())));
    m_masterText->setText(tr("Now: %1%2").arg(toText(masterWord(saved.master)), by));
    m_defaultText->setText(tr("Now: %1").arg(toText(platformWord(saved.defaultPlatform))));

    m_bar->setVisible(m_session->isEdited() || m_thresholdWrong);
    QString why = m_session->saveObstacle();
    m_preview->setBlocked(m_session->obstacle());
    if (why.isEmpty() && m_thresholdWrong)
        why = tr("The id threshold is a whole number, or empty.");
    if (why.isEmpty() && m_session->needsReason() && !m_reason->isValid())
        why = tr("Who serves everybody changes: say why.");
    const bool asks = m_session->needsApproval();
    if (why.isEmpty() && asks && m_approvals->openMasterSwitch() != nullptr)
        why = tr("Somebody asked already: that is answered first.");
    m_save->setBlocked(why);
    if (asks)
        m_save->setText(tr("Ask a second person…"));
    else
        m_save->setText(saved.master != wanted.master
                            ? tr("Set master to %1").arg(toText(masterWord(wanted.master)))
                            : tr("Save switches"));
}

// What is known of the lists; what needs one that is not complete can still be switched off.
void SwitchesPanel::syncLists(const Switches &wanted)
{
    const QString why = m_session->notInLegacyObstacle();
    const Instant now = instantFromMs(QDateTime::currentMSecsSinceEpoch());
    m_notInLegacyText->setText(why.isEmpty() ? keyIndexText(m_session->keyIndex(), now) : why);
    m_heldText->setText(heldText(m_session->held(), now));
    m_grayListsText->setText(grayListsText(m_session->grayLists()));
    if (!why.isEmpty() && !wanted.notInLegacyToNew && m_notInLegacy->isEnabled()) {
        m_notInLegacy->setEnabled(false);
        m_notInLegacy->setToolTip(why);
    }
}

// What is being written is left alone.
void SwitchesPanel::syncThreshold(const Switches &wanted)
{
    const QString text = wanted.idThreshold ? QString::number(*wanted.idThreshold) : QString();
    if (!m_thresholdWrong && m_threshold->text().trimmed() != text && !m_threshold->hasFocus())
        m_threshold->setText(text);
    m_threshold->setProperty("wrong", m_thresholdWrong);
}

} // namespace crossfade
