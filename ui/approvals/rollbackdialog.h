// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/shiftsession.h"
#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"

#include <QDialog>

#include <optional>
#include <utility>
#include <vector>

class QComboBox;
class QTimer;

namespace crossfade {

class FactList;
struct Fact;
class Pane;
class PercentSpin;
class SplitBar;
class SplitSession;
class TextLabel;

// Takes users back to LEGACY: what, to which share, how, what it will do, why. It needs nothing of the
// pages: where policies or the preview can't be read it says so and still rolls back everything.
// No default button: Enter alone does nothing, Ctrl+Enter confirms. Afterwards it tells what it did.
class RollBackDialog : public QDialog {
    Q_OBJECT
public:
    // `policyId` is chosen at first; empty: everything.
    RollBackDialog(ShiftSession *session, const std::string &policyId, QWidget *parent = nullptr);

    void setTarget(double percentage);
    // The measured share of NEW, for the now and after bars of everything.
    void setMeasuredShare(std::optional<double> percentNew);
    void follow(const SplitSession *split); // measures it, and goes on doing so

    void reject() override; // not while the order is on its way

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    using Choices = std::vector<std::pair<std::string, QString>>; // id, text; id "" = everything

    QWidget *buildChoices();
    QWidget *buildPreview();
    QWidget *buildButtons();
    void loadChoices();
    Choices choices() const;
    void fillChoices(const Choices &wanted, bool many);
    void choose(int index);
    void onChoice();
    std::vector<std::string> affected() const; // ids of chosen policies above the target
    std::optional<double> shareNow() const;
    void askPreview();
    void showPreview(const Result<RulePreview> &preview, std::vector<Fact> more);
    void showEverything(const Result<RollbackPreview> &preview);
    void showNothing(std::vector<Fact> more); // nobody would move
    void updateBars();
    void updateConfirm();
    void openList();
    void confirm();
    void finish(const Result<RollbackOutcome> &outcome);
    static QString leftOnNew(const RollbackOutcome &outcome);

    ShiftSession *m_session;
    Segmented *m_what = nullptr;
    QComboBox *m_whatList = nullptr;    // in place of the segments when there are too many
    std::vector<std::string> m_choices; // ids in the order shown; "" = everything
    std::string m_chosen;               // "" = everything
    QString m_chosenName;
    PercentSpin *m_target = nullptr;
    Segmented *m_how = nullptr;
    Pane *m_preview = nullptr;
    FactList *m_facts = nullptr;
    SplitBar *m_nowBar = nullptr;
    SplitBar *m_afterBar = nullptr;
    TextLabel *m_nowText = nullptr;
    TextLabel *m_afterText = nullptr;
    QWidget *m_bars = nullptr;
    Button *m_list = nullptr;
    ReasonField *m_reason = nullptr;
    TextLabel *m_note = nullptr;
    Button *m_cancel = nullptr;
    Button *m_confirm = nullptr;
    QTimer *m_delay;
    std::optional<double> m_measured;
    std::optional<double> m_movedPercent; // of the known users, by the preview
    std::string m_previewId;
    int m_asked = 0;
    bool m_working = false;
    bool m_done = false;
};

} // namespace crossfade
