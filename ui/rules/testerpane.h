// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/session/testersession.h"
#include "ui/shared/pane.h"

class QComboBox;
class QLineEdit;

namespace crossfade {

class ElidingLabel;
class StaleChip;
class StateView;
class TableView;
class TesterVerdict;
class TextLabel;

// Who serves this request: now and with the unsaved edits, by which line, since when and why.
class TesterPane : public Pane {
    Q_OBJECT
public:
    explicit TesterPane(TesterSession *session, QWidget *parent = nullptr);

    void showUser(const QString &user);
    void focusUser();

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    QWidget *makeInputs();
    QWidget *makeAnswers();
    QWidget *makeTrace();
    QWidget *makeHistory();
    void showInput();
    void takeInput();
    void sync();
    void syncHistory();

    TesterSession *m_session;
    QLineEdit *m_user = nullptr;
    QLineEdit *m_system = nullptr;
    QLineEdit *m_entity = nullptr;
    QLineEdit *m_at = nullptr;
    QComboBox *m_operation = nullptr;
    TesterVerdict *m_now = nullptr;
    TesterVerdict *m_edited = nullptr;
    QWidget *m_editedSide = nullptr;
    ElidingLabel *m_note = nullptr;
    StaleChip *m_stale = nullptr;
    TableView *m_lines = nullptr;
    StateView *m_state = nullptr;
    TextLabel *m_why = nullptr; // the deciding line's words, which its row has to shorten
    TextLabel *m_since = nullptr;
    QWidget *m_moves = nullptr;
    ElidingLabel *m_foot = nullptr;
};

// A platform's mark, its word large, and the line that decided under it.
class TesterVerdict : public QWidget {
    Q_OBJECT
    Q_PROPERTY(QString text READ text)   // "NEW"; empty: no answer
    Q_PROPERTY(QString detail READ detail) // "SINGLE · line 3 USER_RULE"
public:
    explicit TesterVerdict(QWidget *parent = nullptr);
    void setAnswer(const std::optional<TesterAnswer> &answer);
    QString text() const { return m_word; }
    QString detail() const { return m_detail; }
    QSize sizeHint() const override { return {160, 46}; }

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_word;
    QString m_detail;
};

} // namespace crossfade
