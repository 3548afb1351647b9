// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shared/fields.h"

#include "ui/shared/glyphs.h"
#include "ui/shared/labels.h"
#include "ui/shared/theme.h"

#include <QEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QTimer>
#include <QVBoxLayout>

namespace crossfade {

namespace {

constexpr int SearchDelayMs = 150;
constexpr int MaxReason = 1'000;

} // namespace

SearchField::SearchField(const QString &placeholder, QWidget *parent)
    : QLineEdit(parent), m_timer(new QTimer(this))
{
    setPlaceholderText(placeholder);
    setAccessibleName(placeholder);
    setClearButtonEnabled(true);
    setTextMargins(24, 0, 0, 0);
    setMinimumWidth(160);
    m_timer->setSingleShot(true);
    m_timer->setInterval(SearchDelayMs);
    connect(m_timer, &QTimer::timeout, this, [this] { Q_EMIT searched(text()); });
    connect(this, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_timer->stop();
        if (text.isEmpty())
            Q_EMIT searched(text);
        else
            m_timer->start();
    });
    connect(this, &QLineEdit::returnPressed, this, [this] {
        m_timer->stop();
        Q_EMIT searched(text());
    });
}

void SearchField::paintEvent(QPaintEvent *event)
{
    QLineEdit::paintEvent(event);
    QPainter painter(this);
    paintSymbol(painter, QRectF(9, (height() - 15) / 2.0, 15, 15), Symbol::Search,
                tokensOf(palette()).secondary);
}

void SearchField::keyPressEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

FormField::FormField(const QString &label, QWidget *editor, const QString &help, QWidget *parent)
    : QWidget(parent), m_editor(editor), m_label(label), m_help(help)
{
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    if (!label.isEmpty()) {
        auto *title = new TextLabel(label, FontRole::Secondary, Ink::Secondary, this);
        title->setBuddy(editor);
        column->addWidget(title);
        if (editor->accessibleName().isEmpty())
            editor->setAccessibleName(label);
    }
    column->addWidget(editor);
    auto *note = new TextLabel(help, FontRole::Secondary, Ink::Secondary, this);
    note->setWordWrap(true);
    m_note = note;
    column->addWidget(note);
    showNote();
}

void FormField::setProblem(const QString &sentence)
{
    if (sentence == m_problem)
        return;
    m_problem = sentence;
    showNote();
}

void FormField::setHelp(const QString &help)
{
    m_help = help;
    showNote();
}

void FormField::showNote()
{
    const bool bad = !m_problem.isEmpty();
    m_note->setText(bad ? m_problem : m_help);
    m_note->setVisible(!m_note->text().isEmpty());
    m_note->setIndent(bad ? 16 : 0);
    static_cast<TextLabel *>(m_note)->setInk(bad ? Ink::Red : Ink::Secondary);
    m_editor->setAccessibleDescription(m_note->text());
    update();
}

void FormField::paintEvent(QPaintEvent *)
{
    if (m_problem.isEmpty())
        return;
    QPainter painter(this);
    const QRect note = m_note->geometry();
    paintGlyph(painter, QRectF(note.left(), note.top() + 3, 12, 12), Glyph::Warning,
               tokensOf(palette()).red);
}

void FormField::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange)
        update();
    QWidget::changeEvent(event);
}

ReasonField::ReasonField(Need need, QWidget *parent)
    : QWidget(parent), m_need(need)
{
    const bool required = need == Need::Required;
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    m_label = new TextLabel(required ? tr("Reason (needed, kept in the audit)")
                                     : tr("Reason (kept in the audit)"),
                            FontRole::PaneTitle, Ink::Text, this);
    m_edit = new QLineEdit(this);
    m_edit->setObjectName(QStringLiteral("reasonEdit"));
    m_edit->setAccessibleName(m_label->text());
    m_edit->setMaxLength(MaxReason);
    m_label->setBuddy(m_edit);
    column->addWidget(m_label);
    column->addWidget(m_edit);
    setFocusProxy(m_edit);
    connect(m_edit, &QLineEdit::textChanged, this, &ReasonField::changed);
}

QString ReasonField::text() const
{
    return m_edit->text().trimmed();
}

void ReasonField::setText(const QString &text)
{
    m_edit->setText(text);
}

bool ReasonField::isValid() const
{
    return m_need == Need::Optional || !text().isEmpty();
}

void ReasonField::setLabel(const QString &label)
{
    m_label->setText(label);
    m_label->setVisible(!label.isEmpty());
    if (!label.isEmpty())
        m_edit->setAccessibleName(label);
}

void ReasonField::setPlaceholder(const QString &text)
{
    m_edit->setPlaceholderText(text);
}

} // namespace crossfade
