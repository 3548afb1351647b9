// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/approvals/approvaldialog.h"

#include "models/items/approvalwords.h"
#include "models/items/policymodel.h"
#include "models/items/policywords.h"
#include "models/items/runnerwords.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/sessionwords.h"
#include "ui/approvals/evidencechart.h"
#include "ui/approvals/previewfacts.h"
#include "ui/shared/chart.h"
#include "ui/shared/chip.h"
#include "ui/shared/factlist.h"
#include "ui/shared/labels.h"
#include "ui/shared/pane.h"
#include "ui/shared/tableview.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QTimer>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr int Width = 840;
constexpr int Margin = 16;
constexpr int TickMs = 500;

Instant now()
{
    return instantFromMs(QDateTime::currentMSecsSinceEpoch());
}

// How many windows the guard looks at; the policy may be gone meanwhile.
int windowsOf(const ApprovalRow &row, ShiftSession &shifts)
{
    const PolicyRow *policy = shifts.policies()->find(row.policyId);
    if (policy != nullptr)
        for (const Guard &guard : policy->policy.guards)
            if (guard.id == row.evidence->guardId)
                return guard.windows;
    return Guard().windows;
}

} // namespace

ApprovalDialog::ApprovalDialog(ApprovalsSession *approvals, ShiftSession *shifts,
                               const std::string &approvalId, QWidget *parent)
    : QDialog(parent), m_approvals(approvals), m_shifts(shifts), m_timer(new QTimer(this))
{
    if (const ApprovalRow *row = approvals->find(approvalId))
        m_row = *row;
    m_row.id = approvalId;
    if (m_row.evidence)
        m_row.evidence = judgedBy(*m_row.evidence, windowsOf(m_row, *shifts));
    setObjectName(QStringLiteral("approvalDialog"));
    const QString profile = approvals->connection()->profileName();
    setWindowTitle(profile.isEmpty() ? tr("Approval") : tr("Approval — %1").arg(profile));
    setFixedWidth(Width);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Margin, 14, Margin, 12);
    column->setSpacing(8);
    buildHead(column);
    if (m_row.isMasterSwitch())
        buildGates(column);
    else
        buildEvidence(column);
    buildDetail(column);
    m_reason = new ReasonField(ReasonField::Need::Required, this);
    m_reason->setLabel(tr("Reason (needed to approve or reject, kept in the audit)"));
    column->addWidget(m_reason);
    buildButtons(column);
    connect(m_reason, &ReasonField::changed, this, &ApprovalDialog::recheck);
    connect(m_approvals, &ApprovalsSession::closed, this, [this](const ApprovalRow &row) {
        if (row.id == m_row.id)
            settle(row);
    });
    connect(m_approvals, &ApprovalsSession::changed, this, &ApprovalDialog::takeGates);
    connect(m_approvals->connection(), &Connection::reachChanged, this, &ApprovalDialog::recheck);
    connect(m_approvals->connection(), &Connection::sessionChanged, this, &ApprovalDialog::recheck);
    connect(m_timer, &QTimer::timeout, this, &ApprovalDialog::tick);
    m_timer->start(TickMs);
    showEffects(nullptr, tr("being counted …"));
    const auto previewed = [this](const Result<RulePreview> &preview) {
        if (preview)
            showEffects(&*preview, {});
        else
            showEffects(nullptr, tr("not counted: %1").arg(errorText(preview.error())));
    };
    if (m_row.isMasterSwitch())
        m_approvals->previewSwitches(m_row, this, previewed);
    else if (m_row.batch)
        m_approvals->previewBatch(m_row, this, previewed);
    else
        m_shifts->preview({m_row.policyId}, m_row.toPercentage, this, previewed);
    m_reason->setFocus();
    tick();
    if (!m_row.isOpen())
        settle(m_row);
}

void ApprovalDialog::buildHead(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->addWidget(new ElidingLabel(approvalQuestion(m_row), FontRole::DialogTitle, Ink::Text, this), 1);
    m_left = new Chip(this);
    m_left->setObjectName(QStringLiteral("approvalLeft"));
    row->addWidget(m_left);
    column->addLayout(row);
    auto *asked = new ElidingLabel(approvalAsked(m_row), FontRole::Body, Ink::Secondary, this);
    asked->setObjectName(QStringLiteral("approvalAsked"));
    column->addWidget(asked);
}

void ApprovalDialog::buildEvidence(QVBoxLayout *column)
{
    if (!m_row.evidence) {
        auto *text = new TextLabel(runnerText(m_row.summary), FontRole::Body, Ink::Text, this);
        text->setWordWrap(true);
        column->addWidget(text);
        return;
    }
    const Guard guard = guardOf(*m_row.evidence);
    auto *pane = new Pane(tr("Evidence · %1").arg(guardText(guard)), this);
    pane->setSubtitle(tr("requests decided by this policy"));
    const int breaches = breachedWindows(*m_row.evidence);
    const QString count = tr("BREACH %1 of %2").arg(breaches).arg(m_row.evidence->windows.size());
    auto *chip = new Chip({count, Tone::RedFill, Glyph::Warning}, pane);
    chip->setObjectName(QStringLiteral("approvalBreach"));
    pane->addAction(chip);
    m_chart = makeEvidenceChart(*m_row.evidence, pane);
    m_chart->setFixedHeight(136);
    pane->setContent(m_chart);
    column->addWidget(pane);
}

void ApprovalDialog::buildGates(QVBoxLayout *column)
{
    auto *words = new TextLabel(tr("\u201c%1\u201d").arg(approvalSummary(m_row)), FontRole::Body, Ink::Text, this);
    words->setObjectName(QStringLiteral("approvalWords"));
    words->setWordWrap(true);
    column->addWidget(words);
    auto *pane = new Pane(tr("What must hold first"), this);
    pane->setSubtitle(tr("judged again when it is approved"));
    m_override = new Button(QString(), pane);
    m_override->setObjectName(QStringLiteral("overrideGates"));
    pane->addAction(m_override);
    m_gates = new FactList(pane);
    m_gates->setObjectName(QStringLiteral("masterGates"));
    m_gates->resize(Width - 2 * Margin - 2, m_gates->height()); // as wide as it will be: it asks for no line too many
    pane->body()->addWidget(m_gates);
    pane->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    column->addWidget(pane);
    connect(m_override, &QPushButton::clicked, this, &ApprovalDialog::overrideGates);
    showGates();
}

void ApprovalDialog::showGates()
{
    std::vector<Fact> facts;
    for (const MasterGateRow &gate : m_row.gates) {
        Glyph glyph = Glyph::Question;
        if (gate.status == "OPEN")
            glyph = Glyph::Check;
        else if (gate.status == "BLOCKED")
            glyph = Glyph::Cross;
        else if (gate.status == "OVERRIDDEN")
            glyph = Glyph::Warning;
        facts.push_back({glyph, masterGateText(gate.gate), masterGateDetail(gate), false, false,
                         gate.status == "BLOCKED"});
    }
    m_gates->setFacts(std::move(facts));
    const int closed = closedGates(m_row);
    m_override->setVisible(m_row.isOpen() && closed > 0);
    m_override->setText(tr("Answer for %n gate(s)", nullptr, closed));
}

void ApprovalDialog::takeGates()
{
    const ApprovalRow *row = m_approvals->find(m_row.id);
    if (m_gates == nullptr || row == nullptr || !row->isOpen() || row->gates == m_row.gates)
        return;
    m_row.gates = row->gates;
    showGates();
    recheck();
}

void ApprovalDialog::overrideGates()
{
    if (!overrideBlockedWhy().isEmpty())
        return;
    std::vector<std::string> gates;
    for (const MasterGateRow &gate : m_row.gates)
        if (gate.isClosed())
            gates.push_back(gate.gate);
    m_working = true;
    recheck();
    m_approvals->overrideGates(m_row.id, gates, m_reason->text(), this, [this](const Result<ApprovalRow> &row) {
        m_working = false;
        if (!m_row.isOpen()) {
            settle(m_row); // decided meanwhile
            return;
        }
        m_note->setInk(row ? Ink::Secondary : Ink::Red);
        m_note->setText(row ? tr("The gates are answered for; nothing is approved yet.") : actFailedText(row.error()));
        takeGates();
        recheck();
    });
}

QString ApprovalDialog::overrideBlockedWhy() const
{
    if (!m_row.isOpen())
        return tr("It is decided.");
    if (m_working)
        return tr("It is on its way.");
    const QString why = obstacleFor(*m_approvals->connection(), ServiceName::Router, {"approver", "admin"});
    if (!why.isEmpty())
        return why;
    return m_reason->isValid() ? QString() : tr("Say why first.");
}

void ApprovalDialog::buildDetail(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    row->setSpacing(8);
    if (m_row.evidence) {
        m_windows.setEvidence(*m_row.evidence);
        auto *pane = new Pane(tr("Windows judged"), this);
        auto *table = new TableView(pane);
        table->setObjectName(QStringLiteral("approvalWindows"));
        table->setAccessibleName(tr("Windows judged"));
        table->setRowHeight(24);
        table->setModel(&m_windows);
        table->setColumns({{ApprovalWindowModel::Window, CellKind::Text, 84, true, 84},
                           {ApprovalWindowModel::Value, CellKind::StrongNumber, 72},
                           {ApprovalWindowModel::MustBe, CellKind::SecondaryNumber, 0},
                           {ApprovalWindowModel::Samples, CellKind::Number, 48},
                           {ApprovalWindowModel::Verdict, CellKind::Chip, 100}});
        table->fitToRows(3, 4);
        pane->body()->addWidget(table);
        pane->body()->addStretch(1);
        row->addWidget(pane, 1);
    }
    auto *effects = new Pane(tr("What approving does"), this);
    m_facts = new FactList(effects);
    m_facts->setObjectName(QStringLiteral("approvalEffects"));
    effects->body()->addWidget(m_facts);
    effects->body()->addStretch(1);
    row->addWidget(effects, 1);
    column->addLayout(row);
}

void ApprovalDialog::buildButtons(QVBoxLayout *column)
{
    auto *row = new QHBoxLayout;
    const bool own = toText(m_row.requestedBy) == m_approvals->connection()->subject();
    const QString standing = !m_row.secondPerson ? tr("The first answer is final. Nobody else has answered.")
                             : own ? tr("You asked for it: a second person must approve.")
                                   : tr("The first answer is final. Whoever asked cannot approve.");
    m_note = new TextLabel(standing, FontRole::Secondary, Ink::Secondary, this);
    m_note->setObjectName(QStringLiteral("dialogNote"));
    m_note->setWordWrap(true);
    const bool rollback = m_row.kind == "ROLLBACK";
    m_later = new Button(tr("Decide later"), this);
    m_later->setObjectName(QStringLiteral("decideLaterButton"));
    const bool master = m_row.isMasterSwitch();
    QString no = tr("Reject, keep %1").arg(shortPercent(m_row.fromPercentage));
    if (master)
        no = own ? tr("Withdraw") : tr("Reject");
    else if (m_row.batch)
        no = tr("Reject");
    m_reject = new Button(no, this);
    m_reject->setObjectName(QStringLiteral("rejectButton"));
    m_approve = m_row.batch && rollback
                    ? new Button(ButtonKind::RedFill, Symbol::Undo,
                                 tr("Approve taking %1 back").arg(approvalEffect(m_row)), this)
                : master || m_row.batch ? new Button(ButtonKind::Accent, Symbol::Check,
                                        tr("Approve %1").arg(approvalEffect(m_row)), this)
                : rollback ? new Button(ButtonKind::RedFill, Symbol::Undo,
                                      tr("Approve roll back to %1").arg(shortPercent(m_row.toPercentage)), this)
                         : new Button(ButtonKind::Accent, Symbol::Check,
                                      tr("Approve %1").arg(shortPercent(m_row.toPercentage)), this);
    m_approve->setObjectName(QStringLiteral("approveButton"));
    row->addWidget(m_note, 1);
    for (Button *button : {m_later, m_reject, m_approve})
        row->addWidget(button);
    column->addLayout(row);
    connect(m_later, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_reject, &QPushButton::clicked, this, [this] { answer(false); });
    connect(m_approve, &QPushButton::clicked, this, [this] { answer(true); });
}

void ApprovalDialog::showEffects(const RulePreview *preview, const QString &otherwise)
{
    const bool rollback = m_row.kind == "ROLLBACK";
    std::vector<Fact> facts;
    if (preview != nullptr)
        facts = previewFacts(*preview, rollback);
    else
        facts.push_back({rollback ? Glyph::Diamond : Glyph::Circle, approvalEffect(m_row),
                         otherwise, rollback, !rollback, false});
    if (m_row.isMasterSwitch() && m_row.switches)
        facts.push_back({Glyph::Pause, tr("Rejecting"), tr("changes nothing"), false, false, false});
    else if (m_row.batch)
        facts.push_back({Glyph::Pause, tr("Rejecting"),
                     rollback ? tr("keeps the batch where it is, HELD until an operator resumes")
                              : tr("moves nobody; the group waits for an operator"),
                     false, false, false});
    else
        facts.push_back({Glyph::Pause, tr("Rejecting"),
                     rollback ? tr("keeps %1, HELD until an operator resumes").arg(shortPercent(m_row.fromPercentage))
                              : tr("keeps %1; the shift waits for an operator").arg(shortPercent(m_row.fromPercentage)),
                     false, false, false});
    m_facts->setFacts(std::move(facts));
}

QString ApprovalDialog::blockedWhy(bool approve) const
{
    if (!m_row.isOpen())
        return tr("It is decided.");
    if (m_working)
        return tr("It is on its way.");
    if (const QString why = roleObstacle(approve); !why.isEmpty())
        return why;
    if (approve && m_row.secondPerson && toText(m_row.requestedBy) == m_approvals->connection()->subject())
        return tr("You asked for it: a second person must approve.");
    if (const int closed = closedGates(m_row); approve && closed > 0)
        return tr("%n gate(s) do not hold: they must, or somebody answers for them.", nullptr, closed);
    return m_reason->isValid() ? QString() : tr("Say why first.");
}

// A proposed rollback may be approved by those who could roll back anyway, and what one asked for oneself
// may be taken back.
QString ApprovalDialog::roleObstacle(bool approve) const
{
    const Connection &connection = *m_approvals->connection();
    if (approve && m_row.kind == "ROLLBACK")
        return obstacleFor(connection, ServiceName::Router, {"operator", "approver"});
    if (!approve && m_row.isMasterSwitch() && toText(m_row.requestedBy) == connection.subject())
        return obstacleFor(connection, ServiceName::Router, {"approver", "admin", "operator"});
    return obstacleFor(connection, ServiceName::Router, {"approver"});
}

void ApprovalDialog::recheck()
{
    if (m_override != nullptr)
        m_override->setBlocked(overrideBlockedWhy());
    m_approve->setBlocked(blockedWhy(true));
    m_reject->setBlocked(blockedWhy(false));
    m_later->setBlocked(m_working ? tr("It is on its way.") : QString());
    m_reason->setEnabled(m_row.isOpen() && !m_working);
}

void ApprovalDialog::reject()
{
    if (!m_working) // its end would take the answer back, or leave nobody to tell what came of it
        QDialog::reject();
}

void ApprovalDialog::tick()
{
    if (m_row.isOpen())
        m_left->setLook({approvalLeft(m_row, now()), Tone::Ink, Glyph::Clock});
    recheck();
}

void ApprovalDialog::answer(bool approve)
{
    if (m_working || !m_row.isOpen())
        return;
    m_working = true;
    m_mine = true;
    m_note->setInk(Ink::Secondary);
    m_note->setText(tr("Sent, waiting for the answer …"));
    recheck();
    const auto done = [this](const Result<ApprovalRow> &row) { finish(row); };
    if (approve)
        m_approvals->approve(m_row.id, m_reason->text(), this, done);
    else
        m_approvals->reject(m_row.id, m_reason->text(), this, done);
}

void ApprovalDialog::finish(const Result<ApprovalRow> &answer)
{
    m_working = false;
    if (answer) {
        settle(*answer);
        accept();
        return;
    }
    m_mine = false;
    if (!m_row.isOpen()) {
        settle(m_row); // somebody was first, and the event told so already
        return;
    }
    m_note->setInk(Ink::Red);
    m_note->setText(actFailedText(answer.error()));
    recheck();
}

void ApprovalDialog::settle(const ApprovalRow &row)
{
    m_row = row;
    m_left->setState(toText(row.state));
    if (m_gates != nullptr)
        showGates();
    if (!m_mine || !m_working) {
        m_note->setInk(Ink::Text);
        m_note->setText(approvalDecided(row));
    }
    m_later->setText(tr("Close"));
    m_later->updateGeometry();
    recheck();
}

void ApprovalDialog::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        if ((event->modifiers() & Qt::ControlModifier) && m_approve->isEnabled())
            answer(true);
        return;
    }
    QDialog::keyPressEvent(event);
}

} // namespace crossfade
