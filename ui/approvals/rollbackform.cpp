// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How the ROLL BACK dialog is laid out.
#include "ui/approvals/rollbackdialog.h"

#include "models/items/text.h"
#include "ui/shared/factlist.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/percentspin.h"
#include "ui/shared/sparkline.h"

#include <QComboBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QTimer>
#include <QVBoxLayout>

#include <tuple>

namespace crossfade {

namespace {

constexpr int FormWidth = 680;
constexpr int BarWidth = 360;
constexpr int ListLetters = 32;
constexpr int PreviewDelayMs = 200;

} // namespace

RollBackDialog::RollBackDialog(ShiftSession *session, const std::string &policyId, QWidget *parent)
    : QDialog(parent), m_session(session), m_chosen(policyId), m_chosenName(toText(policyId)),
      m_delay(new QTimer(this))
{
    setObjectName(QStringLiteral("rollBackDialog"));
    const QString profile = session->connection()->profileName();
    setWindowTitle(profile.isEmpty() ? tr("Roll back") : tr("Roll back — %1").arg(profile));
    setFixedWidth(FormWidth);
    m_delay->setSingleShot(true);
    m_delay->setInterval(PreviewDelayMs);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(16, 14, 16, 16);
    column->setSpacing(10);
    column->addWidget(new TextLabel(tr("Roll back traffic to LEGACY"), FontRole::DialogTitle, Ink::Text, this));
    column->addWidget(new ElidingLabel(
        tr("Needs no guard, window or second person. Works while other pages are loading or broken."),
        FontRole::Body, Ink::Secondary, this));
    column->addWidget(buildChoices());
    column->addWidget(buildPreview());
    m_reason = new ReasonField(ReasonField::Need::Required, this);
    column->addWidget(m_reason);
    column->addWidget(buildButtons());
    connect(m_delay, &QTimer::timeout, this, &RollBackDialog::askPreview);
    connect(m_what, &Segmented::currentChanged, this, &RollBackDialog::choose);
    connect(m_whatList, &QComboBox::currentIndexChanged, this, &RollBackDialog::choose);
    connect(m_target, &QDoubleSpinBox::valueChanged, this, &RollBackDialog::onChoice);
    connect(m_reason, &ReasonField::changed, this, &RollBackDialog::updateConfirm);
    connect(m_session, &ShiftSession::changed, this, &RollBackDialog::loadChoices);
    loadChoices();
    if (m_session->phase() != LoadPhase::Ready)
        m_session->refresh();
    m_reason->setFocus();
}

QWidget *RollBackDialog::buildChoices()
{
    auto *box = new QWidget(this);
    auto *grid = new QGridLayout(box);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setVerticalSpacing(8);
    grid->setColumnMinimumWidth(0, 92);
    m_what = new Segmented(box);
    m_what->setObjectName(QStringLiteral("rollBackWhat"));
    m_what->setAccessibleName(tr("What to roll back"));
    m_whatList = new QComboBox(box);
    m_whatList->setObjectName(QStringLiteral("rollBackWhatList"));
    m_whatList->setAccessibleName(m_what->accessibleName());
    m_whatList->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_whatList->setMinimumContentsLength(ListLetters);
    m_whatList->hide();
    m_target = new PercentSpin(box);
    m_target->setObjectName(QStringLiteral("rollBackTarget"));
    m_target->setAccessibleName(tr("Share that stays on NEW, percent"));
    m_how = new Segmented(box);
    m_how->setObjectName(QStringLiteral("rollBackHow"));
    m_how->setAccessibleName(tr("How to roll back"));
    m_how->addSegment(tr("At once"), QStringLiteral("rollBackAtOnce"));
    m_how->addSegment(tr("By steps"), QStringLiteral("rollBackBySteps"));
    auto *to = new QHBoxLayout;
    to->setSpacing(10);
    to->addWidget(m_target);
    to->addWidget(new TextLabel(tr("of traffic stays on NEW"), FontRole::Body, Ink::Secondary, box));
    to->addStretch(1);
    int row = 0;
    for (const QString &name : {tr("What"), tr("To"), tr("How")})
        grid->addWidget(new TextLabel(name, FontRole::Body, Ink::Secondary, box), row++, 0);
    grid->addWidget(m_what, 0, 1, Qt::AlignLeft);
    grid->addWidget(m_whatList, 0, 1, Qt::AlignLeft);
    grid->addLayout(to, 1, 1);
    grid->addWidget(m_how, 2, 1, Qt::AlignLeft);
    grid->setColumnStretch(1, 1);
    return box;
}

QWidget *RollBackDialog::buildPreview()
{
    m_preview = new Pane(tr("Preview"), this);
    m_list = new Button(ButtonKind::Flat, tr("Exact list…"), m_preview);
    m_list->setObjectName(QStringLiteral("rollBackList"));
    m_preview->addAction(m_list);
    connect(m_list, &QPushButton::clicked, this, &RollBackDialog::openList);
    m_bars = new QWidget(m_preview);
    auto *grid = new QGridLayout(m_bars);
    grid->setContentsMargins(12, 8, 12, 8);
    grid->setHorizontalSpacing(14);
    m_nowBar = new SplitBar(m_bars);
    m_afterBar = new SplitBar(m_bars);
    m_nowText = new TextLabel({}, FontRole::Strong, Ink::Fresh, m_bars);
    m_afterText = new TextLabel({}, FontRole::Strong, Ink::Fresh, m_bars);
    m_nowText->setObjectName(QStringLiteral("rollBackNow"));
    m_afterText->setObjectName(QStringLiteral("rollBackAfter"));
    int row = 0;
    for (const auto &[name, bar, text] : {std::tuple(tr("now"), m_nowBar, m_nowText),
                                          std::tuple(tr("after"), m_afterBar, m_afterText)}) {
        bar->setFixedWidth(BarWidth);
        grid->addWidget(new TextLabel(name, FontRole::Secondary, Ink::Secondary, m_bars), row, 0);
        grid->addWidget(bar, row, 1);
        grid->addWidget(text, row++, 2);
    }
    grid->setColumnStretch(2, 1);
    m_facts = new FactList(m_preview);
    m_facts->setObjectName(QStringLiteral("rollBackFacts"));
    m_preview->body()->addWidget(m_bars);
    m_preview->body()->addWidget(new Hairline(Qt::Horizontal, m_preview));
    m_preview->body()->addWidget(m_facts);
    return m_preview;
}

QWidget *RollBackDialog::buildButtons()
{
    auto *box = new QWidget(this);
    auto *row = new QHBoxLayout(box);
    row->setContentsMargins(0, 4, 0, 0);
    m_note = new TextLabel(tr("Ctrl+Enter confirms. Enter alone does nothing."), FontRole::Secondary, Ink::Secondary, box);
    m_note->setObjectName(QStringLiteral("dialogNote"));
    m_note->setWordWrap(true);
    m_cancel = new Button(tr("Cancel"), box);
    m_cancel->setObjectName(QStringLiteral("cancelButton"));
    m_confirm = new Button(ButtonKind::RedFill, Symbol::Undo, tr("Roll back"), box);
    m_confirm->setObjectName(QStringLiteral("rollBackConfirm"));
    row->addWidget(m_note, 1);
    row->addWidget(m_cancel);
    row->addWidget(m_confirm);
    connect(m_cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_confirm, &QPushButton::clicked, this, &RollBackDialog::confirm);
    return box;
}

} // namespace crossfade
