// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/shiftsession.h"

#include <QDialog>

#include <string>
#include <vector>

class QDoubleSpinBox;
class QTimer;

namespace crossfade {

class Button;
class ElidingLabel;
class Pane;
class ReasonField;
class Segmented;
class SplitBar;
class TextLabel;

// Takes users back: one policy or everything, to a percentage, at once or by steps. Needs only the
// router's answer: it opens at once with what is known, and confirms also where no preview comes.
// No default button: Enter alone does nothing, Ctrl+Enter confirms.
class RollBackDialog : public QDialog {
    Q_OBJECT
public:
    // `policyId` is chosen at first; empty: everything.
    RollBackDialog(ShiftSession *session, const std::string &policyId, QWidget *parent = nullptr);

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    struct Choice {
        std::string id;
        QString name;
        double percentage = 0;
    };

    void build();
    QWidget *buildPreview();
    void fillChoices(const std::string &policyId);
    bool everything() const;
    std::vector<Choice> chosen() const;
    void onChoice();
    void askPreview();
    void showPreview(const Result<RulePreview> &preview);
    void updateWords();
    void confirm();
    void onAnswer(const Result<RollbackOutcome> &outcome);

    ShiftSession *m_session;
    std::vector<Choice> m_choices; // then "Everything"
    Segmented *m_what;
    QDoubleSpinBox *m_target;
    Segmented *m_how;
    Pane *m_pane;
    SplitBar *m_nowBar;
    SplitBar *m_afterBar;
    TextLabel *m_nowText;
    TextLabel *m_afterText;
    TextLabel *m_back;
    TextLabel *m_stay;
    TextLabel *m_writes;
    TextLabel *m_shifts;
    ReasonField *m_reason;
    TextLabel *m_note;
    Button *m_cancel;
    Button *m_confirm;
    QTimer *m_previewTimer;
    int m_previewGeneration = 0;
    bool m_working = false;
};

} // namespace crossfade
