// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QLineEdit>
#include <QString>
#include <QWidget>

class QLabel;
class QTimer;
class QVBoxLayout;

namespace crossfade {

// A filter line with a glass; searched() comes 150 ms after the last key, at once on Enter or clear.
class SearchField : public QLineEdit {
    Q_OBJECT
public:
    explicit SearchField(const QString &placeholder, QWidget *parent = nullptr);

Q_SIGNALS:
    void searched(const QString &text);

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    QTimer *m_timer;
};

// A label, an editor, then its mistake (red, with a glyph and a word) or, while it is well, its help.
class FormField : public QWidget {
    Q_OBJECT
public:
    FormField(const QString &label, QWidget *editor, const QString &help = {},
              QWidget *parent = nullptr);
    QWidget *editor() const { return m_editor; }
    QString label() const { return m_label; }
    void setProblem(const QString &sentence); // "" = well
    QString problem() const { return m_problem; }
    void setHelp(const QString &help);

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void showNote();

    QWidget *m_editor;
    QLabel *m_note;
    QString m_label, m_problem, m_help;
};

// Why an operator does something: kept in the audit, at most 1 000 characters. The edit has the
// objectName "reasonEdit".
class ReasonField : public QWidget {
    Q_OBJECT
public:
    enum class Need { Required, Optional };
    explicit ReasonField(Need need = Need::Required, QWidget *parent = nullptr);

    QString text() const; // trimmed
    void setText(const QString &text);
    void clear() { setText({}); }
    bool isValid() const;
    void setLabel(const QString &label); // "" hides it
    void setPlaceholder(const QString &text);
    QLineEdit *edit() const { return m_edit; }

Q_SIGNALS:
    void changed();

private:
    Need m_need;
    QLabel *m_label;
    QLineEdit *m_edit;
};

} // namespace crossfade
