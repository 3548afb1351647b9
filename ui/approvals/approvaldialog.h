// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/items/approvalwindowmodel.h"
#include "models/session/approvalssession.h"
#include "models/session/shiftsession.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"

#include <QDialog>

class QTimer;
class QVBoxLayout;

namespace crossfade {

class Chart;
class Chip;
class ElidingLabel;
class FactList;
class TextLabel;

// One question to a person: what is asked, by whom, until when and what then; the evidence with the
// breach marked; what approving and rejecting do; a reason. Whoever answers first decides: a dialog
// that comes second says who and what.
class ApprovalDialog : public QDialog {
    Q_OBJECT
public:
    ApprovalDialog(ApprovalsSession *approvals, ShiftSession *shifts, const std::string &approvalId,
                   QWidget *parent = nullptr);

    const std::string &approvalId() const { return m_row.id; }
    void reject() override; // not while the answer is on its way

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void buildHead(QVBoxLayout *column);
    void buildEvidence(QVBoxLayout *column);
    void buildGates(QVBoxLayout *column); // of the master switch
    void buildDetail(QVBoxLayout *column);
    void buildButtons(QVBoxLayout *column);

    void showEffects(const RulePreview *preview, const QString &otherwise); // what is said without a preview
    void showGates();
    void takeGates(); // those of the session, which follows the router
    void overrideGates();
    void recheck();
    void tick();
    void answer(bool approve);
    void finish(const Result<ApprovalRow> &answer);
    void settle(const ApprovalRow &row); // decided, by whomever
    QString blockedWhy(bool approve) const;
    QString roleObstacle(bool approve) const;
    QString overrideBlockedWhy() const;

    ApprovalsSession *m_approvals;
    ShiftSession *m_shifts;
    ApprovalRow m_row;
    ApprovalWindowModel m_windows;
    Chip *m_left = nullptr;
    Chart *m_chart = nullptr;
    FactList *m_gates = nullptr;
    FactList *m_facts = nullptr;
    ReasonField *m_reason = nullptr;
    TextLabel *m_note = nullptr;
    Button *m_override = nullptr;
    Button *m_later = nullptr;
    Button *m_reject = nullptr;
    Button *m_approve = nullptr;
    QTimer *m_timer;
    bool m_working = false;
    bool m_mine = false; // the answer that came was ours
};

} // namespace crossfade
