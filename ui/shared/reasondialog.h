// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/shared/buttons.h"
#include "ui/shared/fields.h"

#include <QDialog>

#include <functional>

class QVBoxLayout;

namespace crossfade {

class TextLabel;

// Asks why before an operator acts: what will happen, a reason, one confirming button, and after it
// what came of it. Input stays when the act fails. Enter alone confirms only a harmless act;
// Ctrl+Enter always.
class ReasonDialog : public QDialog {
    Q_OBJECT
public:
    struct Words {
        QString title;   // "Suspend logins?"
        QString effect;  // what it does, one or two sentences
        QString confirm; // "Suspend"
        ButtonKind kind = ButtonKind::Accent;
        ReasonField::Need need = ReasonField::Need::Required;
    };
    // Called on confirmation; ends with succeed() or fail().
    using Work = std::function<void(const QString &reason)>;
    ReasonDialog(const Words &words, Work work, QWidget *parent = nullptr);

    QVBoxLayout *extras() const { return m_extras; } // between the effect and the reason
    void succeed();                                  // closes, accepted
    void fail(const QString &sentence);
    void setProgress(const QString &sentence);
    void setBlocked(const QString &why);
    ReasonField *reason() const { return m_reason; }
    Button *confirmButton() const { return m_confirm; } // objectName "confirmButton"
    void reject() override;                             // not while the act is on its way

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void confirm();
    void recheck();

    Words m_words;
    Work m_work;
    QVBoxLayout *m_extras;
    ReasonField *m_reason;
    TextLabel *m_note;
    Button *m_confirm;
    Button *m_cancel;
    QString m_blocked;
    bool m_working = false;
};

} // namespace crossfade
